package dev.cairn.journal.state;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.StateAccumulator;
import dev.cairn.journal.record.Commit;
import dev.cairn.journal.record.EpochOpened;
import dev.cairn.journal.record.LogRecord;
import dev.cairn.journal.record.NumberedOperation;
import java.util.List;
import java.util.Optional;

/**
 * Folds the accepted records of a chain into the digest of the live state and compares it, record
 * by record, with what the owner signed. Needs no key, and no more memory than two accumulators.
 *
 * <table>
 * <caption>What a record does</caption>
 * <tr><th>record</th><th>state</th><th>compared</th></tr>
 * <tr><td>commit</td><td>operations up to its last transaction end take effect, with those of earlier records that
 * belong to the same transaction; the rest waits</td><td>digest and count of the last finished transaction, also where
 * the record finishes none</td></tr>
 * <tr><td>EpochOpened without a base</td><td>what waits is dropped</td><td>the same</td></tr>
 * <tr><td>EpochOpened with a base</td><td>what waits is dropped; {@link #replace} must come before the next
 * record</td><td>the base, when it is given</td></tr>
 * </table>
 *
 * <p>It does not notice a {@code replaces} that is wrong in itself but was signed into the digest
 * by the same mistake: merging does, because it meets both elements of a tag. Not thread-safe.
 */
public final class StateFold {
  private record AwaitedBase(long offset, EpochOpened opened) {}

  private StateAccumulator finished;
  private long finishedCount;
  private Optional<StateAccumulator> open = Optional.empty();
  private long openCount;
  private Optional<AwaitedBase> awaited = Optional.empty();

  private StateFold(StateAccumulator finished, long finishedCount) {
    this.finished = finished;
    this.finishedCount = finishedCount;
  }

  /** The state before the first record. */
  public static StateFold empty() {
    return new StateFold(new StateAccumulator(), 0);
  }

  /**
   * The state of a snapshot. Its digest and count are compared with the signed ones by whoever read
   * it.
   */
  public static StateFold from(StateAccumulator state, long objectCount) {
    return new StateFold(state.copy(), objectCount);
  }

  /**
   * Takes the next accepted record.
   *
   * @throws StateMismatchException if the state is not what the record signs; the fold is then of
   *     no further use
   * @throws IllegalStateException if a base is awaited
   */
  public void apply(long offset, LogRecord accepted) throws StateMismatchException {
    if (awaited.isPresent()) {
      throw new IllegalStateException("The base of " + awaited.get().opened() + " was not given");
    }
    switch (accepted) {
      case Commit commit -> {
        fold(commit);
        compare(offset, commit, StateMismatch.Kind.DIGEST, StateMismatch.Kind.COUNT);
      }
      case EpochOpened opened -> {
        open = Optional.empty();
        openCount = 0;
        if (opened.base().isPresent()) {
          awaited = Optional.of(new AwaitedBase(offset, opened));
        } else {
          compare(offset, opened, StateMismatch.Kind.DIGEST, StateMismatch.Kind.COUNT);
        }
      }
    }
  }

  /** The opening whose base must be given to {@link #replace} before the next record. */
  public Optional<EpochOpened> awaitedBase() {
    return awaited.map(AwaitedBase::opened);
  }

  /**
   * Takes the state of the base that the last record named. That the manifest has the SHA-256 which
   * the record names is for the caller to see to.
   *
   * @throws StateMismatchException if digest or count are not those that the record signs
   * @throws IllegalStateException if no base is awaited
   */
  public void replace(StateAccumulator base, long objectCount) throws StateMismatchException {
    AwaitedBase expected =
        awaited.orElseThrow(() -> new IllegalStateException("The last record names no base"));
    finished = base.copy();
    finishedCount = objectCount;
    compare(
        expected.offset(),
        expected.opened(),
        StateMismatch.Kind.BASE_DIGEST,
        StateMismatch.Kind.BASE_COUNT);
    awaited = Optional.empty();
  }

  /** Digest of the live state after the last finished transaction. */
  public Bytes digest() {
    return finished.digest();
  }

  /** Live tags after the last finished transaction. */
  public long objectCount() {
    return finishedCount;
  }

  /** The live state after the last finished transaction; a copy. */
  public StateAccumulator accumulator() {
    return finished.copy();
  }

  private void fold(Commit commit) {
    List<NumberedOperation> operations = commit.operations();
    int end = commit.finishedOperations();
    if (end > 0) {
      open.ifPresent(finished::combine);
      finishedCount += openCount;
      open = Optional.empty();
      openCount = 0;
      for (NumberedOperation operation : operations.subList(0, end)) {
        fold(finished, operation);
        finishedCount += operation.operation().countChange();
      }
    }
    if (end < operations.size()) {
      StateAccumulator unfinished = open.orElseGet(StateAccumulator::new);
      open = Optional.of(unfinished);
      for (NumberedOperation operation : operations.subList(end, operations.size())) {
        fold(unfinished, operation);
        openCount += operation.operation().countChange();
      }
    }
  }

  private static void fold(StateAccumulator into, NumberedOperation operation) {
    operation.operation().replaces().ifPresent(into::subtract);
    operation.element().ifPresent(into::add);
  }

  private void compare(
      long offset, LogRecord record, StateMismatch.Kind ofDigest, StateMismatch.Kind ofCount)
      throws StateMismatchException {
    Bytes digest = finished.digest();
    if (!digest.equals(record.stateDigest())) {
      throw new StateMismatchException(
          new StateMismatch(
              ofDigest, offset, record.index(), record.stateDigest().hex(), digest.hex()));
    }
    if (finishedCount != record.objectCount()) {
      throw new StateMismatchException(
          new StateMismatch(
              ofCount,
              offset,
              record.index(),
              Long.toString(record.objectCount()),
              Long.toString(finishedCount)));
    }
  }
}
