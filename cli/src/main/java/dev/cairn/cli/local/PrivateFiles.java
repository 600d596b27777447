package dev.cairn.cli.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Files and directories of an embedded stack: they appear whole or not at all. */
final class PrivateFiles {
  private PrivateFiles() {}

  /** A directory that is made here, where it is missing, is closed to other users. */
  static Path createDirectories(Path directory) throws IOException {
    return Files.createDirectories(directory, permissions("rwx------"));
  }

  /** Writes a file for this user alone. */
  static void write(Path file, Properties properties) throws IOException {
    write(file, properties, "rw-------");
  }

  /** Writes a file that everybody who gets at its directory may read. */
  static void writeReadable(Path file, Properties properties) throws IOException {
    write(file, properties, "rw-r--r--");
  }

  // Not Properties.store: it escapes the colons of every address, and shells read these files too.
  private static void write(Path file, Properties properties, String permissions)
      throws IOException {
    StringBuilder text = new StringBuilder();
    for (String key : new TreeSet<>(properties.stringPropertyNames())) {
      text.append(key)
          .append('=')
          .append(properties.getProperty(key).replace("\\", "\\\\"))
          .append('\n');
    }
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(temporary);
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            permissions(permissions))) {
      ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    flush(parentOf(file));
  }

  /**
   * Moves a finished directory into its place, which is empty or free, once all of it is on disk.
   */
  static void moveTree(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        flush(path);
      }
    }
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    flush(parentOf(to));
  }

  /** Deletes a directory with all that is in it; there may be none. */
  static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static void flush(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static FileAttribute<Set<PosixFilePermission>> permissions(String text) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
  }

  private static Path parentOf(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file.toAbsolutePath() : parent;
  }
}
