package dev.cairn.keyserver.home;

import dev.cairn.crypto.BackupKey;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.error.UnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * The directory that a keyserver lives in. Whoever holds this object owns it: one process at a
 * time, until {@link #close()}.
 *
 * <p>Made by {@link HomeBuilder}. The backup key lies in a file of its own that only the owner may
 * read, because a keyserver must restart unattended.
 */
public final class Home implements AutoCloseable {
  private final HomeFiles files;
  private final FileChannel lockChannel;
  private HomeIdentity identity;

  private Home(HomeFiles files, FileChannel lockChannel, HomeIdentity identity) {
    this.files = files;
    this.lockChannel = lockChannel;
    this.identity = identity;
  }

  /**
   * Opens and locks a home.
   *
   * @throws MalformedInputException if the directory is not a home
   * @throws UnavailableException if another process, or another part of this one, has it open
   */
  public static Home open(Path directory) {
    HomeFiles files = new HomeFiles(directory.toAbsolutePath().normalize());
    try {
      files.readIdentity(); // before anything is created in what may be no home at all
      FileChannel channel =
          FileChannel.open(
              files.lock(),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      boolean locked = false;
      try {
        if (!tryLock(channel)) {
          throw new UnavailableException(
              "The home "
                  + directory
                  + " is open elsewhere: a home belongs to one process at a time. Nothing was"
                  + " changed; stop the other one or try again");
        }
        Home home = new Home(files, channel, files.readIdentity());
        locked = true;
        return home;
      } finally {
        if (!locked) {
          channel.close();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The home " + directory + " cannot be opened", e);
    }
  }

  /** Whether another process, or another part of this one, has the home open. */
  public static boolean isOpenElsewhere(Path directory) {
    Path lock = new HomeFiles(directory.toAbsolutePath().normalize()).lock();
    if (Files.notExists(lock)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE)) {
      return !tryLock(channel);
    } catch (IOException e) {
      throw new UncheckedIOException("The lock of " + directory + " cannot be tried", e);
    }
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
    try {
      lockChannel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("The lock of " + directory() + " cannot be given back", e);
    }
  }
}
