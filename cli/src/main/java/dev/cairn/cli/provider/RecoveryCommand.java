package dev.cairn.cli.provider;

import dev.cairn.cli.output.ExitCodes;
import dev.cairn.cli.output.Streams;
import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.recovery.RecoveryService;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The recovery service. */
@Command(
    name = "recovery",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "The service that owners register with, connect through and recover from.")
public final class RecoveryCommand {
  private RecoveryCommand() {}

  /** The group with its commands. */
  public static CommandLine of(Streams streams) {
    return new CommandLine(new RecoveryCommand())
        .addSubcommand(new Run(streams))
        .addSubcommand(new RebuildCommand(streams))
        .addSubcommand("secrets", SecretsCommand.of(streams));
  }

  /** Runs it. */
  @Command(
      name = "run",
      mixinStandardHelpOptions = true,
      description = "Runs the recovery service until told to stop.")
  static final class Run implements Callable<Integer> {
    private final Streams streams;
    @Mixin private ConfigOption config;

    Run(Streams streams) {
      this.streams = streams;
    }

    @Override
    public Integer call() throws Exception {
      ProviderConfig loaded = config.load();
      RecoveryService service = RecoveryService.start(loaded);
      streams.line("recovery service on http://" + loaded.serviceHost() + ":" + service.port());
      streams.line("metrics on " + service.metricsUrl() + "/metrics");
      streams.flushed();
      Service.untilToldToStop(service, () -> true);
      return ExitCodes.DONE;
    }
  }
}
