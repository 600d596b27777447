package dev.cairn.cli.keyserver;

import dev.cairn.cli.input.RecoveryKeyOption;
import dev.cairn.cli.input.SecretOption;
import dev.cairn.cli.output.CommandFailedException;
import dev.cairn.cli.output.ExitCodes;
import dev.cairn.cli.output.Streams;
import dev.cairn.keyserver.recover.Proof;
import dev.cairn.keyserver.recover.RecoveryKeyChoice;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Puts another recovery key in force, or none. */
@Command(
    name = "recovery-key",
    mixinStandardHelpOptions = true,
    description = {
      "Has a new recovery key made (--new-recovery-key-file), or gives it up",
      "(--without-recovery-key). Asks for the password."
    })
final class RecoveryKeyCommand implements Callable<Integer> {
  private final Streams streams;

  @Mixin private HomeOption home;
  @Mixin private SecretOption secret;
  @Mixin private RecoveryKeyOption recoveryKey;

  RecoveryKeyCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    HomeAccount account = new HomeAccount(home.home);
    account.name();
    try (Proof proof = secret.proof(streams)) {
      recoveryKey.use(
          secret,
          streams,
          choice -> {
            if (!(choice instanceof RecoveryKeyChoice.Fresh)
                && !(choice instanceof RecoveryKeyChoice.Dropped)) {
              throw CommandFailedException.malformed(
                  "Nothing was said about the recovery key",
                  "Give --new-recovery-key-file FILE, or --without-recovery-key.");
            }
            account.change(change -> change.recoveryKey(proof, choice));
            streams.line(
                choice instanceof RecoveryKeyChoice.Fresh
                    ? "the new recovery key is in force"
                    : "there is no recovery key any more");
          });
    }
    streams.flushed();
    return ExitCodes.DONE;
  }
}
