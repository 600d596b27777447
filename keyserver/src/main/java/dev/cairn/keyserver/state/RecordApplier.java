package dev.cairn.keyserver.state;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.KeyRing;
import dev.cairn.crypto.ObjectSlice;
import dev.cairn.crypto.SealBrokenException;
import dev.cairn.crypto.SealingContext;
import dev.cairn.crypto.StateAccumulator;
import dev.cairn.journal.record.Commit;
import dev.cairn.journal.record.EpochOpened;
import dev.cairn.journal.record.LogRecord;
import dev.cairn.journal.record.NumberedOperation;
import dev.cairn.keyserver.error.IntegrityException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Brings the store from where it stands to the state after later records, by opening what they
 * carry: the tail of a recovery, and the records that a restart finds in the commit files but not
 * in the store.
 *
 * <p>The records must be the accepted ones, in order and without a gap; that their signatures
 * verify is the judge's business. Checked here: that each follows the one before, that every put
 * opens, that {@code replaces} is what was there, that the state folds to the signed digest and
 * count whenever a transaction ends. A transaction that spans records is never held in memory. Not
 * thread-safe.
 */
public final class RecordApplier {
  private static final int OPERATIONS_A_COMMIT = 10_000;
  private static final int PARALLEL_FROM = 64;

  private final StateWriter writer;
  private final KeyRing keys;
  private StateAccumulator accumulator;
  private @Nullable StateAccumulator atMark;
  private StatePoint point;
  private long tags;
  private long tagsAtMark;
  private long index;
  private Bytes head;
  private int open;
  private int uncommitted;
  private boolean changed;

  private record Opened(NumberedOperation operation, Optional<ObjectSlice> slice) {}

  /**
   * @param start where the store stands: its {@link StateStore#pointAtOpen}
   * @param keys of the start's key version
   */
  public RecordApplier(StateWriter writer, KeyRing keys, StatePoint start) {
    this.writer = writer;
    this.keys = keys;
    this.point = start;
    this.accumulator = StateAccumulator.fromBytes(start.accumulator());
    this.tags = start.tags();
    this.index = start.index();
    this.head = start.head();
  }

  /**
   * Applies the next record; it counts when {@link #commit} returns.
   *
   * @throws IntegrityException if the record is not what the owner signed, or not the next one
   */
  public void apply(LogRecord record) {
    if (record.index() != index + 1 || !record.previousHead().equals(head)) {
      throw broken(record, "it does not follow record " + index);
    }
    switch (record) {
      case Commit commit -> applyCommit(commit);
      case EpochOpened opened -> applyEpoch(opened);
    }
    index = record.index();
    head = record.head();
    if (open == 0) {
      point =
          new StatePoint(
              record.keyVersion(),
              record.epoch(),
              index,
              head,
              sequenceAfter(record),
              accumulator.toBytes(),
              tags);
      changed = true;
      if (uncommitted >= OPERATIONS_A_COMMIT) {
        commit();
      }
    }
  }

  private static long sequenceAfter(LogRecord record) {
    return record.header().sequenceAfter();
  }

  private void applyEpoch(EpochOpened opened) {
    if (opened.header().reason().carriesBase()) {
      throw broken(opened, "it opens an epoch on a new base, which replaces the whole state");
    }
    if (open > 0) {
      writer.discardUnfinished();
      accumulator = atMark == null ? accumulator : atMark;
      tags = tagsAtMark;
      atMark = null;
      open = 0;
    }
    check(opened);
  }

  private void applyCommit(Commit commit) {
    if (commit.keyVersion() != keys.keyVersion()) {
      throw broken(
          commit, "it is of key version " + commit.keyVersion() + ", not " + keys.keyVersion());
    }
    if (commit.sequenceBefore() != point.sequence()) {
      throw broken(
          commit,
          "it goes on from transaction " + commit.sequenceBefore() + ", not " + point.sequence());
    }
    List<Opened> operations = openAll(commit);
    int finished = commit.finishedOperations();
    if (open > 0 && finished > 0) {
      // The first end finishes what an earlier record began.
      int end = commit.transactionEnds().get(0);
      applyAll(commit, operations.subList(0, end));
      finishUnfinished();
      applyAll(commit, operations.subList(end, finished));
    } else if (finished > 0) {
      applyAll(commit, operations.subList(0, finished));
    }
    if (open == 0) {
      check(commit);
    }
    if (finished < operations.size()) {
      if (open == 0) {
        writer.beginUnfinished();
        atMark = accumulator.copy();
        tagsAtMark = tags;
      }
      applyAll(commit, operations.subList(finished, operations.size()));
      open = commit.openOperations();
    }
  }

  private void finishUnfinished() {
    writer.keepUnfinished();
    atMark = null;
    open = 0;
  }

  private void check(LogRecord record) {
    if (!accumulator.digest().equals(record.header().stateDigest())
        || tags != record.header().objectCount()) {
      throw broken(record, "the state does not fold to the digest that was signed");
    }
  }

  private void applyAll(Commit commit, List<Opened> operations) {
    for (Opened opened : operations) {
      apply(commit, opened);
    }
    uncommitted += operations.size();
  }

  private void apply(Commit commit, Opened opened) {
    NumberedOperation numbered = opened.operation();
    Bytes tag = numbered.operation().tag();
    Optional<Bytes> replaces = numbered.operation().replaces();
    if (!writer.element(tag).equals(replaces)) {
      throw broken(commit, "an operation does not replace what is there");
    }
    replaces.ifPresent(accumulator::subtract);
    numbered.element().ifPresent(accumulator::add);
    tags += numbered.operation().countChange();
    if (opened.slice().isEmpty()) {
      writer.remove(tag, commit.index());
      return;
    }
    StoredSlice stored =
        new StoredSlice(
            tag,
            numbered.element().orElseThrow(),
            commit.epoch(),
            numbered.sequence(),
            opened.slice().get());
    if (replaces.isPresent()) {
      writer.replace(stored);
    } else {
      writer.insert(stored);
    }
  }

  private List<Opened> openAll(Commit commit) {
    List<NumberedOperation> operations = commit.operations();
    return operations.size() < PARALLEL_FROM
        ? operations.stream().map(operation -> open(commit, operation)).toList()
        : operations.parallelStream().map(operation -> open(commit, operation)).toList();
  }

  private Opened open(Commit commit, NumberedOperation operation) {
    if (operation.operation().sealed().isEmpty()) {
      return new Opened(operation, Optional.empty());
    }
    try {
      return new Opened(
          operation,
          Optional.of(
              keys.sealer()
                  .open(
                      new SealingContext(
                          commit.userId(),
                          commit.keyVersion(),
                          commit.epoch(),
                          operation.sequence()),
                      operation.operation().tag(),
                      operation.operation().sealed().get())));
    } catch (SealBrokenException e) {
      throw new IntegrityException(
          "Record "
              + commit.index()
              + " is broken: an object in it does not open ("
              + e.getMessage()
              + ")",
          e);
    }
  }

  /**
   * Makes what was applied count, up to the end of the last finished transaction if none is
   * unfinished.
   */
  public void commit() {
    if (open == 0 && changed) {
      writer.commit(point);
      uncommitted = 0;
      changed = false;
    }
  }

  /** Takes back what was applied since the last commit; nothing can be applied afterwards. */
  public void rollback() {
    writer.rollback();
  }

  /** The point after the last record at which no transaction was unfinished. */
  public StatePoint point() {
    return point;
  }

  /** Whether the last record left a transaction unfinished. */
  public boolean hasUnfinished() {
    return open > 0;
  }

  private static IntegrityException broken(LogRecord record, String what) {
    return new IntegrityException(
        "Record "
            + record.index()
            + " (epoch "
            + record.epoch()
            + ") is broken: "
            + what
            + ". Nothing of it was kept");
  }
}
