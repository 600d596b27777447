package dev.cairn.cli.keyserver;

import dev.cairn.cli.input.NewWalletOption;
import dev.cairn.cli.input.PasswordOption;
import dev.cairn.cli.input.RecoveryKeyOption;
import dev.cairn.cli.input.SecretOption;
import dev.cairn.cli.output.CommandFailedException;
import dev.cairn.cli.output.ExitCodes;
import dev.cairn.cli.output.Streams;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.keyserver.recover.Proof;
import dev.cairn.keyserver.wallet.WalletSigner;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Puts another password, or a wallet, in force. */
@Command(
    name = "passwd",
    mixinStandardHelpOptions = true,
    description = {
      "Puts another password, or an Ethereum wallet, in force. The secret before opens nothing",
      "afterwards, and every session ends; the keyserver that runs goes on, and the account keeps",
      "its name. Data is not encrypted anew: after a theft see recover --after-theft, or",
      "compact --rotate."
    })
final class PasswdCommand implements Callable<Integer> {
  private final Streams streams;

  @Mixin private HomeOption home;
  @Mixin private SecretOption secret;
  @Mixin private RecoveryKeyOption recoveryKey;
  @Mixin private NewWalletOption newWallet;

  @Option(
      names = "--new-password-file",
      paramLabel = "FILE",
      description = "File that holds the new password.")
  private @Nullable String newPassword;

  @Option(
      names = "--re-enrol",
      description = {
        "The provider has lost the account's login record or bundle: make them again with the keys",
        "of this home, under a new password. Refused while the provider has both."
      })
  private boolean reEnrol;

  PasswdCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    String file = newPassword;
    if ((file != null) == newWallet.isGiven()) {
      throw CommandFailedException.malformed(
          "One secret takes the place of the one before: a password or a wallet",
          "Give --new-password-file, or one of the --to-wallet options.");
    }
    HomeAccount account = new HomeAccount(home.home);
    account.name();
    if (reEnrol) {
      enrolAgain(account, Optional.ofNullable(file));
      return ExitCodes.DONE;
    }
    try (Proof proof = secret.proof(streams, account.serverName())) {
      if (file != null) {
        try (SecretBytes next = PasswordOption.ofFile(file, streams)) {
          recoveryKey.use(
              secret,
              streams,
              choice -> account.change(change -> change.password(proof, next, choice)));
        }
      } else {
        try (WalletSigner wallet = newWallet.open(account.serverName(), streams)) {
          recoveryKey.use(
              secret,
              streams,
              choice -> account.change(change -> change.wallet(proof, wallet, choice)));
        }
      }
      proof.succeeded();
    }
    streams.line(file != null ? "the new password is in force" : "the wallet is in force");
    streams.flushed();
    return ExitCodes.DONE;
  }

  private void enrolAgain(HomeAccount account, Optional<String> file)
      throws IOException, InterruptedException {
    if (file.isEmpty() || secret.isGiven()) {
      throw CommandFailedException.malformed(
          "What is made again is a password, and no secret before proves anything",
          "Give --re-enrol with --new-password-file, and --new-recovery-key-file if you want one.");
    }
    try (SecretBytes next = PasswordOption.ofFile(file.get(), streams)) {
      recoveryKey.use(secret, streams, choice -> account.enrolAgain(next, choice));
    }
    streams.line("the new password is in force; the recovery key before opens nothing any more");
    streams.flushed();
  }
}
