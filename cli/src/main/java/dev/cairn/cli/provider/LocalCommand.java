package dev.cairn.cli.provider;

import dev.cairn.cli.local.LocalStack;
import dev.cairn.cli.local.ServerStack;
import dev.cairn.cli.output.ExitCodes;
import dev.cairn.cli.output.Streams;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The embedded stack. */
@Command(
    name = "local",
    mixinStandardHelpOptions = true,
    description = {
      "Runs Kafka, S3, compactor and recovery service in this process until Ctrl-C.",
      "When it is ready it writes owner.properties and provider.properties into the directory.",
      "One broker with one copy on one disk: for trying out and for tests, not for backups."
    })
public final class LocalCommand implements Callable<Integer> {
  private final Streams streams;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "Directory of all its data, which survives restarts.")
  private Path data;

  @Option(
      names = "--servers",
      description =
          "Only Kafka and S3, without compactor and recovery service: for 'cairn recovery rebuild'"
              + " and for running the services apart.")
  private boolean servers;

  public LocalCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws Exception {
    if (servers) {
      return onlyServers();
    }
    streams.err().println("starting Kafka, S3, compactor and recovery service in " + data + " …");
    LocalStack stack = LocalStack.start(data);
    streams.line("ready");
    streams.line("owner     " + stack.ownerProperties());
    streams.line("provider  " + stack.providerProperties());
    streams.line("metrics   " + stack.recoveryMetrics() + "/metrics (recovery)");
    streams.line("          " + stack.compactorMetrics() + "/metrics (compactor)");
    streams.flushed();
    streams.err().println("Ctrl-C stops it; the data stays.");
    Service.untilToldToStop(stack, () -> true);
    return ExitCodes.DONE;
  }

  private Integer onlyServers() throws Exception {
    streams.err().println("starting Kafka and S3 in " + data + " …");
    ServerStack stack = ServerStack.start(data);
    Path provider = stack.writeProviderProperties();
    streams.line("ready");
    streams.line("provider  " + provider);
    streams.flushed();
    streams.err().println("Ctrl-C stops them; the data stays.");
    Service.untilToldToStop(stack, () -> true);
    return ExitCodes.DONE;
  }
}
