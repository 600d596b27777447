package dev.cairn.cli.keyserver;

import dev.cairn.cli.input.PasswordOption;
import dev.cairn.cli.input.SecretFile;
import dev.cairn.cli.input.WalletOption;
import dev.cairn.cli.output.CommandFailedException;
import dev.cairn.cli.output.ExitCodes;
import dev.cairn.cli.output.Json;
import dev.cairn.cli.output.JsonOption;
import dev.cairn.cli.output.Streams;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.UserId;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.service.InvitationCode;
import dev.cairn.keyserver.service.OwnerConfig;
import dev.cairn.keyserver.setup.Registration;
import dev.cairn.keyserver.wallet.PageSigner;
import dev.cairn.keyserver.wallet.WalletSigner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Registers an account and makes its first home. */
@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    description = {
      "Registers an account under a password, or under an Ethereum wallet, and makes its home, which must not exist or be empty.",
      "Prints the user id. A failed init leaves no home behind."
    })
public final class InitCommand implements Callable<Integer> {
  private final Streams streams;

  @Mixin private HomeOption home;
  @Mixin private PasswordOption password;
  @Mixin private WalletOption wallet;
  @Mixin private JsonOption json;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "owner.properties of the provider: service.url, server.name.")
  private Path config;

  @Option(
      names = "--username",
      paramLabel = "NAME",
      description = {
        "3 to 32 characters out of a-z, 0-9, '.', '_' and '-'. With a wallet its address is the",
        "name."
      })
  private @Nullable String username;

  @Option(
      names = "--without-recovery-key",
      description =
          "With a wallet: make no recovery key, though its next version may sign otherwise.")
  private boolean withoutRecoveryKey;

  @Option(
      names = "--invitation-file",
      paramLabel = "FILE",
      description = "File with the code of an invitation, where the provider asks for one.")
  private @Nullable Path invitation;

  @Option(
      names = "--recovery-key-file",
      paramLabel = "FILE",
      description = {
        "Have a recovery key made that opens the backup, too, and written into this file, which",
        "must not exist. Print it, and keep it where the password is not."
      })
  private @Nullable Path recoveryKey;

  public InitCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    OwnerConfig owner = OwnerConfig.read(config);
    Optional<InvitationCode> invited =
        invitation == null ? Optional.empty() : Optional.of(InvitationCode.read(invitation));
    if (wallet.isGiven()) {
      return initWallet(owner, invited);
    }
    if (username == null || withoutRecoveryKey) {
      throw CommandFailedException.malformed(
          "An account by password needs --username, and has no recovery key unless you ask for it",
          "Give --username, or a wallet.");
    }
    return initPassword(owner, username, invited);
  }

  private int initWallet(OwnerConfig owner, Optional<InvitationCode> invited) throws IOException {
    if (username != null || password.isGiven() || (recoveryKey != null) == withoutRecoveryKey) {
      throw CommandFailedException.malformed(
          "The name of a wallet's account is its address, and a recovery key goes with it",
          "Give no --username and no password, and either --recovery-key-file FILE, which is"
              + " written, or --without-recovery-key.");
    }
    try (WalletSigner signer = wallet.open(PageSigner.Purpose.ENROL, owner.serverName(), streams)) {
      String address = signer.address().checksummed();
      UserId userId;
      if (recoveryKey == null) {
        userId = Registration.initWallet(home.home, owner, signer, invited, Optional.empty());
      } else {
        try (SecretBytes key = SecretFile.newRecoveryKey(recoveryKey)) {
          userId = Registration.initWallet(home.home, owner, signer, invited, Optional.of(key));
        } catch (MalformedInputException e) {
          Files.deleteIfExists(recoveryKey); // nothing was registered with it
          throw e;
        }
      }
      say(userId, address);
    }
    return ExitCodes.DONE;
  }

  private int initPassword(OwnerConfig owner, String name, Optional<InvitationCode> invited)
      throws IOException {
    UserId userId;
    try (SecretBytes secret = password.choose(streams)) {
      userId =
          recoveryKey == null
              ? Registration.init(home.home, owner, name, secret, invited, Optional.empty())
              : withRecoveryKey(recoveryKey, owner, name, secret, invited);
    }
    say(userId, name);
    return ExitCodes.DONE;
  }

  private void say(UserId userId, String name) throws IOException {
    streams.line(
        json.json
            ? Json.object().put("userId", userId.value()).put("username", name).toString()
            : userId.value());
    streams.flushed();
  }

  private UserId withRecoveryKey(
      Path file,
      OwnerConfig owner,
      String name,
      SecretBytes secret,
      Optional<InvitationCode> invited)
      throws IOException {
    try (SecretBytes key = SecretFile.newRecoveryKey(file)) {
      return Registration.init(home.home, owner, name, secret, invited, Optional.of(key));
    } catch (MalformedInputException e) {
      Files.deleteIfExists(file); // nothing was registered with it
      throw e;
    }
  }
}
