package dev.cairn.cli.provider;

import dev.cairn.cli.output.CommandFailedException;
import dev.cairn.cli.output.ExitCodes;
import dev.cairn.cli.output.Failure;
import dev.cairn.cli.output.Streams;
import dev.cairn.compactor.CompactorService;
import dev.cairn.provider.config.ProviderConfig;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The compactor. */
@Command(
    name = "compactor",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "The service that turns logs into snapshots, without a key.")
public final class CompactorCommand {
  private CompactorCommand() {}

  /** The group with its commands. */
  public static CommandLine of(Streams streams) {
    return new CommandLine(new CompactorCommand()).addSubcommand(new Run(streams));
  }

  /** Runs it. */
  @Command(
      name = "run",
      mixinStandardHelpOptions = true,
      description = "Runs tracker and workers of one cell until told to stop.")
  static final class Run implements Callable<Integer> {
    private final Streams streams;
    @Mixin private ConfigOption config;

    Run(Streams streams) {
      this.streams = streams;
    }

    @Override
    public Integer call() throws Exception {
      ProviderConfig loaded = config.load();
      CompactorService service = CompactorService.start(loaded);
      streams.line("compactor of cell " + loaded.cell() + " is running");
      streams.line("metrics on " + service.metricsUrl() + "/metrics");
      streams.flushed();
      if (Service.untilToldToStop(service, service::isHealthy)) {
        return ExitCodes.DONE;
      }
      service.close();
      throw new CommandFailedException(
          new Failure(
              ExitCodes.FAILED,
              "The compactor stopped by itself; the log lines above say why.",
              "Nothing is lost: a compaction that was under way begins again.",
              "Remove the cause and start it again."));
    }
  }
}
