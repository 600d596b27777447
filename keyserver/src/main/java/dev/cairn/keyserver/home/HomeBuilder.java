package dev.cairn.keyserver.home;

import dev.cairn.crypto.BackupKey;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.error.UnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A home in the making. It grows in a hidden directory beside its place and appears there only when
 * {@link #complete()} is called: a failed {@code init} or {@code recover} leaves no home behind.
 *
 * <p>{@link #close()} before {@link #complete()} removes everything. After {@link #suspend()}, or a
 * crash, {@link #resume} finds what was there.
 */
public final class HomeBuilder implements AutoCloseable {
  private enum Outcome {
    OPEN,
    COMPLETE,
    SUSPENDED
  }

  private final Path target;
  private final HomeFiles files;
  private final FileChannel lock;
  private Outcome outcome = Outcome.OPEN;

  private HomeBuilder(Path target, HomeFiles files, FileChannel lock) {
    this.target = target;
    this.files = files;
    this.lock = lock;
  }

  /**
   * Starts afresh; what an earlier attempt for the same place left is removed.
   *
   * @throws MalformedInputException if the place is taken: neither absent nor an empty directory
   * @throws UnavailableException if another process is at it
   */
  public static HomeBuilder begin(Path target) {
    return start(target, false);
  }

  /** As {@link #begin}, but goes on with what an earlier attempt for the same place left. */
  public static HomeBuilder resume(Path target) {
    return start(target, true);
  }

  private static HomeBuilder start(Path given, boolean keep) {
    Path target = given.toAbsolutePath().normalize();
    requireFree(target);
    Path parent = DurableFiles.parentOf(target);
    Path building = parent.resolve("." + target.getFileName() + ".unfinished");
    HomeFiles files = new HomeFiles(building);
    try {
      Files.createDirectories(parent);
      if (Files.notExists(building)) {
        DurableFiles.createPrivateDirectory(building);
      }
      FileChannel lock =
          FileChannel.open(
              files.lock(),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      boolean started = false;
      try {
        if (!tryLock(lock)) {
          throw new UnavailableException(
              "Another process is making the home "
                  + given
                  + " right now. Nothing was changed; wait for it or stop it");
        }
        if (!keep) {
          empty(building, files.lock());
        }
        if (Files.notExists(files.commits())) {
          DurableFiles.createPrivateDirectory(files.commits());
        }
        HomeBuilder builder = new HomeBuilder(target, files, lock);
        started = true;
        return builder;
      } finally {
        if (!started) {
          lock.close();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("No home can be made at " + given, e);
    }
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static void requireFree(Path target) {
    if (Files.notExists(target)) {
      return;
    }
    try (Stream<Path> children = Files.list(target)) {
      if (children.findAny().isPresent()) {
        throw new MalformedInputException(
            target
                + " is not empty: a home is made only where nothing is. Nothing was changed; choose another place");
      }
    } catch (NotDirectoryException e) {
      throw new MalformedInputException(
          target + " is not a directory. Nothing was changed; choose another place", e);
    } catch (IOException e) {
      throw new UncheckedIOException(target + " cannot be listed", e);
    }
  }

  private static void empty(Path directory, Path except) throws IOException {
    try (Stream<Path> children = Files.list(directory)) {
      for (Path child : children.toList()) {
        if (Files.isDirectory(child)) {
          DurableFiles.removeTree(child);
        } else if (!child.equals(except)) {
          Files.delete(child);
        }
      }
    }
  }

  /**
   * Where the home grows; scratch files may lie here too, if they are removed before {@link
   * #complete()}.
   */
  public Path directory() {
    return files.directory();
  }

  /**
   * Where the SQLite database of the live state belongs; it must be closed before {@link
   * #complete()}.
   */
  public Path storeFile() {
    return files.store();
  }

  /** The directory of the commit files; it exists. */
  public Path commitDirectory() {
    return files.commits();
  }

  /** Writes who the home belongs to. */
  public void writeIdentity(HomeIdentity identity) {
    try {
      files.writeIdentity(identity);
    } catch (IOException e) {
      throw new UncheckedIOException("The identity cannot be written to " + directory(), e);
    }
  }

  /**
   * Writes the backup key into its own file, which only the owner may read. The key stays the
   * caller's to close.
   */
  public void writeBackupKey(int keyVersion, BackupKey key) {
    try {
      files.writeBackupKey(keyVersion, key);
    } catch (IOException e) {
      throw new UncheckedIOException("The backup key cannot be written to " + directory(), e);
    }
  }

  /**
   * Moves the home into its place. From here on it is one, whatever crashes.
   *
   * @throws MalformedInputException if the place has been taken meanwhile
   */
  public void complete() {
    try {
      HomeIdentity identity = files.readIdentity();
      files.readBackupKey(identity.keyVersion()).close();
      requireFree(target);
      DurableFiles.forceDirectory(files.commits());
      DurableFiles.forceDirectory(files.directory());
      Files.move(files.directory(), target, StandardCopyOption.ATOMIC_MOVE);
      outcome = Outcome.COMPLETE;
      DurableFiles.forceDirectory(DurableFiles.parentOf(target));
    } catch (IOException e) {
      throw new UncheckedIOException("The home cannot be moved to " + target, e);
    }
  }

  /** Leaves what is there for {@link #resume}. */
  public void suspend() {
    if (outcome == Outcome.OPEN) {
      outcome = Outcome.SUSPENDED;
    }
  }

  /** Ends the making; removes everything unless it is complete or suspended. */
  @Override
  public void close() {
    @Nullable IOException failure = null;
    try {
      if (outcome == Outcome.OPEN) {
        outcome = Outcome.SUSPENDED;
        DurableFiles.removeTree(files.directory());
      }
    } catch (IOException e) {
      failure = e;
    }
    try {
      lock.close();
    } catch (IOException e) {
      failure = e;
    }
    if (failure != null) {
      throw new UncheckedIOException(
          "What was begun at " + directory() + " cannot be removed", failure);
    }
  }
}
