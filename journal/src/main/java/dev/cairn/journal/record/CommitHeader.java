package dev.cairn.journal.record;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Layout;
import dev.cairn.crypto.LayoutReader;
import dev.cairn.crypto.MalformedLayoutException;
import dev.cairn.crypto.UserId;
import java.util.ArrayList;
import java.util.List;

/**
 * What a commit signs.
 *
 * <table>
 * <caption>Layout, in this order</caption>
 * <tr><th>bytes</th><th>field</th></tr>
 * <tr><td>{@code label(commit)}, 4 + 14</td><td></td></tr>
 * <tr><td>26</td><td>user id</td></tr>
 * <tr><td>u32</td><td>key version, from 1</td></tr>
 * <tr><td>u64, u64</td><td>epoch, index, both from 1: index 0 is genesis</td></tr>
 * <tr><td>32</td><td>previous head</td></tr>
 * <tr><td>u64</td><td>transactions finished before this record</td></tr>
 * <tr><td>u32 k, k × u32</td><td>transaction ends: operation counts within this record, strictly ascending, the
 * first at least 1, the last at most the operation count</td></tr>
 * <tr><td>u32</td><td>open operations: of the unfinished transaction so far; where the record ends a transaction this
 * is the operation count minus the last end</td></tr>
 * <tr><td>u32, 32</td><td>operation count, operations digest</td></tr>
 * <tr><td>32, u64</td><td>state digest and live tags after the last finished transaction</td></tr>
 * <tr><td>u64</td><td>timestamp in milliseconds</td></tr>
 * </table>
 */
public record CommitHeader(
    UserId userId,
    int keyVersion,
    long epoch,
    long index,
    Bytes previousHead,
    long sequenceBefore,
    List<Integer> transactionEnds,
    int openOperations,
    int operationCount,
    Bytes operationsDigest,
    Bytes stateDigest,
    long objectCount,
    long timestamp)
    implements Header {
  private static final String LABEL = "commit";
  private static final Bytes LABEL_BYTES = Layout.label(LABEL).toBytes();

  public CommitHeader {
    transactionEnds = List.copyOf(transactionEnds);
    RecordLimits.requireCounter(keyVersion, 1, "Key version");
    RecordLimits.requireCounter(epoch, 1, "Epoch");
    RecordLimits.requireCounter(index, 1, "Index");
    RecordLimits.requireDigest(previousHead, "Previous head");
    RecordLimits.requireCounter(sequenceBefore, 0, "Sequence");
    if (sequenceBefore > RecordLimits.MAX_COUNTER - transactionEnds.size() - 1) {
      throw new IllegalArgumentException("Sequence " + sequenceBefore + " is out of range");
    }
    if (operationCount < 0 || operationCount > RecordLimits.MAX_OPERATIONS) {
      throw new IllegalArgumentException("A record cannot hold " + operationCount + " operations");
    }
    int before = 0;
    for (int end : transactionEnds) {
      if (end <= before || end > operationCount) {
        throw new IllegalArgumentException(
            "Transaction end "
                + end
                + " after "
                + before
                + " of "
                + operationCount
                + " operations");
      }
      before = end;
    }
    if (openOperations < operationCount - before
        || (!transactionEnds.isEmpty() && openOperations != operationCount - before)) {
      throw new IllegalArgumentException(
          openOperations + " open operations do not fit " + operationCount + " and end " + before);
    }
    RecordLimits.requireDigest(operationsDigest, "Operations digest");
    RecordLimits.requireDigest(stateDigest, "State digest");
    RecordLimits.requireCounter(objectCount, 0, "Object count");
    RecordLimits.requireCounter(timestamp, 0, "Timestamp");
  }

  @Override
  public long sequenceAfter() {
    return sequenceBefore + transactionEnds.size();
  }

  @Override
  public int signatureCount() {
    return 1;
  }

  @Override
  public Bytes toBytes() {
    Layout layout =
        Layout.label(LABEL)
            .userId(userId)
            .u32(keyVersion)
            .u64(epoch)
            .u64(index)
            .bytes(previousHead)
            .u64(sequenceBefore)
            .u32(transactionEnds.size());
    for (int end : transactionEnds) {
      layout.u32(end);
    }
    return layout
        .u32(openOperations)
        .u32(operationCount)
        .bytes(operationsDigest)
        .bytes(stateDigest)
        .u64(objectCount)
        .u64(timestamp)
        .toBytes();
  }

  static boolean isLabelOf(Bytes header) {
    return header.size() >= LABEL_BYTES.size()
        && header.slice(0, LABEL_BYTES.size()).equals(LABEL_BYTES);
  }

  static CommitHeader read(LayoutReader reader) throws MalformedLayoutException {
    reader.label(LABEL);
    UserId userId = reader.userId();
    int keyVersion = reader.u31();
    long epoch = reader.u64();
    long index = reader.u64();
    Bytes previousHead = reader.bytes(RecordLimits.DIGEST_BYTES);
    long sequenceBefore = reader.u64();
    int k = reader.u31();
    if (k > reader.remaining() / Integer.BYTES) {
      throw new MalformedLayoutException(k + " transaction ends do not fit");
    }
    List<Integer> ends = new ArrayList<>(k);
    for (int i = 0; i < k; i++) {
      ends.add(reader.u31());
    }
    return new CommitHeader(
        userId,
        keyVersion,
        epoch,
        index,
        previousHead,
        sequenceBefore,
        ends,
        reader.u31(),
        reader.u31(),
        reader.bytes(RecordLimits.DIGEST_BYTES),
        reader.bytes(RecordLimits.DIGEST_BYTES),
        reader.u64(),
        reader.u64());
  }
}
