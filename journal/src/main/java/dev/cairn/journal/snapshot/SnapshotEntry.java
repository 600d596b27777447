package dev.cairn.journal.snapshot;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Elements;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.record.RecordLimits;

/**
 * One live sealed slice.
 *
 * @param tag keyed pseudonym of the slice
 * @param epoch under which it was sealed
 * @param sequence of the transaction that wrote it
 * @param sealed the sealed slice
 */
public record SnapshotEntry(Bytes tag, long epoch, long sequence, Bytes sealed) {
  public SnapshotEntry {
    if (tag.size() != RecordLimits.DIGEST_BYTES) {
      throw new IllegalArgumentException("A tag has 32 bytes, not " + tag.size());
    }
    if (epoch < 1 || epoch > RecordLimits.MAX_COUNTER) {
      throw new IllegalArgumentException("Epoch " + epoch + " is out of range");
    }
    if (sequence < 0 || sequence > RecordLimits.MAX_COUNTER) {
      throw new IllegalArgumentException("Sequence " + sequence + " is out of range");
    }
    if (sealed.size() < SnapshotFormat.MIN_SEALED_BYTES
        || sealed.size() > SnapshotFormat.MAX_SEALED_BYTES) {
      throw new IllegalArgumentException("A sealed slice cannot have " + sealed.size() + " bytes");
    }
  }

  /** What the entry adds to the state digest. */
  public Bytes element(UserId userId, int keyVersion) {
    return Elements.element(userId, keyVersion, epoch, sequence, tag, sealed);
  }

  int encodedSize() {
    return 1
        + RecordLimits.DIGEST_BYTES
        + AvroOutput.sizeOf(epoch)
        + AvroOutput.sizeOf(sequence)
        + AvroOutput.sizeOf(sealed.size())
        + sealed.size();
  }
}
