package dev.cairn.cli.keyserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.cli.output.ExitCodes;
import dev.cairn.cli.output.Figures;
import dev.cairn.cli.output.Json;
import dev.cairn.cli.output.JsonOption;
import dev.cairn.cli.output.Streams;
import dev.cairn.keyserver.Keyserver;
import dev.cairn.keyserver.KeyserverOptions;
import dev.cairn.keyserver.KeyserverStatus;
import dev.cairn.keyserver.error.UnavailableException;
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
  public Integer call() throws IOException {
    KeyserverStatus status;
    try (Keyserver keyserver = Keyserver.open(home.home, KeyserverOptions.reading())) {
      status = keyserver.status();
    }
    boolean fenced = status.fenced() || (status.log().isPresent() && isFenced());
    if (json.json) {
      streams.line(json(status, fenced).toString());
    } else {
      text(status, fenced);
    }
    streams.flushed();
    return ExitCodes.DONE;
  }

  /** A keyserver that was only opened for reading has not heard of a takeover: the service has. */
  private boolean isFenced() {
    try (OwnerSession session = OwnerSession.open(home.home)) {
      return session.isFenced();
    } catch (UnavailableException e) {
      return false;
    }
  }

  static ObjectNode json(KeyserverStatus status, boolean fenced) {
    ObjectNode out =
        Json.object()
            .put("userId", status.userId())
            .put("username", status.username())
            .put("epoch", status.epoch())
            .put("keyVersion", status.keyVersion())
            .put("sequence", status.sequence())
            .put("index", status.index())
            .put("head", status.head().hex())
            .put("checkpoint", status.checkpoint())
            .put("objects", status.objects())
            .put("outboxTransactions", status.outboxTransactions())
            .put("outboxBytes", status.outboxBytes())
            .put("backedUpSequence", status.backedUpSequence())
            .put("fenced", fenced);
    status
        .snapshot()
        .ifPresentOrElse(
            snapshot ->
                out.putObject("snapshot")
                    .put("index", snapshot.index())
                    .put("sequence", snapshot.sequence())
                    .put("entries", snapshot.entries())
                    .put("bytes", snapshot.bytes())
                    .put("time", snapshot.time().toString()),
            () -> out.putNull("snapshot"));
    status
        .log()
        .ifPresentOrElse(
            log ->
                out.putObject("log")
                    .put("startOffset", log.startOffset())
                    .put("endOffset", log.endOffset()),
            () -> out.putNull("log"));
    return out;
  }

  private void text(KeyserverStatus status, boolean fenced) {
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
    if (fenced) {
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
