package dev.cairn.journal.record;

import dev.cairn.crypto.Bytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whole transactions, or a part of one, sealed and published together. Its operations hash to the
 * digest in its header: both are computed here. Whether it is signed by the right key is for the
 * judge to say.
 */
public final class Commit implements LogRecord {
  private final CommitHeader header;
  private final Bytes headerBytes;
  private final List<NumberedOperation> operations;
  private final List<Bytes> signatures;
  private final Bytes head;

  Commit(
      CommitHeader header, Bytes headerBytes, List<NumberedOperation> operations, Bytes signature) {
    this.header = header;
    this.headerBytes = headerBytes;
    this.operations = List.copyOf(operations);
    this.signatures = List.of(signature);
    SignedHeader.requireSignatures(header, signatures);
    this.head = Heads.of(headerBytes, signatures);
  }

  @Override
  public CommitHeader header() {
    return header;
  }

  @Override
  public Bytes headerBytes() {
    return headerBytes;
  }

  @Override
  public List<Bytes> signatures() {
    return signatures;
  }

  @Override
  public Bytes head() {
    return head;
  }

  public long sequenceBefore() {
    return header.sequenceBefore();
  }

  public List<Integer> transactionEnds() {
    return header.transactionEnds();
  }

  public int openOperations() {
    return header.openOperations();
  }

  /** The operations in order, each with its transaction's sequence and its element. */
  public List<NumberedOperation> operations() {
    return operations;
  }

  /** How many of the operations belong to transactions that are finished within this record. */
  public int finishedOperations() {
    List<Integer> ends = header.transactionEnds();
    return ends.isEmpty() ? 0 : ends.get(ends.size() - 1);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Commit that && head.equals(that.head);
  }

  @Override
  public int hashCode() {
    return head.hashCode();
  }

  @Override
  public String toString() {
    return "Commit(epoch " + epoch() + ", index " + index() + ", head " + head.hex() + ")";
  }
}
