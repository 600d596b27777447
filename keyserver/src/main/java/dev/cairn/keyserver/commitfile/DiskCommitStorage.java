package dev.cairn.keyserver.commitfile;

import dev.cairn.keyserver.home.DurableFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A directory on a disk. */
public final class DiskCommitStorage implements CommitStorage {
  private static final int READ_BYTES = 1024 * 1024;

  private final Path directory;

  private DiskCommitStorage(Path directory) {
    this.directory = directory;
  }

  /** The directory must exist. */
  public static DiskCommitStorage in(Path directory) {
    return new DiskCommitStorage(directory);
  }

  @Override
  public List<String> list() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> String.valueOf(file.getFileName())).toList();
    }
  }

  @Override
  public CommitStorageFile create(String name) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve(name),
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE_NEW);
    boolean done = false;
    try {
      DurableFiles.forceDirectory(directory);
      done = true;
      return DiskFile.open(directory.resolve(name), channel);
    } finally {
      if (!done) {
        channel.close();
      }
    }
  }

  @Override
  public CommitStorageFile open(String name) throws IOException {
    Path file = directory.resolve(name);
    return DiskFile.open(
        file, FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  @Override
  public void delete(String name) throws IOException {
    Files.deleteIfExists(directory.resolve(name));
  }

  @Override
  public void replace(String name, byte[] content) throws IOException {
    DurableFiles.replace(directory.resolve(name), content);
  }

  @Override
  public Optional<byte[]> read(String name) throws IOException {
    try {
      return Optional.of(Files.readAllBytes(directory.resolve(name)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /**
   * Reads go through a second handle: an interrupt of the reading thread closes a channel, and with
   * it the file under the writer.
   */
  private record DiskFile(FileChannel channel, RandomAccessFile reader)
      implements CommitStorageFile {
    static DiskFile open(Path file, FileChannel channel) throws IOException {
      boolean done = false;
      try {
        DiskFile opened = new DiskFile(channel, new RandomAccessFile(file.toFile(), "r"));
        done = true;
        return opened;
      } finally {
        if (!done) {
          channel.close();
        }
      }
    }

    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public void read(ByteBuffer target, long position) throws IOException {
      byte[] bytes = new byte[Math.min(target.remaining(), READ_BYTES)];
      reader.seek(position);
      while (target.hasRemaining()) {
        int read = reader.read(bytes, 0, Math.min(bytes.length, target.remaining()));
        if (read < 0) {
          return;
        }
        target.put(bytes, 0, read);
      }
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
      long at = position;
      while (source.hasRemaining()) {
        at += channel.write(source, at);
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      channel.truncate(size);
    }

    @Override
    public void force() throws IOException {
      channel.force(false); // fdatasync: it carries a new length, but no times
    }

    @Override
    public void close() throws IOException {
      reader.close();
      channel.close();
    }
  }
}
