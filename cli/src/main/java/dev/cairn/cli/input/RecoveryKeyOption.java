package dev.cairn.cli.input;

import dev.cairn.cli.output.CommandFailedException;
import dev.cairn.cli.output.Streams;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.keyserver.error.LockedOutException;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.error.WrongSecretException;
import dev.cairn.keyserver.recover.RecoveryKeyChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What becomes of the recovery key when other secrets, or other keys, are put in force. */
public final class RecoveryKeyOption {
  @Option(
      names = "--new-recovery-key-file",
      paramLabel = "FILE",
      description = {
        "Have a new recovery key made, in place of any before; it is written into this file,",
        "which must not exist, before it is in force."
      })
  private @Nullable Path fresh;

  @Option(names = "--without-recovery-key", description = "Give the recovery key up.")
  private boolean without;

  /** What is done with a choice. */
  @FunctionalInterface
  public interface Use {
    void with(RecoveryKeyChoice choice) throws IOException, InterruptedException;
  }

  /** Refuses what could not be done, before anything is. */
  public void check() {
    if (without && fresh != null) {
      throw CommandFailedException.malformed(
          "The recovery key cannot be both made anew and given up",
          "Give one of --new-recovery-key-file and --without-recovery-key.");
    }
    if (fresh != null && Files.exists(fresh)) {
      throw CommandFailedException.malformed(
          fresh + " is there already, and no secret is written over anything",
          "Name another file, or remove it if nothing depends on it.");
    }
  }

  /** Makes the choice, and removes a new key again where it certainly did not come into force. */
  public void use(SecretOption secret, Streams streams, Use use)
      throws IOException, InterruptedException {
    Optional<SecretBytes> given = secret.besides(streams);
    try {
      use(given, use);
    } finally {
      given.ifPresent(SecretBytes::close);
    }
  }

  private void use(Optional<SecretBytes> given, Use use) throws IOException, InterruptedException {
    if (without && (fresh != null || given.isPresent())) {
      throw CommandFailedException.malformed(
          "The recovery key cannot be both kept, or made anew, and given up",
          "Give one of --recovery-key-file, --new-recovery-key-file and --without-recovery-key.");
    }
    if (fresh != null) {
      try (SecretBytes key = SecretFile.newRecoveryKey(fresh)) {
        RecoveryKeyChoice.Fresh choice = new RecoveryKeyChoice.Fresh(key);
        try {
          use.with(choice);
        } catch (WrongSecretException | LockedOutException | MalformedInputException e) {
          // There may be several logins in it: an early one may have put the key in force.
          if (!choice.mayBeInForce()) {
            SecretFile.forget(fresh);
          }
          throw e;
        }
      }
    } else if (without) {
      use.with(new RecoveryKeyChoice.Dropped());
    } else if (given.isPresent()) {
      use.with(new RecoveryKeyChoice.Given(given.get()));
    } else {
      use.with(new RecoveryKeyChoice.Unnamed());
    }
  }
}
