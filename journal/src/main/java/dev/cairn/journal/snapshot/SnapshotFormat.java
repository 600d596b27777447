package dev.cairn.journal.snapshot;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Layout;
import dev.cairn.crypto.Sha256;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.record.EpochHeader;
import dev.cairn.journal.record.Header;
import dev.cairn.journal.record.RecordLimits;
import dev.cairn.journal.record.SignedHeader;
import dev.cairn.schemas.names.SnapshotDirectory;
import java.util.Locale;

/** Names, bounds and marks of the files of a snapshot. They are part of the format. */
public final class SnapshotFormat {
  /** The format that this code writes and reads. */
  public static final int VERSION = 1;

  /** A segment or index file has at most this many bytes. */
  public static final int MAX_FILE_BYTES = 32 * 1024 * 1024;

  /** A manifest has at most this many bytes: enough for some 80,000 segments. */
  public static final int MAX_MANIFEST_BYTES = 32 * 1024 * 1024;

  /** Where the manifest stands in the snapshot's directory. Its existence is the publication. */
  public static final String MANIFEST_NAME = "manifest.avro";

  /** A block ends with the entry that brings it to this many bytes. */
  static final int BLOCK_BYTES = 64 * 1024;

  static final int MARKER_BYTES = 16;
  static final int MAX_SEALED_BYTES = RecordLimits.MAX_RECORD_BYTES;
  static final int MIN_SEALED_BYTES = RecordLimits.SEAL_OVERHEAD_BYTES;
  static final int MAX_SEGMENTS = 99_999;

  /** Two numbers of at most ten bytes before the entries of a block, and the marker after them. */
  static final int BLOCK_OVERHEAD_BYTES = 2 * 10 + MARKER_BYTES;

  /** Tag, two numbers, length, sealed. */
  static final int MAX_ENTRY_BYTES = 33 + 3 * 10 + MAX_SEALED_BYTES;

  static final int MAX_BLOCK_BYTES = BLOCK_BYTES + MAX_ENTRY_BYTES;

  /** In place of a segment's number in the manifest's own marker. */
  private static final long MANIFEST_NUMBER = 0xffff_ffffL;

  private static final int HASH_DIGITS = 16;

  /** In place of a head in the markers of a base's segments. */
  static final Bytes BASE_SEGMENT_HEAD = Bytes.wrap(new byte[32]);

  static final String SEGMENT_SCHEMA =
      """
      {"type":"record","name":"SegmentEntry","namespace":"dev.cairn.schemas.avro","fields":[\
      {"name":"tag","type":"bytes"},{"name":"epoch","type":"long"},{"name":"sequence","type":"long"},\
      {"name":"sealed","type":"bytes"}]}\
      """;

  static final String INDEX_SCHEMA =
      """
      {"type":"record","name":"IndexEntry","namespace":"dev.cairn.schemas.avro","fields":[\
      {"name":"tag","type":"bytes"},{"name":"epoch","type":"long"},{"name":"sequence","type":"long"},\
      {"name":"element","type":"bytes"},{"name":"offset","type":"long"},{"name":"length","type":"int"}]}\
      """;

  static final String MANIFEST_SCHEMA =
      """
      {"type":"record","name":"SnapshotManifest","namespace":"dev.cairn.schemas.avro","fields":[\
      {"name":"formatVersion","type":"int"},{"name":"userId","type":"string"},{"name":"keyVersion","type":"int"},\
      {"name":"lastRecord","type":["null",{"type":"record","name":"SignedHeader","fields":[\
      {"name":"header","type":"bytes"},{"name":"signatures","type":{"type":"array","items":"bytes"}}]}]},\
      {"name":"epochOpened","type":["null","SignedHeader"]},{"name":"accumulator","type":"bytes"},\
      {"name":"segments","type":{"type":"array","items":{"type":"record","name":"SnapshotFile","fields":[\
      {"name":"name","type":"string"},{"name":"size","type":"long"},{"name":"sha256","type":"bytes"},\
      {"name":"firstTag","type":"bytes"},{"name":"lastTag","type":"bytes"},{"name":"entries","type":"long"}]}}},\
      {"name":"indexes","type":{"type":"array","items":"SnapshotFile"}},{"name":"position","type":"long"}]}\
      """;

  private SnapshotFormat() {}

  /** Where the snapshot of a record lies: that of an opening with a base lies in its base. */
  public static SnapshotDirectory directoryOf(Header record) {
    return opensBase(record)
        ? SnapshotDirectory.ofBase(record.epoch())
        : SnapshotDirectory.of(record.epoch(), record.index(), record.stateDigest().hex());
  }

  /** What the sync markers of the segments of a record's snapshot are made of. */
  public static Bytes segmentMarkerHead(SignedHeader record) {
    return opensBase(record.header()) ? BASE_SEGMENT_HEAD : record.head();
  }

  private static boolean opensBase(Header record) {
    return record instanceof EpochHeader opened && opened.base().isPresent();
  }

  /** {@code segment-00000-<first 16 hex of its SHA-256>.avro}. */
  static String segmentName(int number, Bytes sha256) {
    return name("segment", number, sha256);
  }

  /** {@code index-00000-<first 16 hex of its SHA-256>.avro}. */
  static String indexName(int number, Bytes sha256) {
    return name("index", number, sha256);
  }

  /** {@code base-<first 16 hex of its SHA-256>.avro}: the manifest of a base. */
  public static String baseName(Bytes sha256) {
    return "base-" + sha256.hex().substring(0, HASH_DIGITS) + ".avro";
  }

  private static String name(String kind, int number, Bytes sha256) {
    return String.format(
        Locale.ROOT, "%s-%05d-%s.avro", kind, number, sha256.hex().substring(0, HASH_DIGITS));
  }

  /**
   * {@code SHA-256(label(sync) ‖ userId ‖ head ‖ u32 segment)}, first 16 bytes: the sync marker of
   * a segment and of its index, so that the same state gives the same bytes.
   *
   * @param head of the snapshot's record; in a base zeros, in its manifest the digest of its state
   */
  static Bytes marker(UserId userId, Bytes head, int segment) {
    return marker(userId, head, (long) segment);
  }

  /** The marker of the manifest: 2^32 - 1 in place of the segment's number. */
  static Bytes manifestMarker(UserId userId, Bytes head) {
    return marker(userId, head, MANIFEST_NUMBER);
  }

  private static Bytes marker(UserId userId, Bytes head, long number) {
    return Sha256.hash(Layout.label("sync").userId(userId).bytes(head).u32(number).toBytes())
        .slice(0, MARKER_BYTES);
  }
}
