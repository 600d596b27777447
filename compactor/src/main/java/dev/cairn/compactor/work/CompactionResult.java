package dev.cairn.compactor.work;

import dev.cairn.compactor.catalog.PublishedSnapshot;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.record.Header;
import dev.cairn.schemas.avro.SnapshotEvent;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * What one job came to.
 *
 * @param newest the newest snapshot that holds, where there is one
 * @param detail for people; never a secret
 */
public record CompactionResult(
    Kind kind, UserId userId, String jobId, Optional<Summary> newest, String detail) {
  /** The kinds, as events name them. */
  public enum Kind {
    /** There is a new snapshot. */
    PUBLISHED,
    /** The newest snapshot contains all there is. */
    UNCHANGED,
    /** The log is damaged: nothing was truncated; tried again with the next job. */
    DAMAGED,
    /**
     * The log does not come to what its owner signed: nothing is truncated until the owner's
     * rebase.
     */
    QUARANTINED,
    /** Something could not be reached or is missing; nothing is lost, and trying again is safe. */
    FAILED;

    /** Reads an event's kind; empty for one that this version does not know. */
    public static Optional<Kind> of(String name) {
      for (Kind kind : values()) {
        if (kind.name().equals(name)) {
          return Optional.of(kind);
        }
      }
      return Optional.empty();
    }
  }

  /** Of a snapshot. */
  public record Summary(
      int keyVersion,
      long epoch,
      long index,
      long sequence,
      long entries,
      long bytes,
      long position) {
    static Summary of(PublishedSnapshot snapshot) {
      Header record = snapshot.verifier().vouching();
      return new Summary(
          record.keyVersion(),
          record.epoch(),
          record.index(),
          record.sequenceAfter(),
          snapshot.manifest().entries(),
          snapshot.manifest().bytes(),
          snapshot.manifest().position());
    }
  }

  /** As it is told to others. Without a snapshot its numbers are zero. */
  public SnapshotEvent toEvent(Instant time) {
    Summary summary = newest.orElse(new Summary(0, 0, 0, 0, 0, 0, 0));
    return SnapshotEvent.newBuilder()
        .setUserId(userId.value())
        .setJobId(jobId)
        .setKind(kind.name())
        .setKeyVersion(summary.keyVersion())
        .setEpoch(summary.epoch())
        .setIndex(summary.index())
        .setSequence(summary.sequence())
        .setEntries(summary.entries())
        .setBytes(summary.bytes())
        .setPosition(summary.position())
        .setTime(time.toEpochMilli())
        .setDetail(detail)
        .build();
  }

  /** Reads an event; empty if its kind is not known here. */
  public static Optional<CompactionResult> of(SnapshotEvent event) {
    Optional<Summary> summary =
        event.getKeyVersion() == 0
            ? Optional.empty()
            : Optional.of(
                new Summary(
                    event.getKeyVersion(),
                    event.getEpoch(),
                    event.getIndex(),
                    event.getSequence(),
                    event.getEntries(),
                    event.getBytes(),
                    event.getPosition()));
    return Kind.of(event.getKind())
        .map(kind ->
            new CompactionResult(
                kind,
                UserId.parse(event.getUserId()),
                event.getJobId(),
                summary,
                event.getDetail()));
  }

  /** One line for logs. */
  public String describe() {
    return String.format(
        Locale.ROOT,
        "user %s: %s%s (job %s)%s",
        userId,
        kind,
        newest
            .map(it ->
                " at epoch "
                    + it.epoch()
                    + ", index "
                    + it.index()
                    + ", "
                    + it.entries()
                    + " entries")
            .orElse(""),
        jobId,
        detail.isEmpty() ? "" : ": " + detail);
  }
}
