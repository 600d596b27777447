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
import dev.cairn.compactor.log.LogAbsentException;
import dev.cairn.compactor.log.LogUnavailableException;
import dev.cairn.crypto.UserId;
import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.provider.store.StoreUnavailableException;
import dev.cairn.recovery.accounts.Account;
import dev.cairn.recovery.admin.AccountAdministration;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Verifies log and snapshots without keys. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Verifies logs and snapshots against what their owners signed. Needs no key, changes"
          + " nothing.",
      "Of several users all are looked at before it ends. Ends with 5 if something is damaged,"
          + " with",
      "6 if something could not be looked at."
    })
public final class VerifyCommand implements Callable<Integer> {
  private final Streams streams;

  @Mixin private ConfigOption config;
  @Mixin private JsonOption json;

  @ArgGroup(multiplicity = "1")
  private Whose whose;

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      description = "Repeats the choice of an earlier --sample, which printed it.")
  private @Nullable Long seed;

  /** One of them. */
  static final class Whose {
    @Option(names = "--user-id", required = true, paramLabel = "ID", description = "One user.")
    private @Nullable String userId;

    @Option(names = "--all", required = true, description = "Every account.")
    private boolean all;

    @Option(
        names = "--sample",
        required = true,
        paramLabel = "N",
        description = "N accounts, chosen at random.")
    private @Nullable Integer sample;
  }

  public VerifyCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws Exception {
    if (seed != null && whose.sample == null) {
      throw CommandFailedException.malformed(
          "--seed says nothing without --sample", "Give both, or neither.");
    }
    if (whose.sample != null && whose.sample < 1) {
      throw CommandFailedException.malformed(
          "A sample has at least one account", "Give --sample 1 or more, or --all.");
    }
    String id = whose.userId;
    if (whose.all || id == null) {
      return several(config.load());
    }
    UserId user = ConfigOption.userId(id);
    VerificationReport report = LogVerification.verify(config.load(), user);
    if (json.json) {
      streams.line(json(report).toString());
    } else {
      text(report);
    }
    streams.flushed();
    if (!report.isSound()) {
      throw damaged(String.join("\n", report.problems()));
    }
    return ExitCodes.DONE;
  }

  private static CommandFailedException damaged(String what) {
    return new CommandFailedException(
        new Failure(
            ExitCodes.INTEGRITY,
            what,
            "Nothing was changed. What verified can still be recovered.",
            "Let the owner's keyserver run: it sends again what is missing. Then verify again."));
  }

  private int several(ProviderConfig provider) throws Exception {
    List<Account> accounts;
    try (AccountAdministration administration = AccountAdministration.open(provider)) {
      accounts =
          administration.list().stream()
              .filter(account -> account.status() != Account.Status.DELETING)
              .sorted(Comparator.comparing(account -> account.userId().value()))
              .toList();
    }
    OptionalLong drawn = OptionalLong.empty();
    if (whose.sample != null) {
      drawn = OptionalLong.of(seed == null ? new SecureRandom().nextLong() : seed);
      accounts = sample(accounts, whose.sample, drawn.getAsLong());
    }
    List<String> damaged = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    for (Account account : accounts) {
      verify(provider, account, damaged, unknown);
    }
    summary(accounts.size(), damaged, unknown, drawn);
    if (!damaged.isEmpty()) {
      throw damaged("Damaged: " + String.join(", ", damaged));
    }
    if (!unknown.isEmpty()) {
      throw new CommandFailedException(
          new Failure(
              ExitCodes.UNAVAILABLE,
              "Could not be looked at: " + String.join(", ", unknown),
              "Nothing was changed, and nothing is said about these.",
              "Verify again when Kafka and storage answer."));
    }
    return ExitCodes.DONE;
  }

  /** The same accounts for the same seed, as long as there are the same to choose from. */
  static <T> List<T> sample(List<T> accounts, int size, long seed) {
    List<T> shuffled = new ArrayList<>(accounts);
    Collections.shuffle(shuffled, new Random(seed));
    return List.copyOf(shuffled.subList(0, Math.min(size, shuffled.size())));
  }

  private void verify(
      ProviderConfig provider, Account account, List<String> damaged, List<String> unknown)
      throws IOException {
    String id = account.userId().value();
    if (account.connections() == 0) {
      line(account, "empty", "it has never connected", Json.object());
      return;
    }
    try {
      VerificationReport report = LogVerification.verify(provider, account.userId());
      if (!report.isSound()) {
        damaged.add(id);
      }
      line(
          account,
          report.isSound() ? "sound" : "damaged",
          report.isSound()
              ? Figures.count(report.records())
                  + " records, "
                  + report.snapshots().size()
                  + " snapshots"
              : String.join("; ", report.problems()),
          json(report));
    } catch (LogAbsentException e) {
      damaged.add(id);
      line(account, "damaged", "it has been written, and its log is gone", Json.object());
    } catch (LogUnavailableException | StoreUnavailableException | KafkaException e) {
      unknown.add(id);
      line(account, "unknown", String.valueOf(e.getMessage()), Json.object());
    }
  }

  // Said as it is found: all accounts may take hours.
  private void line(Account account, String verdict, String detail, ObjectNode report)
      throws IOException {
    streams.line(
        json.json
            ? report
                .put("userId", account.userId().value())
                .put("username", account.username())
                .put("verdict", verdict)
                .put("detail", detail)
                .toString()
            : account.userId() + "  " + verdict + "  " + account.username() + "  " + detail);
    streams.flushed();
  }

  private void summary(int looked, List<String> damaged, List<String> unknown, OptionalLong drawn)
      throws IOException {
    if (json.json) {
      ObjectNode out = Json.object().put("accounts", looked);
      damaged.forEach(out.putArray("damaged")::add);
      unknown.forEach(out.putArray("unknown")::add);
      drawn.ifPresentOrElse(it -> out.put("seed", it), () -> out.putNull("seed"));
      streams.line(out.toString());
    } else {
      streams.line(
          looked
              + " accounts, "
              + damaged.size()
              + " damaged, "
              + unknown.size()
              + " could not be looked at"
              + (drawn.isPresent() ? "; --seed " + drawn.getAsLong() : ""));
    }
    streams.flushed();
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
