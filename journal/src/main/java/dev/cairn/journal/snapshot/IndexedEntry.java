package dev.cairn.journal.snapshot;

import dev.cairn.crypto.Bytes;
import dev.cairn.journal.record.RecordLimits;

/**
 * Where one sealed slice lies in its segment: one object is one ranged GET of {@code [offset,
 * offset + length)}.
 *
 * @param element what it adds to the state digest
 * @param offset first byte of the sealed bytes in the segment file
 * @param length of the sealed bytes
 */
public record IndexedEntry(
    Bytes tag, long epoch, long sequence, Bytes element, long offset, int length) {
  static final int MAX_ENCODED_BYTES = 2 * (1 + RecordLimits.DIGEST_BYTES) + 4 * 10;

  void encode(AvroOutput out) {
    out.bytes(tag).number(epoch).number(sequence).bytes(element).number(offset).number(length);
  }

  static IndexedEntry decode(AvroInput in) throws SnapshotBrokenException {
    return new IndexedEntry(
        in.bytes(RecordLimits.DIGEST_BYTES, RecordLimits.DIGEST_BYTES, "tag"),
        in.number(1, RecordLimits.MAX_COUNTER, "epoch"),
        in.number(0, RecordLimits.MAX_COUNTER, "sequence"),
        in.bytes(RecordLimits.DIGEST_BYTES, RecordLimits.DIGEST_BYTES, "element"),
        in.number(0, SnapshotFormat.MAX_FILE_BYTES, "offset"),
        (int)
            in.number(SnapshotFormat.MIN_SEALED_BYTES, SnapshotFormat.MAX_SEALED_BYTES, "length"));
  }
}
