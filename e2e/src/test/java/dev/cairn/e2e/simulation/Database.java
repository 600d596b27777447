package dev.cairn.e2e.simulation;

import dev.cairn.keyserver.state.StateStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/**
 * The SQLite database of a home: real, in a file, and what a death may leave of it.
 *
 * <p>A kill leaves the file and its write-ahead log as they are. A loss of power may leave anything
 * that WAL mode with {@code synchronous=NORMAL} permits: the database file is written and forced
 * only by checkpoints, the log behind the last one is not forced at all. So the log is kept, or
 * lost, or, as long as no checkpoint was seen, cut at any byte: SQLite then stands at an earlier
 * transaction. Not simulated: sectors of the log in another order, which its checksums find just
 * so; a death inside of SQLite, which is its own tests' matter.
 */
final class Database {
  private static final Path TEMPLATE = template();

  final Path file;
  private final byte[] checkpointed;
  private final boolean checkpointSeen;

  private Database(Path file, byte[] checkpointed, boolean checkpointSeen) {
    this.file = file;
    this.checkpointed = checkpointed;
    this.checkpointSeen = checkpointSeen;
  }

  private static Path template() {
    try {
      Path directory = Files.createTempDirectory("cairn-simulation");
      Path file = directory.resolve("empty.db");
      StateStore.createEmpty(file, SimulatedOwner.USER);
      file.toFile().deleteOnExit();
      directory.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Database empty(Path directory) throws IOException {
    return copy(TEMPLATE, directory, true);
  }

  /** What a recovery has made. */
  static Database copy(Path from, Path directory, boolean checkpointSeen) throws IOException {
    Files.createDirectories(directory);
    Path file = directory.resolve("store.db");
    Files.copy(from, file);
    return new Database(file, Files.readAllBytes(file), checkpointSeen);
  }

  /** What is left, in another place; the old one may still be open. */
  Database afterDeath(Path directory, boolean powerLost, Random random) throws IOException {
    Files.createDirectories(directory);
    byte[] content = Files.readAllBytes(file);
    Path wal = file.resolveSibling("store.db-wal");
    byte[] log = Files.exists(wal) ? Files.readAllBytes(wal) : new byte[0];
    boolean checkpoint = checkpointSeen || !Arrays.equals(content, checkpointed);
    if (powerLost) {
      int kind = random.nextInt(3);
      if (kind == 0) {
        log = new byte[0];
      } else if (kind == 1 && !checkpoint) {
        log = Arrays.copyOf(log, random.nextInt(log.length + 1));
      }
    }
    Path copy = directory.resolve("store.db");
    Files.write(copy, content);
    if (log.length > 0) {
      Files.write(directory.resolve("store.db-wal"), log);
    }
    // A log that was lost as a whole begins anew, with nothing in it that a checkpoint took.
    return new Database(copy, content, checkpoint && log.length > 0);
  }
}
