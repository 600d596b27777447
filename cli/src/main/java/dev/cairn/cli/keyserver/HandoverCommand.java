package dev.cairn.cli.keyserver;

import dev.cairn.cli.input.Waiting;
import dev.cairn.cli.output.ExitCodes;
import dev.cairn.cli.output.Streams;
import dev.cairn.keyserver.Keyserver;
import dev.cairn.keyserver.KeyserverOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A home gives the log up, with everything in it backed up. */
@Command(
    name = "handover",
    mixinStandardHelpOptions = true,
    description = {
      "Backs everything up and gives the log up, so that a recovery elsewhere strands nothing.",
      "From then on this home can be read and takes no writes; there is no way back but a recovery."
    })
public final class HandoverCommand implements Callable<Integer> {
  private final Streams streams;

  @Mixin private HomeOption home;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "60s",
      converter = Waiting.class,
      description = "How long to wait while nothing becomes backed up (default: ${DEFAULT-VALUE}).")
  private Duration timeout;

  public HandoverCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (Keyserver keyserver = Keyserver.open(home.home, KeyserverOptions.of(home.home))) {
      keyserver.handOver(timeout);
      streams.line("handed over; checkpoint " + keyserver.localStatus().checkpoint());
      streams.flushed();
    }
    return ExitCodes.DONE;
  }
}
