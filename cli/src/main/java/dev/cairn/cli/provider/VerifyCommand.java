package dev.cairn.cli.provider;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.cli.output.CommandFailedException;
import dev.cairn.cli.output.ExitCodes;
import dev.cairn.cli.output.Failure;
import dev.cairn.cli.output.Figures;
import dev.cairn.cli.output.Json;
import dev.cairn.cli.output.JsonOption;
import dev.cairn.cli.output.Streams;
import dev.cairn.compactor.LogVerification;
import dev.cairn.compactor.VerificationReport;
import dev.cairn.crypto.UserId;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Verifies log and snapshots without keys. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Verifies a user's log and snapshots against what the owner signed. Needs no key, changes nothing.",
      "Ends with 5 if something is damaged."
    })
public final class VerifyCommand implements Callable<Integer> {
  private final Streams streams;

  @Mixin private ConfigOption config;
  @Mixin private JsonOption json;

  @Option(names = "--user-id", required = true, paramLabel = "ID", description = "Whose backup.")
  private String userId;

  public VerifyCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws Exception {
    UserId user = ConfigOption.userId(userId);
    VerificationReport report = LogVerification.verify(config.load(), user);
    if (json.json) {
      streams.line(json(report).toString());
    } else {
      text(report);
    }
    streams.flushed();
    if (!report.isSound()) {
      throw new CommandFailedException(
          new Failure(
              ExitCodes.INTEGRITY,
              String.join("\n", report.problems()),
              "Nothing was changed. What verified can still be recovered.",
              "Let the owner's keyserver run: it sends again what is missing. Then verify again."));
    }
    return ExitCodes.DONE;
  }

  private static ObjectNode json(VerificationReport report) {
    ObjectNode out = Json.object().put("userId", report.userId().value());
    out.put("sound", report.isSound());
    out.putObject("log")
        .put("startOffset", report.log().start())
        .put("endOffset", report.log().end());
    out.put("from", report.from());
    report
        .chain()
        .ifPresentOrElse(
            chain ->
                out.putObject("chain")
                    .put("keyVersion", chain.keyVersion())
                    .put("epoch", chain.epoch())
                    .put("index", chain.index())
                    .put("sequence", chain.sequence())
                    .put("head", chain.head().hex())
                    .put("stateDigest", chain.stateDigest().hex())
                    .put("entries", chain.entries()),
            () -> out.putNull("chain"));
    out.put("records", report.records()).put("passedOver", report.passedOver());
    ArrayNode snapshots = out.putArray("snapshots");
    for (VerificationReport.Snapshot snapshot : report.snapshots()) {
      ObjectNode entry =
          snapshots
              .addObject()
              .put("directory", snapshot.directory())
              .put("entries", snapshot.entries())
              .put("bytes", snapshot.bytes());
      snapshot
          .defect()
          .ifPresentOrElse(defect -> entry.put("defect", defect), () -> entry.putNull("defect"));
    }
    report.problems().forEach(out.putArray("problems")::add);
    return out;
  }

  private void text(VerificationReport report) {
    streams.line(
        "log        offsets "
            + report.log().start()
            + " to "
            + report.log().end()
            + ", "
            + Figures.count(report.records())
            + " records judged from "
            + report.from()
            + (report.passedOver() == 0
                ? ""
                : ", " + Figures.count(report.passedOver()) + " passed over"));
    report
        .chain()
        .ifPresent(chain ->
            streams.line(
                "chain      epoch "
                    + chain.epoch()
                    + ", index "
                    + chain.index()
                    + ", sequence "
                    + chain.sequence()
                    + ", "
                    + Figures.count(chain.entries())
                    + " entries"));
    for (VerificationReport.Snapshot snapshot : report.snapshots()) {
      streams.line(
          "snapshot   "
              + snapshot.directory()
              + ": "
              + Figures.count(snapshot.entries())
              + " entries, "
              + Figures.bytes(snapshot.bytes())
              + ", "
              + snapshot
                  .defect()
                  .map(defect -> "BROKEN: " + defect)
                  .orElse("every byte as signed"));
    }
    streams.line(report.isSound() ? "sound" : "NOT SOUND");
  }
}
