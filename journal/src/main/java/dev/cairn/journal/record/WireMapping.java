package dev.cairn.journal.record;

import dev.cairn.crypto.AuthorPublicKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Domain records to Avro's and back, total in both directions: what Avro can carry and the domain
 * cannot is malformed.
 */
final class WireMapping {
  private WireMapping() {}

  static dev.cairn.schemas.avro.Commit toWire(Commit commit) {
    CommitHeader header = commit.header();
    List<dev.cairn.schemas.avro.Operation> operations = new ArrayList<>(commit.operations().size());
    for (NumberedOperation each : commit.operations()) {
      Operation operation = each.operation();
      operations.add(
          new dev.cairn.schemas.avro.Operation(
              operation.tag().asReadOnlyByteBuffer(),
              orNull(operation.sealed()),
              orNull(operation.replaces())));
    }
    return new dev.cairn.schemas.avro.Commit(
        header.userId().value(),
        header.keyVersion(),
        header.epoch(),
        header.index(),
        header.previousHead().asReadOnlyByteBuffer(),
        header.sequenceBefore(),
        header.transactionEnds(),
        header.openOperations(),
        operations,
        header.stateDigest().asReadOnlyByteBuffer(),
        header.objectCount(),
        header.timestamp(),
        commit.signatures().get(0).asReadOnlyByteBuffer());
  }

  static dev.cairn.schemas.avro.EpochOpened toWire(EpochOpened opened) {
    EpochHeader header = opened.header();
    return new dev.cairn.schemas.avro.EpochOpened(
        header.userId().value(),
        header.keyVersion(),
        header.epoch(),
        header.reason().code(),
        header.index(),
        header.previousHead().asReadOnlyByteBuffer(),
        header.sequence(),
        header.author().raw().asReadOnlyByteBuffer(),
        orNull(header.base()),
        header.stateDigest().asReadOnlyByteBuffer(),
        header.objectCount(),
        header.timestamp(),
        opened.signatures().stream().map(Bytes::asReadOnlyByteBuffer).toList());
  }

  /** Throws {@link IllegalArgumentException} where a field cannot be. */
  static Commit fromWire(dev.cairn.schemas.avro.Commit wire) {
    UserId userId = UserId.parse(wire.getUserId());
    List<Operation> operations = new ArrayList<>(wire.getOperations().size());
    for (dev.cairn.schemas.avro.Operation each : wire.getOperations()) {
      operations.add(
          new Operation(
              Bytes.copyOf(each.getTag()), present(each.getSealed()), present(each.getReplaces())));
    }
    List<Integer> ends = wire.getTransactionEnds();
    RecordLimits.requireCounter(wire.getKeyVersion(), 1, "Key version");
    RecordLimits.requireCounter(wire.getEpoch(), 1, "Epoch");
    RecordLimits.requireCounter(wire.getSequenceBefore(), 0, "Sequence");
    CommitDraft draft =
        new CommitDraft(
            userId,
            wire.getKeyVersion(),
            wire.getEpoch(),
            wire.getIndex(),
            Bytes.copyOf(wire.getPreviousHead()),
            wire.getSequenceBefore(),
            ends,
            wire.getOpenOperations(),
            CommitDraft.number(
                userId,
                wire.getKeyVersion(),
                wire.getEpoch(),
                wire.getSequenceBefore(),
                ends,
                operations),
            Bytes.copyOf(wire.getStateDigest()),
            wire.getObjectCount(),
            wire.getTimestamp());
    Bytes signature = Bytes.copyOf(wire.getSignature());
    return draft.sign(header -> signature);
  }

  /** Throws {@link IllegalArgumentException} where a field cannot be. */
  static EpochOpened fromWire(dev.cairn.schemas.avro.EpochOpened wire) {
    EpochHeader header =
        new EpochHeader(
            UserId.parse(wire.getUserId()),
            wire.getKeyVersion(),
            wire.getEpoch(),
            EpochReason.ofCode(wire.getReason())
                .orElseThrow(() ->
                    new IllegalArgumentException("No reason has the number " + wire.getReason())),
            wire.getIndex(),
            Bytes.copyOf(wire.getPreviousHead()),
            wire.getSequence(),
            new AuthorPublicKey(Bytes.copyOf(wire.getAuthorPublicKey())),
            present(wire.getBase()),
            Bytes.copyOf(wire.getStateDigest()),
            wire.getObjectCount(),
            wire.getTimestamp());
    return new EpochOpened(
        header, header.toBytes(), wire.getSignatures().stream().map(Bytes::copyOf).toList());
  }

  private static @Nullable ByteBuffer orNull(Optional<Bytes> bytes) {
    return bytes.map(Bytes::asReadOnlyByteBuffer).orElse(null);
  }

  private static Optional<Bytes> present(@Nullable ByteBuffer buffer) {
    return Optional.ofNullable(buffer).map(Bytes::copyOf);
  }
}
