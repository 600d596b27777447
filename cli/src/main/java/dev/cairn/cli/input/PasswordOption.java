package dev.cairn.cli.input;

import dev.cairn.cli.output.CommandFailedException;
import dev.cairn.cli.output.Streams;
import dev.cairn.crypto.SecretBytes;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the password comes from; never from an argument, which every process could read. */
public final class PasswordOption {
  private static final int MAX_BYTES = 1 << 16;
  private static final int MAX_UTF8 = 3;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = {
        "File that holds the password, without the line break at its end;",
        "- reads standard input. Without this option you are asked."
      })
  private @Nullable String file;

  /** Whether it comes from a file. */
  public boolean isGiven() {
    return file != null;
  }

  /** Asks a person; without echo. */
  public static SecretBytes typed(String prompt, String otherwise) {
    return ask(
        terminal()
            .orElseThrow(() ->
                CommandFailedException.malformed("There is no terminal to ask at", otherwise)),
        prompt);
  }

  /** A password that exists. */
  public SecretBytes read(Streams streams) throws IOException {
    return file == null ? prompt(false) : ofFile(file, streams);
  }

  /** A password that is being chosen: where a person types it, it is asked for twice. */
  public SecretBytes choose(Streams streams) throws IOException {
    return file == null ? prompt(true) : ofFile(file, streams);
  }

  /** The password in a file; {@code -} reads standard input. */
  public static SecretBytes ofFile(String file, Streams streams) throws IOException {
    if (file.equals("-")) {
      return ofStream(streams.in(), "standard input");
    }
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      return ofStream(in, file);
    } catch (NoSuchFileException e) {
      throw CommandFailedException.malformed(
          "There is no password file " + file, "Name the file that holds the password.");
    }
  }

  private static SecretBytes ofStream(InputStream in, String name) throws IOException {
    byte[] read = in.readNBytes(MAX_BYTES + 1);
    try {
      if (read.length > MAX_BYTES) {
        throw CommandFailedException.malformed(
            "What stands in "
                + name
                + " has more than "
                + MAX_BYTES
                + " bytes: that is no password",
            "Name the file that holds the password and nothing else.");
      }
      int length = read.length;
      if (length > 0 && read[length - 1] == '\n') {
        length--;
        if (length > 0 && read[length - 1] == '\r') {
          length--;
        }
      }
      if (length == 0) {
        throw CommandFailedException.malformed(
            "There is no password in " + name, "Write the password into it.");
      }
      return SecretBytes.takeOwnershipOf(Arrays.copyOf(read, length));
    } finally {
      Arrays.fill(read, (byte) 0);
    }
  }

  private static SecretBytes prompt(boolean twice) {
    Console console =
        terminal()
            .orElseThrow(() ->
                CommandFailedException.malformed(
                    "There is no terminal to ask for the password",
                    "Give --password-file FILE, or --password-file - to read it from standard"
                        + " input."));
    SecretBytes first = ask(console, "Password: ");
    if (twice) {
      try (SecretBytes second = ask(console, "The same again: ")) {
        if (!first.equalsConstantTime(second)) {
          first.close();
          throw CommandFailedException.malformed(
              "The two passwords differ", "Run the command again.");
        }
      }
    }
    return first;
  }

  private static Optional<Console> terminal() {
    Streams process = Streams.ofProcess();
    return process.terminalIn() ? Optional.ofNullable(System.console()) : Optional.empty();
  }

  private static SecretBytes ask(Console console, String prompt) {
    char @Nullable [] typed = console.readPassword("%s", prompt);
    if (typed == null || typed.length == 0) {
      throw CommandFailedException.malformed(
          "No password was typed", "Run the command again and type it.");
    }
    ByteBuffer encoded = ByteBuffer.wrap(new byte[MAX_UTF8 * typed.length]);
    StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(typed), encoded, true);
    byte[] bytes = Arrays.copyOf(encoded.array(), encoded.position());
    Arrays.fill(encoded.array(), (byte) 0);
    Arrays.fill(typed, '\0');
    return SecretBytes.takeOwnershipOf(bytes);
  }
}
