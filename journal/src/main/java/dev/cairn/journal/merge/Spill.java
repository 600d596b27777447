package dev.cairn.journal.merge;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A temporary file of changes, written once and read once. */
final class Spill {
  private static final int BUFFER_BYTES = 64 * 1024;

  private Spill() {}

  /** Writes all of them. */
  static Written write(Path path, List<TagChange> changes) throws IOException {
    try (Writer writer = new Writer(path)) {
      for (TagChange change : changes) {
        writer.write(change);
      }
      return writer.written();
    }
  }

  /** Writes a spill; complete when closed. */
  static final class Writer implements AutoCloseable {
    private final Path path;
    private final DataOutputStream out;
    private long count;

    Writer(Path path) throws IOException {
      this.path = path;
      this.out =
          new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(path), BUFFER_BYTES));
    }

    void write(TagChange change) throws IOException {
      change.write(out);
      count++;
    }

    /** What is written, once this is closed. */
    Written written() {
      return new Written(path, count);
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }

  /** A complete spill. */
  record Written(Path path, long count) {
    Reader open() throws IOException {
      return new Reader(this);
    }

    void delete() throws IOException {
      Files.deleteIfExists(path);
    }
  }

  /** Reads a spill to its end, which is known by the number of changes. */
  static final class Reader implements AutoCloseable {
    private final DataInputStream in;
    private long left;

    Reader(Written written) throws IOException {
      this.in =
          new DataInputStream(
              new BufferedInputStream(Files.newInputStream(written.path()), BUFFER_BYTES));
      this.left = written.count();
    }

    Optional<TagChange> next() throws IOException {
      if (left == 0) {
        return Optional.empty();
      }
      left--;
      return Optional.of(TagChange.read(in));
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
