package dev.cairn.keyserver.publish;

import dev.cairn.crypto.Bytes;
import dev.cairn.journal.snapshot.ManifestCodec;
import dev.cairn.journal.snapshot.SnapshotBrokenException;
import dev.cairn.journal.snapshot.SnapshotFormat;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.service.OwnerPort;
import dev.cairn.keyserver.service.OwnerSigner;
import dev.cairn.keyserver.service.Signers;
import dev.cairn.keyserver.service.SnapshotRef;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** The owner asks for a compaction and, where that is wanted, waits for its snapshot. */
public final class CompactionWait {
  private static final Duration POLL = Duration.ofMillis(250);

  /**
   * What came of it.
   *
   * @param jobId name of the job
   * @param snapshot the snapshot of what was backed up, {@code keyVersion/directory}; absent if it
   *     was not waited for
   */
  public record Outcome(String jobId, Optional<String> snapshot) {}

  private CompactionWait() {}

  /** Asks, and does not wait. */
  public static Outcome ask(OwnerPort service, Signers signers) {
    return new Outcome(signers.call(service::compact), Optional.empty());
  }

  /**
   * Asks, and waits until there is a newer snapshot, or one that nothing lies behind.
   *
   * @throws UnavailableException if none appeared in time: the request stands
   */
  public static Outcome await(OwnerPort service, Signers signers, Duration timeout)
      throws InterruptedException {
    return signers.call(signer -> await(service, signer, timeout));
  }

  private static Outcome await(OwnerPort service, OwnerSigner signer, Duration timeout)
      throws InterruptedException {
    Optional<SnapshotRef> before = newest(service, signer);
    String jobId = service.compact(signer);
    long deadline = System.nanoTime() + timeout.toNanos();
    while (System.nanoTime() - deadline < 0) {
      Optional<SnapshotRef> now = newest(service, signer);
      if (now.isPresent() && (!now.equals(before) || endsTheLog(service, signer, now.get()))) {
        return new Outcome(jobId, now.map(SnapshotRef::toString));
      }
      LockSupport.parkNanos(POLL.toNanos());
      if (Thread.interrupted()) {
        throw new InterruptedException("waiting for a snapshot");
      }
    }
    throw new UnavailableException(
        "No newer snapshot appeared within "
            + timeout.toSeconds()
            + " s. The request "
            + jobId
            + " stands");
  }

  private static Optional<SnapshotRef> newest(OwnerPort service, OwnerSigner signer) {
    return service.ownSnapshots(signer).stream()
        .max(
            Comparator.comparingInt(SnapshotRef::keyVersion).thenComparing(SnapshotRef::directory));
  }

  /** Whether nothing lies behind the snapshot: then there will be no newer one. */
  private static boolean endsTheLog(OwnerPort service, OwnerSigner signer, SnapshotRef snapshot) {
    long end = service.ownLog(signer).endOffset();
    try {
      Optional<Bytes> manifest =
          service.ownFile(
              signer, snapshot, SnapshotFormat.MANIFEST_NAME, SnapshotFormat.MAX_MANIFEST_BYTES);
      return manifest.isPresent() && ManifestCodec.decode(manifest.get()).position() >= end;
    } catch (SnapshotBrokenException e) {
      // The compactor finds that out as well, and makes another one.
      return false;
    }
  }
}
