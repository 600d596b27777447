package dev.cairn.cli.keyserver;

import dev.cairn.cli.input.PasswordOption;
import dev.cairn.cli.input.Waiting;
import dev.cairn.cli.output.ExitCodes;
import dev.cairn.cli.output.Json;
import dev.cairn.cli.output.JsonOption;
import dev.cairn.cli.output.Streams;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.journal.snapshot.ManifestCodec;
import dev.cairn.journal.snapshot.SnapshotBrokenException;
import dev.cairn.journal.snapshot.SnapshotFormat;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.service.OwnerSigner;
import dev.cairn.keyserver.service.ServiceClient;
import dev.cairn.keyserver.service.SnapshotRef;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
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
  private static final Duration POLL = Duration.ofMillis(250);

  private final Streams streams;

  @Mixin private HomeOption home;
  @Mixin private JsonOption json;
  @Mixin private PasswordOption password;

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
      try (SecretBytes secret = password.read(streams)) {
        new RebaseAction(streams, json.json, timeout).rotate(home.home, secret);
      }
      return ExitCodes.DONE;
    }
    if (rebase) {
      new RebaseAction(streams, json.json, timeout).rebase(home.home);
      return ExitCodes.DONE;
    }
    try (OwnerSession session = OwnerSession.open(home.home)) {
      ServiceClient service = session.service();
      OwnerSigner signer = session.signer();
      Optional<SnapshotRef> before = newest(service, signer);
      String jobId = service.compact(signer);
      Optional<SnapshotRef> after = wait ? awaitNewer(service, signer, before, jobId) : before;
      print(jobId, after);
    }
    return ExitCodes.DONE;
  }

  private static Optional<SnapshotRef> newest(ServiceClient service, OwnerSigner signer) {
    return service.ownSnapshots(signer).stream()
        .max(
            Comparator.comparingInt(SnapshotRef::keyVersion).thenComparing(SnapshotRef::directory));
  }

  private Optional<SnapshotRef> awaitNewer(
      ServiceClient service, OwnerSigner signer, Optional<SnapshotRef> before, String jobId) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (System.nanoTime() - deadline < 0) {
      Optional<SnapshotRef> now = newest(service, signer);
      if (now.isPresent() && (!now.equals(before) || endsTheLog(service, signer, now.get()))) {
        return now;
      }
      LockSupport.parkNanos(POLL.toNanos());
      if (Thread.interrupted()) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    throw new UnavailableException(
        "No newer snapshot appeared within "
            + timeout.toSeconds()
            + " s. The request "
            + jobId
            + " stands");
  }

  /** Whether nothing lies behind the snapshot: then there will be no newer one. */
  private static boolean endsTheLog(
      ServiceClient service, OwnerSigner signer, SnapshotRef snapshot) {
    long end = service.ownLog(signer).endOffset();
    try {
      Optional<Bytes> manifest =
          service.ownFile(
              signer, snapshot, SnapshotFormat.MANIFEST_NAME, SnapshotFormat.MAX_MANIFEST_BYTES);
      return manifest.isPresent() && ManifestCodec.decode(manifest.get()).position() >= end;
    } catch (SnapshotBrokenException e) {
      // The job finds that out as well, and makes another one.
      return false;
    }
  }

  private void print(String jobId, Optional<SnapshotRef> snapshot) throws IOException {
    if (json.json) {
      var out = Json.object().put("jobId", jobId);
      if (wait && snapshot.isPresent()) {
        out.put("snapshot", snapshot.get().toString());
      }
      streams.line(out.toString());
    } else {
      streams.line(
          wait && snapshot.isPresent()
              ? "snapshot " + snapshot.get() + " (job " + jobId + ")"
              : "asked for, job " + jobId);
    }
    streams.flushed();
  }
}
