package dev.cairn.cli.keyserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.cli.input.PasswordOption;
import dev.cairn.cli.input.RecoveryKeyOption;
import dev.cairn.cli.input.SecretOption;
import dev.cairn.cli.output.CommandFailedException;
import dev.cairn.cli.output.ExitCodes;
import dev.cairn.cli.output.Figures;
import dev.cairn.cli.output.Json;
import dev.cairn.cli.output.JsonOption;
import dev.cairn.cli.output.RecoveryProgress;
import dev.cairn.cli.output.Streams;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.opaque.PasswordStrength;
import dev.cairn.crypto.opaque.UnusablePasswordException;
import dev.cairn.crypto.opaque.WeakPasswordException;
import dev.cairn.journal.checkpoint.Checkpoint;
import dev.cairn.keyserver.recover.PasswordSecret;
import dev.cairn.keyserver.recover.Proof;
import dev.cairn.keyserver.recover.RecoverOptions;
import dev.cairn.keyserver.recover.Recovery;
import dev.cairn.keyserver.recover.RecoveryKeyChoice;
import dev.cairn.keyserver.recover.RecoveryKeySecret;
import dev.cairn.keyserver.recover.RecoveryPlan;
import dev.cairn.keyserver.recover.RecoveryReport;
import dev.cairn.keyserver.recover.SecretChange;
import dev.cairn.keyserver.recover.WalletSecret;
import dev.cairn.keyserver.service.OwnerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Recovers a keyserver. */
@Command(
    name = "recover",
    mixinStandardHelpOptions = true,
    description = {
      "Recovers a keyserver with nothing but its name and a secret, verifies every byte,",
      "and takes the log over: the old keyserver may not write any more.",
      "The home must not exist or be empty; it appears only when everything is verified."
    })
public final class RecoverCommand implements Callable<Integer> {
  private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{64}");

  private static final Duration THEFT_TIMEOUT = Duration.ofMinutes(2);

  private final Streams streams;

  @Mixin private HomeOption home;
  @Mixin private SecretOption secret;
  @Mixin private RecoveryKeyOption recoveryKey;
  @Mixin private JsonOption json;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "owner.properties of the provider: service.url, server.name.")
  private Path config;

  @Option(
      names = "--username",
      paramLabel = "NAME",
      description = "Name of the account; with a wallet its address, unless you name another.")
  private @Nullable String username;

  @Option(
      names = "--read-only",
      description = "A drill: nothing is taken over, and the home refuses writes.")
  private boolean readOnly;

  @Option(
      names = "--checkpoint",
      paramLabel = "C",
      description = "What status printed once: a backup that is older is refused.")
  private @Nullable String checkpoint;

  @Option(
      names = "--accept-head",
      paramLabel = "FINGERPRINT",
      description = "Accept this head (64 hex digits) as the end of a damaged log.")
  private @Nullable String acceptHead;

  @Option(names = "--dry-run", description = "Only say what would be done.")
  private boolean dryRun;

  @Option(
      names = "--after-theft",
      description = {
        "The machine or the secret may be in a stranger's hands: afterwards put a new password in",
        "force and go over to a new backup key. Needs --new-password-file."
      })
  private boolean afterTheft;

  @Option(
      names = "--new-password-file",
      paramLabel = "FILE",
      description = "With --after-theft: file that holds the new password.")
  private @Nullable String newPassword;

  public RecoverCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (afterTheft != (newPassword != null) || (afterTheft && (readOnly || dryRun))) {
      throw CommandFailedException.malformed(
          "--after-theft goes with --new-password-file, and not with a drill",
          "Give both, or neither.");
    }
    OwnerConfig owner = OwnerConfig.read(config);
    try (Proof proof = secret.proof(streams, owner.serverName())) {
      run(owner, proof);
    }
    streams.flushed();
    return ExitCodes.DONE;
  }

  private String identity(Proof proof) {
    if (username != null) {
      return username;
    }
    if (proof.secret() instanceof WalletSecret wallet) {
      return wallet.address().lowerCase();
    }
    throw CommandFailedException.malformed(
        "Whose backup is it? --username is missing", "Give the name of the account.");
  }

  private void run(OwnerConfig owner, Proof proof) throws IOException, InterruptedException {
    RecoverOptions options =
        RecoverOptions.of(home.home, owner, identity(proof)).withReadOnly(readOnly);
    if (checkpoint != null) {
      options = options.withCheckpoint(checkpoint(checkpoint));
    }
    if (acceptHead != null) {
      options = options.withAcceptHead(fingerprint(acceptHead));
    }
    if (newPassword == null) {
      recover(options, proof);
    } else {
      recoverAfterTheft(options, proof, newPassword);
    }
    if (proof.secret() instanceof WalletSecret wallet) {
      wallet.succeeded();
    }
  }

  private void recover(RecoverOptions options, Proof proof) {
    try (RecoveryProgress progress = new RecoveryProgress(streams)) {
      if (dryRun) {
        print(Recovery.plan(options, proof, progress));
      } else {
        print(Recovery.recover(options, proof, progress));
      }
    }
  }

  // The log first: from then on the stolen machine cannot write. Then its secret, then its key.
  private void recoverAfterTheft(RecoverOptions options, Proof proof, String passwordFile)
      throws IOException, InterruptedException {
    try (SecretBytes next = PasswordOption.ofFile(passwordFile, streams)) {
      // What can be refused is, before the old machine is shut out.
      recoveryKey.check();
      requireStrong(options, next);
      recover(options, proof);
      boolean done = false;
      try {
        replaceSecretAndKey(options, proof, next);
        done = true;
      } finally {
        if (!done) {
          streams
              .err()
              .println(
                  "The log is taken over and the home is there, but the secret before may still be"
                      + " in force: go on with 'cairn keyserver passwd', then 'compact --rotate'.");
        }
      }
    }
  }

  private static void requireStrong(RecoverOptions options, SecretBytes password) {
    try {
      PasswordStrength.check(options.config().serverName(), options.username(), password);
    } catch (WeakPasswordException | UnusablePasswordException e) {
      throw CommandFailedException.malformed(
          "The new password is refused: " + e.getMessage(), "Choose another one.");
    }
  }

  private void replaceSecretAndKey(RecoverOptions options, Proof proof, SecretBytes next)
      throws IOException, InterruptedException {
    recoveryKey.use(
        secret,
        streams,
        choice -> {
          SecretChange.at(
              options.config(), options.username(), change -> change.password(proof, next, choice));
          streams.err().println("the new password is in force; the one before opens nothing");
          new RebaseAction(streams, json.json, THEFT_TIMEOUT)
              .rotate(
                  home.home,
                  new Proof(new PasswordSecret(next), proof.factor()),
                  rotationChoice(proof, choice));
          if (choice instanceof RecoveryKeyChoice.Unnamed
              && proof.secret() instanceof RecoveryKeySecret) {
            streams
                .err()
                .println(
                    "The recovery key stays in force. If it may be in other hands: 'cairn"
                        + " keyserver recovery-key --new-recovery-key-file', then 'compact"
                        + " --rotate'.");
          }
        });
  }

  // Who logged in with the recovery key has it at hand for the rotation, too.
  private static RecoveryKeyChoice rotationChoice(Proof proof, RecoveryKeyChoice choice) {
    return choice instanceof RecoveryKeyChoice.Unnamed
            && proof.secret() instanceof RecoveryKeySecret printed
        ? new RecoveryKeyChoice.Given(printed.key())
        : choice.afterwards();
  }

  private static Checkpoint checkpoint(String text) {
    try {
      return Checkpoint.parse(text);
    } catch (IllegalArgumentException e) {
      throw CommandFailedException.malformed(
          "'" + text + "' is not a checkpoint: " + e.getMessage(),
          "Give what 'cairn keyserver status' printed: keyVersion.epoch.index.head.");
    }
  }

  private static Bytes fingerprint(String text) {
    if (!FINGERPRINT.matcher(text).matches()) {
      throw CommandFailedException.malformed(
          "'" + text + "' is not a fingerprint", "Give the 64 hex digits that recover printed.");
    }
    return Bytes.fromHex(text);
  }

  private void print(RecoveryPlan plan) {
    if (json.json) {
      ObjectNode out = Json.object().put("userId", plan.userId().value());
      plan.snapshot()
          .ifPresentOrElse(
              snapshot ->
                  out.putObject("snapshot")
                      .put("name", snapshot.name())
                      .put("epoch", snapshot.epoch())
                      .put("index", snapshot.index())
                      .put("entries", snapshot.entries())
                      .put("bytes", snapshot.bytes())
                      .put("files", snapshot.files())
                      .put("signed", snapshot.signed().toString()),
              () -> out.putNull("snapshot"));
      out.putObject("log").put("startOffset", plan.logStart()).put("endOffset", plan.logEnd());
      out.put("records", plan.tailRecords());
      plan.warnings().forEach(out.putArray("warnings")::add);
      streams.line(out.toString());
      return;
    }
    streams.line("account   " + plan.userId());
    streams.line(
        "snapshot  "
            + plan.snapshot()
                .map(snapshot ->
                    snapshot.name()
                        + ": "
                        + Figures.count(snapshot.entries())
                        + " entries, "
                        + Figures.bytes(snapshot.bytes())
                        + " in "
                        + Figures.count(snapshot.files())
                        + " files, signed "
                        + snapshot.signed())
                .orElse("none: the whole log is read"));
    streams.line(
        "log       up to "
            + Figures.count(plan.tailRecords())
            + " records, offsets "
            + plan.logStart()
            + " to "
            + plan.logEnd());
    plan.warnings().forEach(warning -> streams.line("warning   " + warning));
    streams.line("Nothing was changed.");
  }

  private void print(RecoveryReport report) {
    if (json.json) {
      ObjectNode out =
          Json.object()
              .put("userId", report.userId().value())
              .put("readOnly", report.readOnly())
              .put("checkpoint", report.end().toString())
              .put("sequence", report.sequence())
              .put("objects", report.objects())
              .put("entries", report.entries());
      report
          .snapshot()
          .ifPresentOrElse(name -> out.put("snapshot", name), () -> out.putNull("snapshot"));
      out.put("snapshotBytes", report.snapshotBytes())
          .put("downloadedBytes", report.downloadedBytes())
          .put("records", report.tailRecords())
          .put("newestSigned", report.newestSigned().toString())
          .put("milliseconds", report.duration().toMillis());
      report.warnings().forEach(out.putArray("warnings")::add);
      streams.line(out.toString());
      return;
    }
    streams.line(
        "Recovered and verified "
            + Figures.count(report.objects())
            + " objects, sequence "
            + Figures.count(report.sequence())
            + ", in "
            + Figures.time(report.duration())
            + ".");
    streams.line(
        "Snapshot: "
            + report.snapshot().orElse("none")
            + " ("
            + Figures.bytes(report.snapshotBytes())
            + "); log: "
            + Figures.count(report.tailRecords())
            + " records after it.");
    streams.line(
        "The newest thing that was signed is of "
            + report.newestSigned()
            + ": if you remember later changes, they are not here.");
    streams.line("Checkpoint " + report.end());
    if (report.readOnly()) {
      streams.line("This home is read-only; the old keyserver still writes.");
    }
  }
}
