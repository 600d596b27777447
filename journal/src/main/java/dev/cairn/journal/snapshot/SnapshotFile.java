package dev.cairn.journal.snapshot;

import dev.cairn.crypto.Bytes;
import dev.cairn.journal.record.RecordLimits;

/**
 * A segment or an index, as the manifest describes it.
 *
 * @param name within the snapshot's directory; holds the beginning of the digest
 * @param size in bytes
 * @param sha256 of the file's exact bytes
 * @param firstTag of its first entry
 * @param lastTag of its last entry
 * @param entries how many it holds, at least one
 */
public record SnapshotFile(
    String name, long size, Bytes sha256, Bytes firstTag, Bytes lastTag, long entries) {
  static final int MAX_NAME_BYTES = 64;

  public SnapshotFile {
    if (size < 1 || size > SnapshotFormat.MAX_FILE_BYTES) {
      throw new IllegalArgumentException("file " + name + " cannot have " + size + " bytes");
    }
    if (sha256.size() != RecordLimits.DIGEST_BYTES
        || firstTag.size() != RecordLimits.DIGEST_BYTES
        || lastTag.size() != RecordLimits.DIGEST_BYTES) {
      throw new IllegalArgumentException("digest and tags of file " + name + " need 32 bytes");
    }
    if (firstTag.compareTo(lastTag) > 0) {
      throw new IllegalArgumentException("the tags of file " + name + " do not ascend");
    }
    if (entries < 1 || entries > size || (entries == 1) != firstTag.equals(lastTag)) {
      throw new IllegalArgumentException("file " + name + " cannot hold " + entries + " entries");
    }
  }

  void encode(AvroOutput out) {
    out.text(name).number(size).bytes(sha256).bytes(firstTag).bytes(lastTag).number(entries);
  }

  static SnapshotFile decode(AvroInput in) throws SnapshotBrokenException {
    String name = in.ascii(MAX_NAME_BYTES, "file name");
    long size = in.number(1, SnapshotFormat.MAX_FILE_BYTES, "size");
    Bytes sha256 = in.bytes(RecordLimits.DIGEST_BYTES, RecordLimits.DIGEST_BYTES, "SHA-256");
    Bytes first = in.bytes(RecordLimits.DIGEST_BYTES, RecordLimits.DIGEST_BYTES, "first tag");
    Bytes last = in.bytes(RecordLimits.DIGEST_BYTES, RecordLimits.DIGEST_BYTES, "last tag");
    long entries = in.number(1, SnapshotFormat.MAX_FILE_BYTES, "entries");
    try {
      return new SnapshotFile(name, size, sha256, first, last, entries);
    } catch (IllegalArgumentException e) {
      throw new SnapshotBrokenException(
          SnapshotFormat.MANIFEST_NAME, String.valueOf(e.getMessage()), e);
    }
  }
}
