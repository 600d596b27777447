package dev.cairn.cli.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The directory of an embedded stack, held by one process at a time. */
final class DataDirectory implements AutoCloseable {
  private final Path root;
  private final FileChannel channel;
  private final FileLock lock;

  private DataDirectory(Path root, FileChannel channel, FileLock lock) {
    this.root = root;
    this.channel = channel;
    this.lock = lock;
  }

  /** Makes the directory where it is missing and locks it. */
  static DataDirectory open(Path root) throws LocalStackException {
    try {
      PrivateFiles.createDirectories(root);
      FileChannel channel =
          FileChannel.open(
              root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = tryLock(channel);
      if (lock == null) {
        channel.close();
        throw new LocalStackException(
            root
                + " is in use by another process; its data is untouched. Stop that one, or choose"
                + " another directory.");
      }
      return new DataDirectory(root.toAbsolutePath().normalize(), channel, lock);
    } catch (IOException e) {
      throw new LocalStackException("cannot use " + root + ": " + e.getMessage(), e);
    }
  }

  @SuppressWarnings("NullAway") // FileChannel.tryLock answers null when another process has it.
  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException heldByThisProcess) {
      return null;
    }
  }

  Path root() {
    return root;
  }

  /** A directory below, made where it is missing. */
  Path sub(String name) throws IOException {
    return PrivateFiles.createDirectories(root.resolve(name));
  }

  @Override
  public void close() throws IOException {
    lock.release();
    channel.close();
  }
}
