package dev.cairn.cli.input;

import dev.cairn.cli.output.CommandFailedException;
import dev.cairn.cli.output.Streams;
import dev.cairn.crypto.MalformedTextException;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.bundle.RecoveryKey;
import dev.cairn.keyserver.recover.FactorPrompt;
import dev.cairn.keyserver.recover.PasswordSecret;
import dev.cairn.keyserver.recover.Proof;
import dev.cairn.keyserver.recover.RecoveryKeySecret;
import dev.cairn.keyserver.recover.WalletSecret;
import dev.cairn.keyserver.wallet.PageSigner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What an account is proven with: a secret, and a code where a second factor is enrolled. */
public final class SecretOption {
  @Mixin private PasswordOption password;
  @Mixin private WalletOption wallet;

  @Option(
      names = "--recovery-key-file",
      paramLabel = "FILE",
      description = {
        "File that holds the printed recovery key. Without a password it logs in; with one it",
        "renews what it opens itself."
      })
  private @Nullable String recoveryKeyFile;

  @Option(
      names = "--factor-code-file",
      paramLabel = "FILE",
      description = {
        "File that holds a code of the second factor, or a recovery code, where one is enrolled;",
        "- reads standard input. Each login takes the next line: a rotation logs in twice.",
        "Without this option you are asked."
      })
  private @Nullable String factorCodeFile;

  /** Whether any secret is given as an option. */
  public boolean isGiven() {
    return password.isGiven() || wallet.isGiven() || recoveryKeyFile != null;
  }

  /** The secret, whose maker closes it by closing the proof's secret. */
  public Proof proof(Streams streams) throws IOException {
    return proof(streams, "your provider");
  }

  /**
   * As above.
   *
   * @param serverName what a wallet's page calls the service
   */
  public Proof proof(Streams streams, String serverName) throws IOException {
    FactorPrompt prompt = prompt(streams);
    if (wallet.isGiven()) {
      if (password.isGiven()) {
        throw CommandFailedException.malformed(
            "A wallet and a password are given", "Give what the account is opened by.");
      }
      return new Proof(
          new WalletSecret(wallet.open(PageSigner.Purpose.RECOVER, serverName, streams)), prompt);
    }
    if (recoveryKeyFile != null && !password.isGiven()) {
      return new Proof(new RecoveryKeySecret(readRecoveryKey(recoveryKeyFile, streams)), prompt);
    }
    return new Proof(new PasswordSecret(password.read(streams)), prompt);
  }

  /** The recovery key, where one is given besides a password. */
  Optional<SecretBytes> besides(Streams streams) throws IOException {
    return recoveryKeyFile != null && (password.isGiven() || wallet.isGiven())
        ? Optional.of(readRecoveryKey(recoveryKeyFile, streams))
        : Optional.empty();
  }

  private FactorPrompt prompt(Streams streams) {
    String file = factorCodeFile;
    if (file == null) {
      return factors -> {
        try (SecretBytes code =
            PasswordOption.typed(
                "Code of the second factor (" + String.join(", ", factors) + "): ",
                "Give --factor-code-file FILE, or - to read it from standard input.")) {
          return text(code);
        }
      };
    }
    Deque<String> lines = new ArrayDeque<>();
    AtomicBoolean read = new AtomicBoolean();
    return factors -> {
      if (!read.getAndSet(true)) {
        try (SecretBytes all = PasswordOption.ofFile(file, streams)) {
          text(all).lines().map(String::strip).filter(l -> !l.isEmpty()).forEach(lines::add);
        } catch (IOException e) {
          throw CommandFailedException.malformed(
              "The code cannot be read from " + file, "Name the file that holds it.");
        }
      }
      if (lines.isEmpty()) {
        throw CommandFailedException.malformed(
            "There is no code left in " + file,
            "Write one code into each line, as many as there are logins.");
      }
      return lines.remove();
    };
  }

  /** A code that serves once, as text. */
  static String text(SecretBytes secret) {
    byte[] bytes = secret.copyMaterial();
    try {
      return new String(bytes, StandardCharsets.UTF_8).strip();
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static SecretBytes readRecoveryKey(String file, Streams streams) throws IOException {
    try (SecretBytes read = PasswordOption.ofFile(file, streams)) {
      byte[] bytes = read.copyMaterial();
      CharBuffer text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes));
      char[] printed = new char[text.remaining()];
      text.get(printed);
      try {
        return RecoveryKey.parse(printed);
      } catch (MalformedTextException e) {
        throw CommandFailedException.malformed(
            String.valueOf(e.getMessage()), "Name the file that holds the recovery key.");
      } finally {
        Arrays.fill(bytes, (byte) 0);
        Arrays.fill(printed, '\0');
        Arrays.fill(text.array(), '\0');
      }
    }
  }
}
