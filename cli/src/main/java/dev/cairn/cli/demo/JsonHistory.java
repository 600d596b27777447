package dev.cairn.cli.demo;

import dev.cairn.cli.output.CommandFailedException;
import dev.cairn.cli.output.Figures;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Sha256;
import dev.cairn.crypto.ValueKind;
import dev.cairn.keyserver.Change;
import dev.cairn.keyserver.Delete;
import dev.cairn.keyserver.Keyserver;
import dev.cairn.keyserver.Put;
import dev.cairn.keyserver.Transaction;
import dev.cairn.keyserver.TransactionLines;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.object.ObjectName;
import dev.cairn.keyserver.object.Value;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Transactions of a file of lines. What must be there at the end is worked out by reading the file
 * alone: the last change of each object counts.
 */
final class JsonHistory implements History {
  private final Source source;
  private final String name;
  private final Map<ObjectName, Expected> expected = new HashMap<>();
  private long size;

  /** Opens the lines again from the start. */
  @FunctionalInterface
  interface Source {
    InputStream open() throws IOException;
  }

  /** A value's kind, length and SHA-256: the values themselves may not fit into memory. */
  private record Expected(ValueKind kind, long length, Bytes digest) {
    static Expected of(Value value) {
      return new Expected(value.kind(), value.content().size(), Sha256.hash(value.content()));
    }
  }

  private JsonHistory(Source source, String name) {
    this.source = source;
    this.name = name;
  }

  /** Reads every line once; a bad one is named. */
  static JsonHistory of(Source source, String name) throws IOException {
    JsonHistory history = new JsonHistory(source, name);
    try (TransactionLines lines = new TransactionLines(source.open())) {
      try {
        for (Optional<Transaction> line = lines.next(); line.isPresent(); line = lines.next()) {
          history.size++;
          line.get().changes().forEach(history::fold);
        }
      } catch (MalformedInputException e) {
        throw CommandFailedException.malformed(
            "Line " + lines.number() + " of " + name + ": " + e.getMessage(),
            "Correct that line and run the demo again.");
      }
    }
    if (history.size == 0) {
      throw CommandFailedException.malformed(
          "There is no transaction in " + name, "Name a file with one transaction a line.");
    }
    return history;
  }

  private void fold(Change change) {
    switch (change) {
      case Put put -> expected.put(put.name(), Expected.of(put.value()));
      case Delete delete -> expected.remove(delete.name());
    }
  }

  @Override
  public String description() {
    return name + ": " + Figures.count(size) + (size == 1 ? " transaction" : " transactions");
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public Reading open() throws IOException {
    TransactionLines lines = new TransactionLines(source.open());
    return new Reading() {
      @Override
      public Optional<Transaction> next() throws IOException {
        return lines.next();
      }

      @Override
      public void close() throws IOException {
        lines.close();
      }
    };
  }

  @Override
  public Comparison compare(Keyserver state) {
    String what = "objects with what the lines of " + name + " come to";
    long bytes = 0;
    for (Map.Entry<ObjectName, Expected> entry : expected.entrySet()) {
      ObjectName object = entry.getKey();
      Optional<Expected> found = state.get(object.collection(), object.id()).map(Expected::of);
      if (!found.equals(Optional.of(entry.getValue()))) {
        return new Comparison(
            what,
            0,
            0,
            Optional.of(
                object.collection()
                    + "/"
                    + object.id()
                    + (found.isEmpty() ? " is missing" : " has another value")));
      }
      bytes += entry.getValue().length();
    }
    for (ObjectName object : state.list(Optional.empty())) {
      if (!object.collection().equals(Marks.COLLECTION) && !expected.containsKey(object)) {
        return new Comparison(
            what,
            0,
            0,
            Optional.of(object.collection() + "/" + object.id() + " should not be there"));
      }
    }
    return new Comparison(what, expected.size(), bytes, Optional.empty());
  }
}
