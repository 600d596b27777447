package dev.cairn.cli.provider;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.cli.output.CommandFailedException;
import dev.cairn.cli.output.ExitCodes;
import dev.cairn.cli.output.Failure;
import dev.cairn.cli.output.Json;
import dev.cairn.cli.output.JsonOption;
import dev.cairn.cli.output.Streams;
import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.recovery.admin.SecretsCare;
import dev.cairn.recovery.secrets.ServiceSecret;
import dev.cairn.recovery.secrets.ServiceSecrets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The service's secrets. */
@Command(
    name = "secrets",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "The service's own keys: make them once, check them, back them up apart.")
final class SecretsCommand {
  private SecretsCommand() {}

  static CommandLine of(Streams streams) {
    return new CommandLine(new SecretsCommand())
        .addSubcommand(new Init(streams))
        .addSubcommand(new Check(streams))
        .addSubcommand(new Backup(streams));
  }

  @Command(
      name = "init",
      mixinStandardHelpOptions = true,
      description = {
        "Makes all secrets in secrets.dir, for a service that has none yet.",
        "With --replace: makes one anew that is lost and that no account depends on."
      })
  static final class Init implements Callable<Integer> {
    private final Streams streams;
    @Mixin private ConfigOption config;

    @Option(
        names = "--replace",
        paramLabel = "NAME",
        description = "token-key or scram-key; only where its file is missing.")
    private @Nullable String replace;

    Init(Streams streams) {
      this.streams = streams;
    }

    @Override
    public Integer call() throws Exception {
      ProviderConfig loaded = config.load();
      if (replace == null) {
        SecretsCare.init(loaded);
        streams.line(
            "made "
                + loaded.secretsDir()
                + ". Back it up apart from everything else: 'cairn recovery secrets backup'.");
      } else {
        ServiceSecret secret = secret(replace);
        ServiceSecrets.replace(loaded.secretsDir(), secret);
        streams.line("made " + secret.file() + " anew: " + secret.whenLost() + ".");
      }
      streams.flushed();
      return ExitCodes.DONE;
    }

    private static ServiceSecret secret(String name) {
      return Arrays.stream(ServiceSecret.values())
          .filter(secret -> secret.label().equals(name))
          .findFirst()
          .orElseThrow(() ->
              CommandFailedException.malformed(
                  "'" + name + "' is no secret of the service", "Give token-key or scram-key."));
    }
  }

  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      description = {
        "Says of every secret whether it is there, readable by its owner alone, and the one that",
        "the accounts were made with. Ends with 5 if one is not."
      })
  static final class Check implements Callable<Integer> {
    private final Streams streams;
    @Mixin private ConfigOption config;
    @Mixin private JsonOption json;

    @Option(
        names = "--dir",
        paramLabel = "DIR",
        description = "A backup to check instead of secrets.dir.")
    private @Nullable Path directory;

    Check(Streams streams) {
      this.streams = streams;
    }

    @Override
    public Integer call() throws Exception {
      ProviderConfig loaded = config.load();
      List<SecretsCare.Finding> findings =
          SecretsCare.check(loaded, Optional.ofNullable(directory).orElse(loaded.secretsDir()));
      for (SecretsCare.Finding finding : findings) {
        if (json.json) {
          ObjectNode out = Json.object().put("secret", finding.secret().label());
          finding
              .defect()
              .ifPresentOrElse(defect -> out.put("defect", defect), () -> out.putNull("defect"));
          streams.line(out.put("whenLost", finding.secret().whenLost()).toString());
        } else {
          streams.line(finding.secret().file() + "  " + finding.defect().orElse("as it must be"));
        }
      }
      streams.flushed();
      if (findings.stream().anyMatch(finding -> finding.defect().isPresent())) {
        throw new CommandFailedException(
            new Failure(
                ExitCodes.INTEGRITY,
                "The secrets are not whole",
                "Nothing was changed.",
                "Bring back what is missing before a service starts."));
      }
      return ExitCodes.DONE;
    }
  }

  @Command(
      name = "backup",
      mixinStandardHelpOptions = true,
      description = {
        "Copies every secret into a new directory and reads the copy back.",
        "Whoever has the copy and the bucket can guess passwords: keep it apart from both."
      })
  static final class Backup implements Callable<Integer> {
    private final Streams streams;
    @Mixin private ConfigOption config;

    @Option(
        names = "--to",
        required = true,
        paramLabel = "DIR",
        description = "A directory that does not exist yet.")
    private Path to;

    Backup(Streams streams) {
      this.streams = streams;
    }

    @Override
    public Integer call() throws Exception {
      ServiceSecrets.copy(config.load().secretsDir(), to);
      streams.line("copied into " + to + " and read back.");
      streams.flushed();
      return ExitCodes.DONE;
    }
  }
}
