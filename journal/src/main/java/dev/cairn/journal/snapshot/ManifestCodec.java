package dev.cairn.journal.snapshot;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.StateAccumulator;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.record.MalformedRecordException;
import dev.cairn.journal.record.RecordLimits;
import dev.cairn.journal.record.SignedHeader;
import java.util.List;
import java.util.Optional;

/**
 * A manifest as a file: an Avro object container with one entry. A manifest has exactly one
 * encoding; nothing else is read.
 */
public final class ManifestCodec {
  private static final String NAME = SnapshotFormat.MANIFEST_NAME;

  private ManifestCodec() {}

  /** The file's exact bytes. */
  public static Bytes encode(Manifest manifest) {
    AvroOutput entry = new AvroOutput(8192);
    entry
        .number(SnapshotFormat.VERSION)
        .text(manifest.userId().value())
        .number(manifest.keyVersion());
    switch (manifest.origin()) {
      case Manifest.AtRecord at -> {
        signed(entry.number(1), at.last());
        signed(entry.number(1), at.epochOpened());
      }
      case Manifest.Base base -> entry.number(0).number(0);
    }
    entry
        .bytes(manifest.accumulator())
        .array(manifest.segments(), (out, file) -> file.encode(out))
        .array(manifest.indexes(), (out, file) -> file.encode(out))
        .number(manifest.position());
    Bytes marker = SnapshotFormat.manifestMarker(manifest.userId(), manifest.markerHead());
    Bytes header = Containers.header(SnapshotFormat.MANIFEST_SCHEMA, marker);
    return new AvroOutput(header.size() + entry.size() + SnapshotFormat.BLOCK_OVERHEAD_BYTES)
        .raw(header)
        .number(1)
        .number(entry.size())
        .raw(entry.toBytes())
        .raw(marker)
        .toBytes();
  }

  /**
   * Reads what {@link #encode} wrote, and nothing else. Whose it is and whether it holds is not
   * checked here.
   *
   * @throws SnapshotBrokenException if the bytes are no manifest
   */
  public static Manifest decode(Bytes file) throws SnapshotBrokenException {
    if (file.size() > SnapshotFormat.MAX_MANIFEST_BYTES) {
      throw new SnapshotBrokenException(NAME, "it is too long: " + file.size() + " bytes");
    }
    int header =
        Containers.header(
                SnapshotFormat.MANIFEST_SCHEMA, Bytes.wrap(new byte[SnapshotFormat.MARKER_BYTES]))
            .size();
    if (file.size() <= header) {
      throw new SnapshotBrokenException(NAME, "it ends within its header");
    }
    AvroInput in = new AvroInput(NAME, file.toByteArray(), header, file.size());
    in.number(1, 1, "number of entries");
    in.number(1, SnapshotFormat.MAX_MANIFEST_BYTES, "size of the entry");
    Manifest manifest = entry(in);
    if (!encode(manifest).equals(file)) {
      throw new SnapshotBrokenException(NAME, "it is not encoded the one way");
    }
    return manifest;
  }

  private static Manifest entry(AvroInput in) throws SnapshotBrokenException {
    in.number(SnapshotFormat.VERSION, SnapshotFormat.VERSION, "format version");
    String userId = in.ascii(UserId.LENGTH, "user id");
    int keyVersion = (int) in.number(1, Integer.MAX_VALUE, "key version");
    Optional<SignedHeader> last = optionalSigned(in);
    Optional<SignedHeader> epochOpened = optionalSigned(in);
    Bytes accumulator = in.bytes(StateAccumulator.SIZE, StateAccumulator.SIZE, "accumulator");
    List<SnapshotFile> segments =
        in.array(SnapshotFormat.MAX_SEGMENTS, SnapshotFile::decode, "segments");
    List<SnapshotFile> indexes =
        in.array(SnapshotFormat.MAX_SEGMENTS, SnapshotFile::decode, "indexes");
    long position = in.number(0, RecordLimits.MAX_COUNTER, "position");
    if (last.isPresent() != epochOpened.isPresent()) {
      throw new SnapshotBrokenException(NAME, "it names a record without an epoch, or the reverse");
    }
    Manifest.Origin origin =
        last.isPresent()
            ? new Manifest.AtRecord(last.get(), epochOpened.orElseThrow())
            : new Manifest.Base();
    try {
      return new Manifest(
          UserId.parse(userId), keyVersion, origin, accumulator, segments, indexes, position);
    } catch (IllegalArgumentException e) {
      throw new SnapshotBrokenException(NAME, String.valueOf(e.getMessage()), e);
    }
  }

  private static void signed(AvroOutput out, SignedHeader signed) {
    out.bytes(signed.header().toBytes()).array(signed.signatures(), AvroOutput::bytes);
  }

  private static Optional<SignedHeader> optionalSigned(AvroInput in)
      throws SnapshotBrokenException {
    if (in.number(0, 1, "presence of a record") == 0) {
      return Optional.empty();
    }
    Bytes header = in.bytes(1, RecordLimits.MAX_RECORD_BYTES, "header");
    List<Bytes> signatures =
        in.array(
            2,
            each ->
                each.bytes(RecordLimits.SIGNATURE_BYTES, RecordLimits.SIGNATURE_BYTES, "signature"),
            "signatures");
    try {
      return Optional.of(SignedHeader.parse(header, signatures));
    } catch (MalformedRecordException e) {
      throw new SnapshotBrokenException(NAME, String.valueOf(e.getMessage()), e);
    }
  }
}
