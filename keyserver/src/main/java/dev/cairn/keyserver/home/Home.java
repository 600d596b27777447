package dev.cairn.keyserver.home;

import dev.cairn.crypto.BackupKey;
import dev.cairn.keyserver.error.HomeInUseException;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.error.MalformedInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The directory that a keyserver lives in. Whoever holds this object owns it: one process at a
 * time, until {@link #close()}.
 *
 * <p>Made by {@link HomeBuilder}. The backup key lies in a file of its own that only the owner may
 * read, because a keyserver must restart unattended.
 */
public final class Home implements AutoCloseable {
  /**
   * Real paths of the homes that this process has open. A second channel on a lock file must not be
   * opened and closed beside the first: POSIX would give the first one's lock back with it.
   */
  private static final Set<Path> OPEN_HERE = ConcurrentHashMap.newKeySet();

  private final HomeFiles files;
  private final Path realPath;
  private final FileChannel lockChannel;
  private HomeIdentity identity;

  private Home(HomeFiles files, Path realPath, FileChannel lockChannel, HomeIdentity identity) {
    this.files = files;
    this.realPath = realPath;
    this.lockChannel = lockChannel;
    this.identity = identity;
  }

  /**
   * Opens and locks a home. Whoever holds the lock is the only one who may serve the home, so what
   * a process that was killed has left in {@link #apiFile} is removed.
   *
   * @throws MalformedInputException if the directory is not a home
   * @throws HomeInUseException if another process, or another part of this one, has it open
   */
  public static Home open(Path directory) {
    HomeFiles files = new HomeFiles(directory.toAbsolutePath().normalize());
    try {
      files.readIdentity(); // before anything is created in what may be no home at all
      Path realPath = files.directory().toRealPath();
      if (!OPEN_HERE.add(realPath)) {
        throw inUse(directory);
      }
      boolean done = false;
      try {
        Home home = lock(directory, files, realPath);
        done = true;
        return home;
      } finally {
        if (!done) {
          OPEN_HERE.remove(realPath);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The home " + directory + " cannot be opened", e);
    }
  }

  private static Home lock(Path directory, HomeFiles files, Path realPath) throws IOException {
    FileChannel channel =
        FileChannel.open(
            files.lock(),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    boolean locked = false;
    try {
      if (!tryLock(channel)) {
        throw inUse(directory);
      }
      Files.deleteIfExists(files.api());
      Home home = new Home(files, realPath, channel, files.readIdentity());
      locked = true;
      return home;
    } finally {
      if (!locked) {
        channel.close();
      }
    }
  }

  private static HomeInUseException inUse(Path directory) {
    return new HomeInUseException(
        "The home "
            + directory
            + " is open elsewhere: a home belongs to one process at a time. Nothing was changed;"
            + " stop the other one or try again");
  }

  /** Whether another process, or another part of this one, has the home open. */
  public static boolean isOpenElsewhere(Path directory) {
    HomeFiles files = new HomeFiles(directory.toAbsolutePath().normalize());
    if (Files.notExists(files.lock())) {
      return false;
    }
    try {
      if (OPEN_HERE.contains(files.directory().toRealPath())) {
        return true;
      }
      try (FileChannel channel = FileChannel.open(files.lock(), StandardOpenOption.WRITE)) {
        return !tryLock(channel);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The lock of " + directory + " cannot be tried", e);
    }
  }

  /** Where a process that serves the home says how to reach it; without opening the home. */
  public static Path apiFile(Path directory) {
    return new HomeFiles(directory.toAbsolutePath().normalize()).api();
  }

  /** Reads who a home belongs to, without locking it. */
  public static HomeIdentity readIdentity(Path directory) {
    try {
      return new HomeFiles(directory.toAbsolutePath().normalize()).readIdentity();
    } catch (IOException e) {
      throw new UncheckedIOException("The identity in " + directory + " cannot be read", e);
    }
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      @Nullable FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  public Path directory() {
    return files.directory();
  }

  public HomeIdentity identity() {
    return identity;
  }

  /** Replaces the identity; a crash leaves the old one or the new one. */
  public void replaceIdentity(HomeIdentity replacement) {
    try {
      files.writeIdentity(replacement);
    } catch (IOException e) {
      throw new UncheckedIOException("The identity in " + directory() + " cannot be replaced", e);
    }
    identity = replacement;
  }

  /**
   * Reads the backup key of the identity's key version; the caller closes it.
   *
   * @throws IntegrityException if it is not there or not whole
   */
  public BackupKey readBackupKey() {
    try {
      return files.readBackupKey(identity.keyVersion());
    } catch (IOException e) {
      throw new UncheckedIOException("The backup key in " + directory() + " cannot be read", e);
    }
  }

  /** The key versions that the home holds backup keys of, ascending. */
  public SortedSet<Integer> keyVersions() {
    try {
      return files.keyVersions();
    } catch (IOException e) {
      throw new UncheckedIOException("The backup keys in " + directory() + " cannot be listed", e);
    }
  }

  /**
   * Reads the backup key of a version; the caller closes it.
   *
   * @throws IntegrityException if it is not there or not whole
   */
  public BackupKey readBackupKey(int keyVersion) {
    try {
      return files.readBackupKey(keyVersion);
    } catch (IOException e) {
      throw new UncheckedIOException("The backup key in " + directory() + " cannot be read", e);
    }
  }

  /** Writes the backup key of a version beside the others. The key stays the caller's to close. */
  public void writeBackupKey(int keyVersion, BackupKey key) {
    try {
      files.writeBackupKey(keyVersion, key);
    } catch (IOException e) {
      throw new UncheckedIOException("The backup key cannot be written to " + directory(), e);
    }
  }

  /** Removes the backup key of a version that nothing is read with any more. */
  public void removeBackupKey(int keyVersion) {
    if (keyVersion == identity.keyVersion()) {
      throw new IllegalArgumentException("Key version " + keyVersion + " is in force");
    }
    try {
      files.removeBackupKey(keyVersion);
    } catch (IOException e) {
      throw new UncheckedIOException("A backup key in " + directory() + " cannot be removed", e);
    }
  }

  /** Where a base is made before the home goes over to it. */
  public Path rebaseDirectory() {
    return files.rebase();
  }

  /** The SQLite database of the live state. */
  public Path storeFile() {
    return files.store();
  }

  /** The directory of the commit files. */
  public Path commitDirectory() {
    return files.commits();
  }

  /** Gives the home back. */
  @Override
  public void close() {
    if (!lockChannel.isOpen()) {
      return;
    }
    try {
      lockChannel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("The lock of " + directory() + " cannot be given back", e);
    } finally {
      OPEN_HERE.remove(realPath);
    }
  }
}
