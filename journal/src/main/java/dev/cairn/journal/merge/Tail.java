package dev.cairn.journal.merge;

import dev.cairn.journal.record.Commit;
import dev.cairn.journal.record.EpochOpened;
import dev.cairn.journal.record.LogRecord;
import dev.cairn.journal.record.NumberedOperation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Collects what the accepted records of a log's tail do, up to the newest clean one, in bounded
 * memory.
 *
 * <table>
 * <caption>Where an operation is</caption>
 * <tr><th>its transaction</th><th>the newest clean record</th><th>it is</th></tr>
 * <tr><td>unfinished</td><td>any</td><td>open: dropped if an epoch is opened</td></tr>
 * <tr><td>finished</td><td>before its end</td><td>waiting for a clean record</td></tr>
 * <tr><td>finished</td><td>at or after its end</td><td>sorted: counts</td></tr>
 * </table>
 *
 * <p>Not thread-safe.
 */
public final class Tail implements AutoCloseable {
  /** Share of the budget that operations which do not count yet may take. */
  private static final int WAITING_SHARE = 8;

  private final ChangeSorter sorter;
  private final ChangeBuffer waiting;
  private final ChangeBuffer open;

  /**
   * Collects with files in a directory of its own.
   *
   * @param budgetBytes about how much memory operations may take; the rest goes to files
   */
  public Tail(Path directory, long budgetBytes) {
    this.sorter = new ChangeSorter(directory, budgetBytes);
    this.waiting = new ChangeBuffer(directory, "waiting", budgetBytes / WAITING_SHARE);
    this.open = new ChangeBuffer(directory, "open", budgetBytes / WAITING_SHARE);
  }

  /**
   * Takes the next accepted record.
   *
   * @param clean whether a snapshot may end with it
   * @throws MergeMismatchException if an operation does not find what it names as replaced; the
   *     tail is then of no use
   */
  public void accept(LogRecord record, boolean clean) throws IOException, MergeMismatchException {
    switch (record) {
      case Commit commit -> accept(commit);
      case EpochOpened opened -> {
        open.clear();
        if (opened.base().isPresent()) {
          clear();
        }
      }
    }
    if (clean) {
      waiting.drainTo(sorter::add);
    }
  }

  /** Forgets everything. */
  public void clear() throws IOException {
    sorter.clear();
    waiting.clear();
    open.clear();
  }

  SortedChanges sorted() throws IOException {
    return sorter.sorted();
  }

  /** Deletes the files. */
  @Override
  public void close() throws IOException {
    try (sorter;
        waiting) {
      open.close();
    }
  }

  private void accept(Commit commit) throws IOException, MergeMismatchException {
    List<NumberedOperation> operations = commit.operations();
    int end = commit.finishedOperations();
    if (end > 0) {
      open.drainTo(waiting::add);
    }
    for (int i = 0; i < operations.size(); i++) {
      TagChange change = TagChange.of(commit.epoch(), commit.index(), operations.get(i));
      if (i < end) {
        waiting.add(change);
      } else {
        open.add(change);
      }
    }
  }
}
