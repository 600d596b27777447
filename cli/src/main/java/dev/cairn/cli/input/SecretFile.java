package dev.cairn.cli.input;

import dev.cairn.cli.output.CommandFailedException;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.bundle.RecoveryKey;
import dev.cairn.keyserver.home.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Set;

/** Secrets that are made here and kept by their owner: in a file for their owner alone. */
public final class SecretFile {
  private SecretFile() {}

  /**
   * Makes a recovery key and writes it down, before anything depends on it.
   *
   * @return the caller closes it
   */
  public static SecretBytes newRecoveryKey(Path file) throws IOException {
    SecretBytes key = RecoveryKey.generate(new SecureRandom());
    char[] printed = RecoveryKey.print(key);
    byte[] text = new byte[printed.length + 1];
    for (int i = 0; i < printed.length; i++) {
      text[i] = (byte) printed[i];
    }
    text[printed.length] = '\n';
    boolean written = false;
    try {
      write(file, text);
      written = true;
      return key;
    } finally {
      Arrays.fill(printed, '\0');
      Arrays.fill(text, (byte) 0);
      if (!written) {
        key.close();
      }
    }
  }

  /** Writes text down for its owner alone; never over anything. */
  public static void write(Path file, String text) throws IOException {
    write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void write(Path file, byte[] content) throws IOException {
    boolean created = false;
    boolean written = false;
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      created = true;
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
      written = true;
    } catch (FileAlreadyExistsException e) {
      throw CommandFailedException.malformed(
          file + " is there already, and no secret is written over anything",
          "Name another file, or remove it if nothing depends on it.");
    } finally {
      if (created && !written) {
        Files.deleteIfExists(file); // half a secret is none, and would be in the way
      }
    }
    // A loss of power must not leave the secret in force and its file gone.
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null) {
      DurableFiles.forceDirectory(directory);
    }
  }

  /** Removes what nothing came to depend on. */
  static void forget(Path file) throws IOException {
    Files.deleteIfExists(file);
  }
}
