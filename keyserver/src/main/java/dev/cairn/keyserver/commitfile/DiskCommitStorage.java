package dev.cairn.keyserver.commitfile;

import dev.cairn.keyserver.home.DurableFiles;
import java.io.IOException;
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
      return new DiskFile(channel);
    } finally {
      if (!done) {
        channel.close();
      }
    }
  }

  @Override
  public CommitStorageFile open(String name) throws IOException {
    return new DiskFile(
        FileChannel.open(
            directory.resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE));
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

  private record DiskFile(FileChannel channel) implements CommitStorageFile {
    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public void read(ByteBuffer target, long position) throws IOException {
      long at = position;
      while (target.hasRemaining()) {
        int read = channel.read(target, at);
        if (read < 0) {
          return;
        }
        at += read;
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
      channel.close();
    }
  }
}
