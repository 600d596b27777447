package dev.cairn.cli.keyserver;

import dev.cairn.cli.output.ExitCodes;
import dev.cairn.cli.output.Figures;
import dev.cairn.cli.output.JsonOption;
import dev.cairn.cli.output.Streams;
import dev.cairn.keyserver.KeyserverOptions;
import dev.cairn.keyserver.KeyserverStatus;
import dev.cairn.keyserver.StatusJson;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says where a keyserver and its backup stand. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Says where the keyserver and its backup stand.")
public final class StatusCommand implements Callable<Integer> {
  private final Streams streams;

  @Mixin private HomeOption home;
  @Mixin private JsonOption json;

  public StatusCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    KeyserverStatus status =
        KeyserverAccess.use(home.home, KeyserverOptions.reading(), OpenKeyserver::status);
    if (json.json) {
      streams.line(StatusJson.format(status).toString());
    } else {
      text(status);
    }
    streams.flushed();
    return ExitCodes.DONE;
  }

  private void text(KeyserverStatus status) {
    row("user", status.username() + " (" + status.userId() + ")");
    row("writer", "epoch " + status.epoch() + ", key version " + status.keyVersion());
    row("objects", Figures.count(status.objects()));
    row("transactions", Figures.count(status.sequence()));
    row(
        "backed up",
        status.outboxTransactions() == 0
            ? "all of them"
            : "up to "
                + Figures.count(status.backedUpSequence())
                + "; "
                + Figures.count(status.outboxTransactions())
                + " wait ("
                + Figures.bytes(status.outboxBytes())
                + ")");
    if (status.fenced()) {
      row("FENCED", "another keyserver writes this log; see export --unbacked");
    }
    row(
        "snapshot",
        status
            .snapshot()
            .map(snapshot ->
                "sequence "
                    + Figures.count(snapshot.sequence())
                    + ", "
                    + Figures.count(snapshot.entries())
                    + " entries, "
                    + Figures.bytes(snapshot.bytes())
                    + ", signed "
                    + snapshot.time())
            .orElse(
                status.log().isPresent() ? "none yet" : "unknown: the service does not answer"));
    row(
        "log",
        status
            .log()
            .map(log -> "offsets " + log.startOffset() + " to " + log.endOffset())
            .orElse("unknown: the service does not answer"));
    row("checkpoint", status.checkpoint());
  }

  private void row(String name, String value) {
    streams.line(Figures.padded(name, 14) + value);
  }
}
