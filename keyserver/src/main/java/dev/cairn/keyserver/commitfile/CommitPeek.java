package dev.cairn.keyserver.commitfile;

import dev.cairn.crypto.Bytes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads a record out of the commit files of a keyserver that runs, which keep their owner. */
public final class CommitPeek {
  private static final Pattern NAME = Pattern.compile("commits-(\\d{20})\\.log");

  private CommitPeek() {}

  /** The record with an index; empty where it is not there, or not there any more. */
  public static Optional<Bytes> record(Path directory, long index) throws IOException {
    long first = -1;
    Path holding = directory;
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Matcher matcher = NAME.matcher(String.valueOf(file.getFileName()));
        if (matcher.matches()) {
          long candidate = Long.parseLong(matcher.group(1));
          if (candidate <= index && candidate > first) {
            first = candidate;
            holding = file;
          }
        }
      }
    }
    if (first < 0) {
      return Optional.empty();
    }
    try (RandomAccessFile file = new RandomAccessFile(holding.toFile(), "r");
        FileChannel channel = file.getChannel()) {
      return find(channel, index - first);
    } catch (NoSuchFileException | java.io.FileNotFoundException removedMeanwhile) {
      return Optional.empty();
    }
  }

  private static Optional<Bytes> find(FileChannel channel, long skip) throws IOException {
    long position = FrameFormat.FILE_HEADER;
    ByteBuffer buffer = ByteBuffer.allocate(FrameFormat.FRAME_HEADER + FrameFormat.MAX_RECORD);
    for (long at = 0; ; at++) {
      buffer.clear();
      while (buffer.hasRemaining() && channel.read(buffer, position + buffer.position()) > 0) {
        // goes on until the file ends or the buffer is full
      }
      buffer.flip();
      Optional<FrameFormat.Frame> frame = FrameFormat.frameAt(buffer, 0);
      if (frame.isEmpty()) {
        return Optional.empty();
      }
      if (at == skip) {
        return Optional.of(
            Bytes.copyOf(buffer.slice(FrameFormat.FRAME_HEADER, frame.get().length())));
      }
      position += frame.get().end();
    }
  }
}
