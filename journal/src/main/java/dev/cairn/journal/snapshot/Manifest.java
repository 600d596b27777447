package dev.cairn.journal.snapshot;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.StateAccumulator;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.record.RecordLimits;
import dev.cairn.journal.record.SignedHeader;
import java.util.List;

/**
 * What publishes a snapshot by existing. It is well-formed by construction: every segment has its
 * index, names carry number and digest, tags ascend over all segments. That it belongs to the owner
 * and that its files hold is for {@link SnapshotVerifier} to say.
 *
 * @param origin where the state comes from
 * @param accumulator 2048 bytes, whose digest is the state digest
 * @param segments in order of their tags; none for an empty state
 * @param indexes one for each segment, in the same order
 * @param position in the log after the last record; a hint, to be checked by the head of the record
 *     before it
 */
public record Manifest(
    UserId userId,
    int keyVersion,
    Origin origin,
    Bytes accumulator,
    List<SnapshotFile> segments,
    List<SnapshotFile> indexes,
    long position) {

  /** Where the state comes from. */
  public sealed interface Origin {}

  /**
   * The state after a record of the log.
   *
   * @param last the record
   * @param epochOpened the opening in force then; the same one, if it was itself the last record
   */
  public record AtRecord(SignedHeader last, SignedHeader epochOpened) implements Origin {}

  /**
   * A state that the owner uploaded: valid only through the accepted EpochOpened that names the
   * manifest's SHA-256.
   */
  public record Base() implements Origin {}

  public Manifest {
    segments = List.copyOf(segments);
    indexes = List.copyOf(indexes);
    if (keyVersion < 1) {
      throw new IllegalArgumentException("key version " + keyVersion + " is out of range");
    }
    if (origin instanceof AtRecord at
        && (!at.last().header().userId().equals(userId)
            || !at.epochOpened().header().userId().equals(userId)
            || at.last().header().keyVersion() != keyVersion
            || at.epochOpened().header().keyVersion() != keyVersion)) {
      throw new IllegalArgumentException("its records are of another user or key version");
    }
    if (accumulator.size() != StateAccumulator.SIZE) {
      throw new IllegalArgumentException(
          "an accumulator has 2048 bytes, not " + accumulator.size());
    }
    if (position < 0 || position > RecordLimits.MAX_COUNTER) {
      throw new IllegalArgumentException("position " + position + " is out of range");
    }
    if (segments.size() != indexes.size() || segments.size() > SnapshotFormat.MAX_SEGMENTS) {
      throw new IllegalArgumentException(
          indexes.size() + " indexes do not fit " + segments.size() + " segments");
    }
    for (int i = 0; i < segments.size(); i++) {
      SnapshotFile segment = segments.get(i);
      SnapshotFile index = indexes.get(i);
      if (!segment.name().equals(SnapshotFormat.segmentName(i, segment.sha256()))
          || !index.name().equals(SnapshotFormat.indexName(i, index.sha256()))) {
        throw new IllegalArgumentException("a file name does not carry its number and digest");
      }
      if (!segment.firstTag().equals(index.firstTag())
          || !segment.lastTag().equals(index.lastTag())
          || segment.entries() != index.entries()) {
        throw new IllegalArgumentException("index " + i + " does not fit its segment");
      }
      if (i > 0 && segments.get(i - 1).lastTag().compareTo(segment.firstTag()) >= 0) {
        throw new IllegalArgumentException("tags do not ascend from segment to segment");
      }
    }
  }

  /** Live tags of the state. */
  public long entries() {
    return segments.stream().mapToLong(SnapshotFile::entries).sum();
  }

  /** Size of all segments. */
  public long bytes() {
    return segments.stream().mapToLong(SnapshotFile::size).sum();
  }

  /** Digest of the state. */
  public Bytes stateDigest() {
    return StateAccumulator.fromBytes(accumulator).digest();
  }

  /**
   * What the sync markers of segments and indexes are made of: the head of the record; in a base,
   * and in the snapshot that is nothing but a base, zeros: its first segment is written before its
   * last entry is known.
   */
  public Bytes segmentMarkerHead() {
    return switch (origin) {
      case AtRecord at -> SnapshotFormat.segmentMarkerHead(at.last());
      case Base base -> SnapshotFormat.BASE_SEGMENT_HEAD;
    };
  }

  /** What its own sync marker is made of: the head of the record, or the state digest of a base. */
  public Bytes markerHead() {
    return switch (origin) {
      case AtRecord at -> at.last().head();
      case Base base -> stateDigest();
    };
  }
}
