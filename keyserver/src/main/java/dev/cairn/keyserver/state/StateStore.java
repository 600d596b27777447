package dev.cairn.keyserver.state;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.object.ObjectName;
import dev.cairn.keyserver.object.StoredObject;
import dev.cairn.keyserver.object.Value;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * The live state in SQLite: every slice by tag and by name, and the record that it is the state
 * after.
 *
 * <p>Built by {@link #bulkLoad} or {@link #createEmpty}, then opened. Reads are thread-safe and
 * never wait for the writer; each sees one state. There is one {@link StateWriter}, for one thread
 * at a time. Use platform threads: SQLite blocks.
 */
public final class StateStore implements AutoCloseable {
  private static final int MAX_READERS = 4;

  private final Path file;
  private final Connection connection;
  private final UserId userId;
  private final StateWriter writer;
  private final StatePoint opened;
  private final long objectsAtOpen;
  private final Semaphore readerPermits = new Semaphore(MAX_READERS, true);
  private final ConcurrentLinkedDeque<StateReader> idleReaders = new ConcurrentLinkedDeque<>();
  private volatile boolean closed;

  private interface Reading<T> {
    T with(StateReader reader) throws SQLException;
  }

  private StateStore(
      Path file,
      Connection connection,
      UserId userId,
      StateWriter writer,
      StatePoint opened,
      long objects) {
    this.file = file;
    this.connection = connection;
    this.userId = userId;
    this.writer = writer;
    this.opened = opened;
    this.objectsAtOpen = objects;
  }

  /** Starts a new store in place of whatever the file was. */
  public static BulkLoad bulkLoad(Path file, UserId userId) {
    try {
      for (String suffix : List.of("", "-wal", "-shm", "-journal")) {
        Files.deleteIfExists(file.resolveSibling(file.getFileName() + suffix));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The store " + file + " cannot be made anew", e);
    }
    try {
      Connection connection = Database.connect(file);
      Database.create(connection);
      return new BulkLoad(file, connection, new StateWriter(connection, userId, 0));
    } catch (SQLException e) {
      throw SqlFailures.of("Making the store " + file, e);
    }
  }

  /** Makes the store of a log that has no record yet. */
  public static void createEmpty(Path file, UserId userId) {
    try (BulkLoad load = bulkLoad(file, userId)) {
      load.finish(StatePoint.beforeGenesis(userId));
    }
  }

  /**
   * Opens a finished store.
   *
   * @throws IntegrityException if it is damaged, not finished, or another user's
   */
  public static StateStore open(Path file, UserId userId) {
    if (Files.notExists(file)) {
      throw new IntegrityException(
          "The home has no store at "
              + file
              + ". What is backed up is safe: recover into a new home");
    }
    try {
      Connection connection = Database.connect(file);
      boolean done = false;
      try {
        Database.configure(connection);
        Database.indexNames(connection);
        try (PreparedStatement statement =
                connection.prepareStatement(
                    "SELECT user_id, key_version, epoch, record_index, head, sequence, accumulator,"
                        + " tags, objects FROM point");
            ResultSet rows = statement.executeQuery()) {
          if (!rows.next()) {
            throw new IntegrityException(
                "The store " + file + " was never finished: recover into a new home");
          }
          if (!rows.getString(1).equals(userId.value())) {
            throw new IntegrityException(
                "The store " + file + " is of user " + rows.getString(1) + ", not of " + userId);
          }
          StatePoint point =
              new StatePoint(
                  rows.getInt(2),
                  rows.getLong(3),
                  rows.getLong(4),
                  Bytes.wrap(rows.getBytes(5)),
                  rows.getLong(6),
                  Bytes.wrap(rows.getBytes(7)),
                  rows.getLong(8));
          long objects = rows.getLong(9);
          StateStore store =
              new StateStore(
                  file,
                  connection,
                  userId,
                  new StateWriter(connection, userId, objects),
                  point,
                  objects);
          done = true;
          return store;
        }
      } finally {
        if (!done) {
          connection.close();
        }
      }
    } catch (SQLException e) {
      throw SqlFailures.of("Opening the store " + file, e);
    }
  }

  /** The database. */
  public Path file() {
    return file;
  }

  /** Whose state it is. */
  public UserId userId() {
    return userId;
  }

  /** Where the store stood when it was opened. */
  public StatePoint pointAtOpen() {
    return opened;
  }

  /** How many objects, not slices, there were when it was opened. */
  public long objectsAtOpen() {
    return objectsAtOpen;
  }

  /** The one writer. */
  public StateWriter writer() {
    return writer;
  }

  /** The value of an object. */
  public Optional<Value> get(ObjectName name) {
    return read(reader -> reader.get(name));
  }

  /** The tags and elements of an object's slices, in order; none if there is no such object. */
  public List<LiveTag> liveTags(ObjectName name) {
    return read(reader -> reader.liveTags(name));
  }

  /**
   * Names in the order of {@link ObjectName#compareTo}, as one state; of one collection, or all.
   */
  public void forEachName(Optional<String> collection, Consumer<ObjectName> action) {
    read(reader -> {
      reader.names(collection, action);
      return Boolean.TRUE;
    });
  }

  /**
   * The name of an object that was removed and not forgotten yet, by the tag of its first slice.
   */
  public Optional<ObjectName> departed(Bytes tag) {
    return read(reader -> reader.departed(tag));
  }

  /** Names in the order of {@link ObjectName#compareTo}; of one collection, or all. */
  public List<ObjectName> names(Optional<String> collection) {
    List<ObjectName> names = new ArrayList<>();
    forEachName(collection, names::add);
    return names;
  }

  /** Every object in the order of {@link ObjectName#compareTo}, streamed, as one state. */
  public void forEachObject(Consumer<StoredObject> action) {
    read(reader -> {
      reader.objects(action);
      return Boolean.TRUE;
    });
  }

  /**
   * Moves SQLite's write-ahead log into the database file, so that even a loss of power keeps what
   * was committed. For the writer's thread.
   *
   * @return whether everything committed so far is in it
   */
  public boolean checkpoint() {
    return writer.checkpoint();
  }

  private <T> T read(Reading<T> reading) {
    StateReader reader = acquire();
    boolean healthy = false;
    try {
      T result = reading.with(reader);
      healthy = true;
      return result;
    } catch (SQLException e) {
      throw SqlFailures.of("Reading the store", e);
    } finally {
      release(reader, healthy);
    }
  }

  private StateReader acquire() {
    readerPermits.acquireUninterruptibly();
    boolean done = false;
    try {
      if (closed) {
        throw new UnavailableException("The keyserver is closed");
      }
      StateReader reader = idleReaders.pollFirst();
      if (reader == null) {
        Connection readerConnection = Database.connect(file);
        Database.configureReader(readerConnection);
        reader = new StateReader(readerConnection);
      }
      done = true;
      return reader;
    } catch (SQLException e) {
      throw SqlFailures.of("Reading the store", e);
    } finally {
      if (!done) {
        readerPermits.release();
      }
    }
  }

  private void release(StateReader reader, boolean healthy) {
    try {
      if (healthy) {
        idleReaders.addFirst(reader);
      } else {
        reader.close();
      }
    } catch (SQLException e) {
      throw SqlFailures.of("Reading the store", e);
    } finally {
      readerPermits.release();
    }
  }

  /** Waits for the reads under way, takes back what is not committed, and closes. */
  @Override
  public void close() {
    readerPermits.acquireUninterruptibly(MAX_READERS);
    try {
      if (closed) {
        return;
      }
      closed = true;
      for (StateReader reader = idleReaders.pollFirst();
          reader != null;
          reader = idleReaders.pollFirst()) {
        reader.close();
      }
      writer.close();
      connection.close();
    } catch (SQLException e) {
      throw SqlFailures.of("Closing the store", e);
    } finally {
      readerPermits.release(MAX_READERS);
    }
  }
}
