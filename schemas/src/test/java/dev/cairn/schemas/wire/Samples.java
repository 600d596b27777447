package dev.cairn.schemas.wire;

import dev.cairn.schemas.avro.BundleWrap;
import dev.cairn.schemas.avro.Commit;
import dev.cairn.schemas.avro.CompactionJob;
import dev.cairn.schemas.avro.EpochOpened;
import dev.cairn.schemas.avro.Operation;
import dev.cairn.schemas.avro.RecoveryBundle;
import dev.cairn.schemas.avro.SignedHeader;
import dev.cairn.schemas.avro.SnapshotEvent;
import dev.cairn.schemas.avro.SnapshotFile;
import dev.cairn.schemas.avro.SnapshotManifest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.List;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.RandomData;

/** One record of each type, every field set to something that is not zero. */
final class Samples {
  private static final String USER = "abcdefghijklmnopqrstuvwx27";

  private Samples() {}

  static SpecificRecord of(RecordType type) {
    return switch (type) {
      case COMMIT ->
          Commit.newBuilder()
              .setUserId(USER)
              .setKeyVersion(2)
              .setEpoch(3)
              .setIndex(1_000_000_007L)
              .setPreviousHead(bytes(32, 1))
              .setSequenceBefore(41)
              .setTransactionEnds(List.of(1, 2))
              .setOpenOperations(1)
              .setOperations(
                  List.of(
                      Operation.newBuilder()
                          .setTag(bytes(32, 2))
                          .setSealed(bytes(70, 3))
                          .setReplaces(null)
                          .build(),
                      Operation.newBuilder()
                          .setTag(bytes(32, 4))
                          .setSealed(null)
                          .setReplaces(bytes(32, 5))
                          .build(),
                      Operation.newBuilder()
                          .setTag(bytes(32, 6))
                          .setSealed(bytes(40, 7))
                          .setReplaces(bytes(32, 8))
                          .build()))
              .setStateDigest(bytes(32, 9))
              .setObjectCount(12)
              .setTimestamp(1_700_000_000_123L)
              .setSignature(bytes(64, 10))
              .build();
      case EPOCH_OPENED ->
          EpochOpened.newBuilder()
              .setUserId(USER)
              .setKeyVersion(2)
              .setEpoch(4)
              .setReason(2)
              .setIndex(99)
              .setPreviousHead(bytes(32, 11))
              .setSequence(43)
              .setAuthorPublicKey(bytes(32, 12))
              .setBase(bytes(32, 13))
              .setStateDigest(bytes(32, 14))
              .setObjectCount(13)
              .setTimestamp(1_700_000_000_456L)
              .setSignatures(List.of(bytes(64, 15), bytes(64, 16)))
              .build();
      case COMPACTION_JOB ->
          CompactionJob.newBuilder()
              .setUserId(USER)
              .setJobId("job-1")
              .setReason("owner")
              .setRequestedAt(1_700_000_000_789L)
              .build();
      case SNAPSHOT_EVENT ->
          SnapshotEvent.newBuilder()
              .setUserId(USER)
              .setJobId("job-2")
              .setKind("PUBLISHED")
              .setKeyVersion(1)
              .setEpoch(2)
              .setIndex(3)
              .setSequence(4)
              .setEntries(5)
              .setBytes(6)
              .setPosition(7)
              .setTime(8)
              .setDetail("é")
              .build();
      case RECOVERY_BUNDLE ->
          RecoveryBundle.newBuilder()
              .setVersion(1)
              .setUserId(USER)
              .setBundleVersion(3)
              .setWraps(
                  List.of(
                      BundleWrap.newBuilder()
                          .setKind(2)
                          .setParameters(bytes(5, 17))
                          .setCommitment(bytes(32, 18))
                          .setNonce(bytes(24, 19))
                          .setSealed(bytes(90, 20))
                          .build()))
              .build();
      case SNAPSHOT_MANIFEST ->
          SnapshotManifest.newBuilder()
              .setFormatVersion(1)
              .setUserId(USER)
              .setKeyVersion(1)
              .setLastRecord(header(21))
              .setEpochOpened(header(22))
              .setAccumulator(bytes(2048, 23))
              .setSegments(List.of(file("segment-00000-0123456789abcdef.avro", 24)))
              .setIndexes(List.of(file("index-00000-0123456789abcdef.avro", 25)))
              .setPosition(77)
              .build();
      case ACCOUNT_COMMAND -> random(type);
    };
  }

  /** For types with many bodies: any one of them, always the same. */
  private static SpecificRecord random(RecordType type) {
    Object generic = new RandomData(type.schema(), 1, 4711).iterator().next();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0);
    out.writeBytes(ByteBuffer.allocate(4).putInt(type.builtInId()).array());
    try {
      BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
      new GenericDatumWriter<>(type.schema()).write(generic, encoder);
      encoder.flush();
      return new WireFormat(SchemaIds.builtIn()).decode(out.toByteArray(), EnumSet.of(type));
    } catch (IOException | MalformedWireException e) {
      throw new AssertionError(e);
    }
  }

  private static SignedHeader header(int seed) {
    return SignedHeader.newBuilder()
        .setHeader(bytes(120, seed))
        .setSignatures(List.of(bytes(64, seed + 100)))
        .build();
  }

  private static SnapshotFile file(String name, int seed) {
    return SnapshotFile.newBuilder()
        .setName(name)
        .setSize(4711)
        .setSha256(bytes(32, seed))
        .setFirstTag(bytes(32, seed + 50))
        .setLastTag(bytes(32, seed + 60))
        .setEntries(9)
        .build();
  }

  private static ByteBuffer bytes(int length, int seed) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (seed + 7 * i + 1);
    }
    return ByteBuffer.wrap(bytes);
  }
}
