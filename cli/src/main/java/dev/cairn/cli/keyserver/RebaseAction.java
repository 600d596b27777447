package dev.cairn.cli.keyserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.cli.output.Figures;
import dev.cairn.cli.output.Json;
import dev.cairn.cli.output.Streams;
import dev.cairn.keyserver.Keyserver;
import dev.cairn.keyserver.KeyserverOptions;
import dev.cairn.keyserver.rebase.RebaseListener;
import dev.cairn.keyserver.rebase.RebaseReport;
import dev.cairn.keyserver.rebase.RebaseStep;
import dev.cairn.keyserver.recover.Proof;
import dev.cairn.keyserver.recover.RecoveryKeyChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Uploads a home's whole state anew, says how far it is, and what it came to. */
final class RebaseAction {
  private final Streams streams;
  private final boolean json;
  private final Duration timeout;

  /**
   * @param timeout how long to wait for the backup while nothing becomes backed up
   */
  RebaseAction(Streams streams, boolean json, Duration timeout) {
    this.streams = streams;
    this.json = json;
    this.timeout = timeout;
  }

  void rebase(Path home) throws IOException, InterruptedException {
    try (Keyserver keyserver = Keyserver.open(home, KeyserverOptions.of(home))) {
      print(keyserver.rebase(timeout, new Progress()), keyserver.localStatus().checkpoint());
    }
  }

  /** Goes over to a new backup key. */
  void rotate(Path home, Proof proof, RecoveryKeyChoice recoveryKey)
      throws IOException, InterruptedException {
    try (Keyserver keyserver = Keyserver.open(home, KeyserverOptions.of(home))) {
      Optional<RebaseReport> report = keyserver.rotate(proof, recoveryKey, timeout, new Progress());
      String checkpoint = keyserver.localStatus().checkpoint();
      if (report.isPresent()) {
        print(report.get(), checkpoint);
      } else {
        note("an earlier rotation had gone over; it is finished now");
        streams.line(
            json
                ? Json.object().put("checkpoint", checkpoint).toString()
                : "checkpoint " + checkpoint);
        streams.flushed();
      }
    }
  }

  private void print(RebaseReport report, String checkpoint) throws IOException {
    if (json) {
      ObjectNode out =
          Json.object()
              .put("keyVersion", report.keyVersion())
              .put("epoch", report.epoch())
              .put("index", report.index())
              .put("entries", report.entries())
              .put("bytes", report.bytes())
              .put("passes", report.passes())
              .put("heldStillMillis", report.heldStill().toMillis())
              .put("millis", report.took().toMillis())
              .put("checkpoint", checkpoint);
      streams.line(out.toString());
    } else {
      streams.line(
          "uploaded "
              + report.entries()
              + " entries anew, "
              + Figures.bytes(report.bytes())
              + " in "
              + report.passes()
              + " passes and "
              + Figures.time(report.took())
              + "; transactions waited for "
              + Figures.time(report.heldStill()));
      streams.line("epoch " + report.epoch() + " is open; checkpoint " + checkpoint);
    }
    streams.flushed();
  }

  private final class Progress implements RebaseListener {
    @Override
    public void reached(RebaseStep step) {
      switch (step) {
        case PASS_UPLOADED -> note("uploaded what there was; sealing what changed since");
        case HELD_STILL -> note("holding still for the last changes");
        case GONE_OVER -> note("gone over; telling the provider");
        case ISSUED -> note("the provider verifies the base");
        case PUBLISHED -> note("the provider has verified the base");
        case BUNDLE_HOLDS_BOTH -> note("the recovery bundle holds both keys");
        case BUNDLE_HOLDS_NEW -> note("the recovery bundle holds the new key only");
        case KEY_WRITTEN,
            SEALED,
            FILE_UPLOADED,
            MANIFEST_UPLOADED,
            ANNOUNCED_HERE,
            DECIDED,
            BACKED_UP,
            OLD_KEY_REMOVED -> {}
      }
    }
  }

  private void note(String text) {
    streams.err().println(text);
  }
}
