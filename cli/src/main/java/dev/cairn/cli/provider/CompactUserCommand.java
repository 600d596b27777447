package dev.cairn.cli.provider;

import dev.cairn.cli.input.Waiting;
import dev.cairn.cli.output.CommandFailedException;
import dev.cairn.cli.output.ExitCodes;
import dev.cairn.cli.output.Failure;
import dev.cairn.cli.output.Json;
import dev.cairn.cli.output.JsonOption;
import dev.cairn.cli.output.Streams;
import dev.cairn.compactor.CompactionRequests;
import dev.cairn.compactor.work.CompactionResult;
import dev.cairn.crypto.UserId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The provider asks for a compaction. */
@Command(
    name = "compact",
    mixinStandardHelpOptions = true,
    description = {
      "Asks for a compaction of one user.",
      "With --wait: ends with 5 if the log is damaged or the user is quarantined."
    })
public final class CompactUserCommand implements Callable<Integer> {
  private final Streams streams;

  @Mixin private ConfigOption config;
  @Mixin private JsonOption json;

  @Option(names = "--user-id", required = true, paramLabel = "ID", description = "Whose log.")
  private String userId;

  @Option(names = "--wait", description = "Wait for what it comes to.")
  private boolean wait;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "120s",
      converter = Waiting.class,
      description = "How long to wait at most (default: ${DEFAULT-VALUE}).")
  private Duration timeout;

  public CompactUserCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws Exception {
    UserId user = ConfigOption.userId(userId);
    CompactionRequests.Requested requested =
        CompactionRequests.request(
            config.load(), user, wait ? Optional.of(timeout) : Optional.empty());
    print(requested);
    if (requested.result().isPresent()) {
      check(requested.result().get());
    }
    return ExitCodes.DONE;
  }

  private void print(CompactionRequests.Requested requested) throws java.io.IOException {
    if (json.json) {
      var out = Json.object().put("jobId", requested.jobId());
      requested
          .result()
          .ifPresent(result -> {
            out.put("kind", result.kind().name());
            result
                .newest()
                .ifPresent(newest ->
                    out.putObject("snapshot")
                        .put("keyVersion", newest.keyVersion())
                        .put("epoch", newest.epoch())
                        .put("index", newest.index())
                        .put("sequence", newest.sequence())
                        .put("entries", newest.entries())
                        .put("bytes", newest.bytes())
                        .put("position", newest.position()));
            out.put("detail", result.detail());
          });
      streams.line(out.toString());
    } else {
      streams.line(
          requested
              .result()
              .map(CompactionResult::describe)
              .orElse("asked for, job " + requested.jobId()));
    }
    streams.flushed();
  }

  private static void check(CompactionResult result) {
    switch (result.kind()) {
      case PUBLISHED, UNCHANGED -> {}
      case DAMAGED ->
          throw failed(
              result,
              ExitCodes.INTEGRITY,
              "Nothing was truncated and nothing was written; it is tried again with each job.",
              "The owner's keyserver heals it by sending again; see 'cairn verify'.");
      case QUARANTINED ->
          throw failed(
              result,
              ExitCodes.INTEGRITY,
              "Nothing is truncated any more; recovery uses the older snapshot and the log.",
              "Ask the owner to rebase; see 'cairn verify'.");
      case FAILED ->
          throw failed(
              result,
              ExitCodes.UNAVAILABLE,
              "Nothing is lost.",
              "Trying again is safe; the compactor's log says more.");
    }
  }

  private static CommandFailedException failed(
      CompactionResult result, int code, String data, String advice) {
    return new CommandFailedException(new Failure(code, result.describe(), data, advice));
  }
}
