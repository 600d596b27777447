package dev.cairn.cli.keyserver;

import dev.cairn.cli.input.PasswordOption;
import dev.cairn.cli.input.RecoveryKeyOption;
import dev.cairn.cli.input.SecretOption;
import dev.cairn.cli.output.ExitCodes;
import dev.cairn.cli.output.Streams;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.keyserver.recover.Proof;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Puts another password in force. */
@Command(
    name = "passwd",
    mixinStandardHelpOptions = true,
    description = {
      "Puts another password in force. The one before opens nothing afterwards, and every session",
      "ends; the keyserver that runs goes on. Data is not encrypted anew: after a theft see",
      "recover --after-theft, or compact --rotate."
    })
final class PasswdCommand implements Callable<Integer> {
  private final Streams streams;

  @Mixin private HomeOption home;
  @Mixin private SecretOption secret;
  @Mixin private RecoveryKeyOption recoveryKey;

  @Option(
      names = "--new-password-file",
      required = true,
      paramLabel = "FILE",
      description = "File that holds the new password.")
  private String newPassword;

  PasswdCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    HomeAccount account = new HomeAccount(home.home);
    account.name();
    try (Proof proof = secret.proof(streams);
        SecretBytes next = PasswordOption.ofFile(newPassword, streams)) {
      recoveryKey.use(
          secret,
          streams,
          choice -> account.change(change -> change.password(proof, next, choice)));
    }
    streams.line("the new password is in force");
    streams.flushed();
    return ExitCodes.DONE;
  }
}
