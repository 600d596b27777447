package dev.cairn.cli.keyserver;

import dev.cairn.cli.input.RecoveryKeyOption;
import dev.cairn.cli.input.SecretOption;
import dev.cairn.cli.input.Waiting;
import dev.cairn.cli.output.ExitCodes;
import dev.cairn.cli.output.Json;
import dev.cairn.cli.output.JsonOption;
import dev.cairn.cli.output.Streams;
import dev.cairn.keyserver.KeyserverOptions;
import dev.cairn.keyserver.publish.CompactionWait;
import dev.cairn.keyserver.recover.Proof;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The owner asks for a compaction. */
@Command(
    name = "compact",
    mixinStandardHelpOptions = true,
    description = {
      "Asks the provider to compact the log into a snapshot; it needs no key for that.",
      "With --wait it returns when there is a snapshot of what was backed up.",
      "With --rebase this keyserver uploads its whole state anew and goes on from there: that",
      "repairs a log or snapshots that the provider has lost or that do not come to what was"
          + " signed.",
      "With --rotate it does so under a new backup key, and the one before opens nothing that is",
      "written from then on."
    })
public final class CompactCommand implements Callable<Integer> {
  private final Streams streams;

  @Mixin private HomeOption home;
  @Mixin private JsonOption json;
  @Mixin private SecretOption secret;
  @Mixin private RecoveryKeyOption recoveryKey;

  @Option(names = "--wait", description = "Wait for the snapshot.")
  private boolean wait;

  @Option(
      names = "--rebase",
      description = "Upload the whole state anew; the home must not be open elsewhere.")
  private boolean rebase;

  @Option(
      names = "--rotate",
      description = "As --rebase, under a new backup key; asks for the password.")
  private boolean rotate;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "120s",
      converter = Waiting.class,
      description = "How long to wait at most (default: ${DEFAULT-VALUE}).")
  private Duration timeout;

  public CompactCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (rotate) {
      try (Proof proof = secret.proof(streams)) {
        recoveryKey.use(
            secret,
            streams,
            choice ->
                new RebaseAction(streams, json.json, timeout).rotate(home.home, proof, choice));
      }
      return ExitCodes.DONE;
    }
    if (rebase) {
      new RebaseAction(streams, json.json, timeout).rebase(home.home);
      return ExitCodes.DONE;
    }
    print(
        KeyserverAccess.use(
            home.home,
            KeyserverOptions.reading(),
            keyserver -> keyserver.compact(wait ? Optional.of(timeout) : Optional.empty())));
    return ExitCodes.DONE;
  }

  private void print(CompactionWait.Outcome outcome) throws IOException {
    if (json.json) {
      var out = Json.object().put("jobId", outcome.jobId());
      outcome.snapshot().ifPresent(snapshot -> out.put("snapshot", snapshot));
      streams.line(out.toString());
    } else {
      streams.line(
          outcome
              .snapshot()
              .map(snapshot -> "snapshot " + snapshot + " (job " + outcome.jobId() + ")")
              .orElse("asked for, job " + outcome.jobId()));
    }
    streams.flushed();
  }
}
