package dev.cairn.compactor.work;

import dev.cairn.compactor.catalog.PublishedSnapshot;
import dev.cairn.compactor.log.LogEntry;
import dev.cairn.compactor.log.LogExtent;
import dev.cairn.compactor.log.LogUnavailableException;
import dev.cairn.compactor.log.UserLog;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.judge.Authenticator;
import dev.cairn.journal.judge.SnapshotAnchor;
import dev.cairn.journal.snapshot.SnapshotBrokenException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the records that two verified snapshots make superfluous: those before the position of
 * the oldest snapshot that is kept, and only if the record before that position is that snapshot's,
 * by its head.
 */
final class Truncation {
  private static final Logger LOG = LoggerFactory.getLogger(Truncation.class);
  private static final int LEAST_SNAPSHOTS = 2;

  private final Authenticator authenticator;
  private final int keep;
  private final WorkObserver observer;

  Truncation(Authenticator authenticator, int keep, WorkObserver observer) {
    this.authenticator = authenticator;
    this.keep = keep;
    this.observer = observer;
  }

  /**
   * The snapshots that are kept, newest first: the newest that verify to the last byte.
   *
   * @param verified heads of snapshots that this worker has just verified
   */
  List<PublishedSnapshot> kept(List<PublishedSnapshot> newestFirst, Set<String> verified)
      throws IOException {
    List<PublishedSnapshot> kept = new ArrayList<>();
    for (PublishedSnapshot snapshot : newestFirst) {
      if (kept.size() == keep) {
        break;
      }
      if (verified.contains(snapshot.stored().name()) || isSound(snapshot)) {
        kept.add(snapshot);
      }
    }
    return kept;
  }

  /** Truncates, if it may; says whether the log is shorter now. */
  boolean truncate(UserId userId, UserLog log, List<PublishedSnapshot> kept)
      throws LogUnavailableException {
    if (kept.size() < LEAST_SNAPSHOTS) {
      return false;
    }
    PublishedSnapshot oldest = kept.getLast();
    LogExtent extent = log.extent();
    OptionalLong record = find(log, extent, oldest.anchor(), oldest.manifest().position());
    if (record.isEmpty()) {
      return false;
    }
    long position = record.getAsLong() + 1;
    log.truncateBefore(position);
    observer.truncated(position - extent.start());
    LOG.info(
        "user {}: truncated the log from offset {} to {}: {} and {} newer snapshots are verified",
        userId,
        extent.start(),
        position,
        oldest.stored().name(),
        kept.size() - 1);
    return true;
  }

  /** Offset of the snapshot's record in the log; empty if the log has no copy of it any more. */
  private OptionalLong find(UserLog log, LogExtent extent, SnapshotAnchor anchor, long hint)
      throws LogUnavailableException {
    if (hint <= extent.start()) {
      return OptionalLong.empty();
    }
    if (hint <= extent.end()) {
      OptionalLong there = scan(log, hint - 1, hint, anchor);
      if (there.isPresent()) {
        return there;
      }
    }
    return scan(log, extent.start(), extent.end(), anchor);
  }

  private OptionalLong scan(UserLog log, long from, long toExclusive, SnapshotAnchor anchor)
      throws LogUnavailableException {
    List<Long> found = new ArrayList<>(1);
    log.<RuntimeException>read(
        from,
        toExclusive,
        entries -> {
          for (LogEntry entry : entries) {
            if (authenticator.examine(entry.value()).record().filter(anchor::isCopy).isPresent()) {
              found.add(entry.offset());
              return false;
            }
          }
          return true;
        });
    return found.isEmpty() ? OptionalLong.empty() : OptionalLong.of(found.getFirst());
  }

  private static boolean isSound(PublishedSnapshot snapshot) throws IOException {
    try {
      snapshot.verifier().verifyAll(snapshot.source());
      return true;
    } catch (SnapshotBrokenException e) {
      LOG.warn("snapshot {} does not count: {}", snapshot.stored().name(), e.getMessage());
      return false;
    }
  }
}
