package dev.cairn.cli.keyserver;

import dev.cairn.keyserver.Transaction;
import dev.cairn.keyserver.TransactionFeed;
import dev.cairn.keyserver.TransactionJson;
import dev.cairn.keyserver.TransactionLines;
import dev.cairn.keyserver.error.MalformedInputException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The lines that a command was given, and which of them nobody has taken yet: where the process
 * that takes them stops, the rest goes to the next one. Not thread-safe.
 */
final class InputLines implements TransactionFeed.Source, Closeable {
  private static final int BATCH_LINES = 2048;
  private static final int BATCH_CHARACTERS = 512 * 1024;

  /**
   * One line that is a transaction.
   *
   * @param number from 1
   * @param text without its end
   */
  record Line(long number, String text) {}

  private final TransactionLines lines;
  private final Deque<Line> untaken = new ArrayDeque<>();
  private Optional<TransactionFeed.Refusal> malformed = Optional.empty();
  private Optional<TransactionFeed.Refusal> refusal = Optional.empty();
  private long number;

  InputLines(InputStream in) {
    this.lines = new TransactionLines(in);
  }

  /** Number of the line that was given out last, from 1; 0 before the first. */
  @Override
  public long number() {
    return number;
  }

  /** The first line that was not taken; nothing behind it ever is. */
  Optional<TransactionFeed.Refusal> refusal() {
    return refusal;
  }

  void refuse(TransactionFeed.Refusal refused) {
    if (refusal.isEmpty()) {
      refusal = Optional.of(refused);
    }
  }

  @Override
  public Optional<Transaction> next() throws IOException {
    Line waiting = untaken.pollFirst();
    if (waiting != null) {
      number = waiting.number();
      return Optional.of(TransactionJson.parse(waiting.text()));
    }
    if (malformed.isPresent()) {
      number = malformed.get().line();
      throw malformed.get().cause();
    }
    try {
      return lines.next();
    } finally {
      number = lines.number();
    }
  }

  /**
   * The lines to offer next: those that were not taken, or as many new ones as are at hand and fit.
   * A malformed line ends the batch before it, and becomes the refusal when those before it are
   * taken. None: there are no more, or one was refused.
   */
  List<Line> batch() throws IOException {
    if (refusal.isEmpty() && untaken.isEmpty()) {
      read();
      if (untaken.isEmpty()) {
        malformed.ifPresent(this::refuse);
      }
    }
    return refusal.isPresent() ? List.of() : List.copyOf(untaken);
  }

  private void read() throws IOException {
    long characters = 0;
    while (malformed.isEmpty()
        && untaken.size() < BATCH_LINES
        && characters < BATCH_CHARACTERS
        && (untaken.isEmpty() || lines.available())) {
      try {
        Optional<String> text = lines.nextText();
        number = lines.number();
        if (text.isEmpty()) {
          return;
        }
        TransactionJson.parse(text.get());
        untaken.addLast(new Line(number, text.get()));
        characters += text.get().length();
      } catch (MalformedInputException e) {
        number = lines.number();
        malformed = Optional.of(new TransactionFeed.Refusal(number, e));
      }
    }
  }

  /** So many of the last batch, from its first line on, are durable. */
  void taken(long count) {
    for (long i = 0; i < count; i++) {
      untaken.removeFirst();
    }
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
