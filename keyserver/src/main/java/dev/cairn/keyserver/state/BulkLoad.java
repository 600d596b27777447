package dev.cairn.keyserver.state;

import dev.cairn.crypto.Bytes;
import dev.cairn.keyserver.error.IntegrityException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Fills a new store from a snapshot: many slices, tags ascending, names in any order. Nothing of it
 * survives a crash before {@link #finish}; start again then. Not thread-safe.
 */
public final class BulkLoad implements AutoCloseable {
  private static final int ROWS_A_TRANSACTION = 20_000;

  private final Path file;
  private final Connection connection;
  private final StateWriter writer;
  private @Nullable Bytes lastTag;
  private long added;
  private boolean finished;

  BulkLoad(Path file, Connection connection, StateWriter writer) throws SQLException {
    this.file = file;
    this.connection = connection;
    this.writer = writer;
  }

  /**
   * Adds one slice.
   *
   * @throws IntegrityException if its tag does not follow the one before
   */
  public void add(StoredSlice slice) {
    Bytes last = lastTag;
    if (last != null && last.compareTo(slice.tag()) >= 0) {
      throw new IntegrityException(
          "The tags of the snapshot do not ascend after "
              + added
              + " entries: it is not what was signed");
    }
    lastTag = slice.tag();
    writer.insert(slice);
    added++;
    if (added % ROWS_A_TRANSACTION == 0) {
      writer.flush();
    }
  }

  /** How many were added so far. */
  public long added() {
    return added;
  }

  /**
   * Builds the index of names and makes everything durable; the store can then be opened with
   * {@link StateStore#open}.
   */
  public void finish(StatePoint point) {
    if (point.tags() != added) {
      throw new IntegrityException(
          "The snapshot has "
              + added
              + " entries where "
              + point.tags()
              + " were signed: it is not what was signed");
    }
    try {
      writer.commit(point);
      Database.indexNames(connection);
      Database.configure(connection);
      finished = true;
    } catch (SQLException e) {
      throw SqlFailures.of("Finishing the store", e);
    } finally {
      closeConnection();
    }
    force();
  }

  /** Gives the store up unless it is finished. */
  @Override
  public void close() {
    if (!finished) {
      closeConnection();
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw new UncheckedIOException("The unfinished store " + file + " cannot be removed", e);
      }
    }
  }

  private void force() {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    } catch (IOException e) {
      throw new UncheckedIOException("The store " + file + " cannot be forced to disk", e);
    }
  }

  private void closeConnection() {
    try {
      if (!connection.isClosed()) {
        writer.close();
        connection.close();
      }
    } catch (SQLException e) {
      throw SqlFailures.of("Closing the store", e);
    }
  }
}
