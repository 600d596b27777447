package dev.cairn.compactor.track;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Layout;
import dev.cairn.crypto.LayoutReader;
import dev.cairn.crypto.MalformedLayoutException;
import dev.cairn.provider.config.CompactionPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What the tracker knows of one user. A hint and no more: where it is lost or counts twice, a
 * compaction comes early, and that changes nothing.
 *
 * @param nextOffset records before it are counted
 * @param position log offset after the newest snapshot's record
 * @param records since the snapshot
 * @param bytes since the snapshot
 * @param oldest when the first of them was seen
 * @param snapshotBytes size of the newest snapshot
 * @param asked how often a compaction was asked for since the last answer that helped
 * @param askAgain not before then
 * @param trouble of the last job
 */
record UserTrack(
    long nextOffset,
    long position,
    long records,
    long bytes,
    Optional<Instant> oldest,
    long snapshotBytes,
    int asked,
    Instant askAgain,
    Trouble trouble) {
  static final UserTrack UNKNOWN =
      new UserTrack(0, 0, 0, 0, Optional.empty(), 0, 0, Instant.EPOCH, Trouble.NONE);

  private static final Duration FIRST_DELAY = Duration.ofSeconds(30);
  private static final Duration LONGEST_DELAY = Duration.ofHours(1);
  private static final int MAX_ASKED = 1000;

  /** A record was appended to the log. */
  UserTrack appended(long offset, long size, Instant now) {
    if (offset < nextOffset) {
      return this;
    }
    if (offset < position) {
      return new UserTrack(
          offset + 1, position, records, bytes, oldest, snapshotBytes, asked, askAgain, trouble);
    }
    return new UserTrack(
        offset + 1,
        position,
        records + 1,
        bytes + size,
        Optional.of(oldest.orElse(now)),
        snapshotBytes,
        asked,
        askAgain,
        trouble);
  }

  /** There is a newer snapshot, of what stands before the position. */
  UserTrack published(long newPosition, long newBytes, Instant now) {
    if (newPosition < position) {
      return this;
    }
    long left = Math.max(0, nextOffset - newPosition);
    long leftRecords = Math.min(left, records);
    long leftBytes = records == 0 ? 0 : (long) ((double) bytes / records * leftRecords);
    return new UserTrack(
        nextOffset,
        newPosition,
        leftRecords,
        leftBytes,
        leftRecords == 0 ? Optional.empty() : Optional.of(now),
        newBytes,
        0,
        Instant.EPOCH,
        Trouble.NONE);
  }

  /** The newest snapshot contains everything that counts: what was appended since has no effect. */
  UserTrack unchanged(long newPosition, long newBytes, Instant now) {
    UserTrack published = published(newPosition, newBytes, now);
    return new UserTrack(
        nextOffset,
        Math.max(position, newPosition),
        0,
        0,
        Optional.empty(),
        published.snapshotBytes,
        0,
        Instant.EPOCH,
        Trouble.NONE);
  }

  /** A compaction was answered, but did not help. */
  UserTrack inVain(Trouble why, Instant now) {
    Duration delay = why == Trouble.QUARANTINED ? LONGEST_DELAY : delay(asked);
    return new UserTrack(
        nextOffset,
        position,
        records,
        bytes,
        oldest,
        snapshotBytes,
        more(asked),
        now.plus(delay),
        why);
  }

  /** A compaction is asked for. */
  UserTrack asked(Instant now) {
    return new UserTrack(
        nextOffset,
        position,
        records,
        bytes,
        oldest,
        snapshotBytes,
        more(asked),
        now.plus(delay(asked)),
        trouble);
  }

  /** Whether a compaction must be asked for now. */
  boolean isDue(CompactionPolicy policy, Instant now) {
    if (records == 0 || now.isBefore(askAgain)) {
      return false;
    }
    return bytes >= Math.max(policy.minBytes(), (long) (policy.ratio() * snapshotBytes))
        || records >= policy.records()
        || !oldest.orElse(now).plus(policy.age()).isAfter(now);
  }

  /** Grows from half a minute to an hour. */
  static Duration delay(int asked) {
    return asked > 7 ? LONGEST_DELAY : min(FIRST_DELAY.multipliedBy(1L << asked), LONGEST_DELAY);
  }

  private static int more(int asked) {
    return Math.min(asked + 1, MAX_ASKED);
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  Bytes toBytes() {
    return Layout.label("track")
        .u64(nextOffset)
        .u64(position)
        .u64(records)
        .u64(bytes)
        .u8(oldest.isPresent() ? 1 : 0)
        .u64(oldest.orElse(Instant.EPOCH).toEpochMilli())
        .u64(snapshotBytes)
        .u32(asked)
        .u64(askAgain.toEpochMilli())
        .u8(trouble.stored())
        .toBytes();
  }

  /** Reads what was stored; what this version does not understand counts as nothing known. */
  static UserTrack fromBytes(Bytes stored) {
    try {
      LayoutReader reader = LayoutReader.of(stored).label("track");
      long nextOffset = reader.u64();
      long position = reader.u64();
      long records = reader.u64();
      long bytes = reader.u64();
      boolean present = reader.present();
      Instant oldest = Instant.ofEpochMilli(reader.u64());
      UserTrack track =
          new UserTrack(
              nextOffset,
              position,
              records,
              bytes,
              present ? Optional.of(oldest) : Optional.empty(),
              reader.u64(),
              reader.u31(),
              Instant.ofEpochMilli(reader.u64()),
              Trouble.of(reader.u8()));
      reader.end();
      return track;
    } catch (MalformedLayoutException e) {
      return UNKNOWN;
    }
  }
}
