package dev.cairn.journal.record;

import dev.cairn.crypto.AuthorKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import java.util.ArrayList;
import java.util.List;

/**
 * A commit before it is signed. The fields are those of {@link CommitHeader}.
 *
 * @param operations each with the sequence of its transaction: {@code sequenceBefore + 1} up to the
 *     first end, then one more after each end
 */
public record CommitDraft(
    UserId userId,
    int keyVersion,
    long epoch,
    long index,
    Bytes previousHead,
    long sequenceBefore,
    List<Integer> transactionEnds,
    int openOperations,
    List<NumberedOperation> operations,
    Bytes stateDigest,
    long objectCount,
    long timestamp) {
  public CommitDraft {
    transactionEnds = List.copyOf(transactionEnds);
    operations = List.copyOf(operations);
    long sequence = sequenceBefore + 1;
    int ended = 0;
    for (int i = 0; i < operations.size(); i++) {
      while (ended < transactionEnds.size() && transactionEnds.get(ended) <= i) {
        ended++;
        sequence++;
      }
      if (operations.get(i).sequence() != sequence) {
        throw new IllegalArgumentException(
            "Operation "
                + i
                + " has sequence "
                + operations.get(i).sequence()
                + " and belongs to transaction "
                + sequence);
      }
    }
  }

  /** Gives each operation its sequence and computes the elements. */
  public static List<NumberedOperation> number(
      UserId userId,
      int keyVersion,
      long epoch,
      long sequenceBefore,
      List<Integer> transactionEnds,
      List<Operation> operations) {
    List<NumberedOperation> numbered = new ArrayList<>(operations.size());
    long sequence = sequenceBefore + 1;
    int ended = 0;
    for (int i = 0; i < operations.size(); i++) {
      while (ended < transactionEnds.size() && transactionEnds.get(ended) <= i) {
        ended++;
        sequence++;
      }
      numbered.add(NumberedOperation.of(userId, keyVersion, epoch, sequence, operations.get(i)));
    }
    return numbered;
  }

  public CommitHeader header() {
    return new CommitHeader(
        userId,
        keyVersion,
        epoch,
        index,
        previousHead,
        sequenceBefore,
        transactionEnds,
        openOperations,
        operations.size(),
        Heads.operationsDigest(operations),
        stateDigest,
        objectCount,
        timestamp);
  }

  public Commit sign(AuthorKey author) {
    return sign(author::sign);
  }

  public Commit sign(Signer signer) {
    CommitHeader header = header();
    Bytes bytes = header.toBytes();
    return new Commit(header, bytes, operations, signer.sign(bytes));
  }
}
