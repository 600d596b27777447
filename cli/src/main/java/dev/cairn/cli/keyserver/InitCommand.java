package dev.cairn.cli.keyserver;

import dev.cairn.cli.input.PasswordOption;
import dev.cairn.cli.input.SecretFile;
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
      "Registers an account under a password and makes its home, which must not exist or be empty.",
      "Prints the user id. A failed init leaves no home behind."
    })
public final class InitCommand implements Callable<Integer> {
  private final Streams streams;

  @Mixin private HomeOption home;
  @Mixin private PasswordOption password;
  @Mixin private JsonOption json;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "owner.properties of the provider: service.url, server.name.")
  private Path config;

  @Option(
      names = "--username",
      required = true,
      paramLabel = "NAME",
      description = "3 to 32 characters out of a-z, 0-9, '.', '_' and '-'.")
  private String username;

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
    UserId userId;
    try (SecretBytes secret = password.choose(streams)) {
      userId =
          recoveryKey == null
              ? Registration.init(home.home, owner, username, secret, invited, Optional.empty())
              : withRecoveryKey(recoveryKey, owner, secret, invited);
    }
    streams.line(
        json.json
            ? Json.object().put("userId", userId.value()).put("username", username).toString()
            : userId.value());
    streams.flushed();
    return ExitCodes.DONE;
  }

  private UserId withRecoveryKey(
      Path file, OwnerConfig owner, SecretBytes secret, Optional<InvitationCode> invited)
      throws IOException {
    try (SecretBytes key = SecretFile.newRecoveryKey(file)) {
      return Registration.init(home.home, owner, username, secret, invited, Optional.of(key));
    } catch (MalformedInputException e) {
      Files.deleteIfExists(file); // nothing was registered with it
      throw e;
    }
  }
}
