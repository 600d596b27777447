package dev.cairn.e2e.simulation;

import dev.cairn.keyserver.Change;
import dev.cairn.keyserver.Delete;
import dev.cairn.keyserver.Put;
import dev.cairn.keyserver.Transaction;
import dev.cairn.keyserver.object.ObjectName;
import dev.cairn.keyserver.object.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the state should be: the transactions that each writer was given, by epoch. A writer takes
 * them in order, so the number of each is known when it is given, and what a crash leaves of them
 * is always a beginning.
 */
final class Model {
  /** One writer. */
  static final class Writer {
    private final @Nullable Writer before;
    private final long base;
    private final List<Transaction> given = new ArrayList<>();
    private Map<ObjectName, Value> state;
    private long promised;

    private Writer(@Nullable Writer before, long base) {
      this.before = before;
      this.base = base;
      this.promised = base;
      this.state = stateAt(base);
    }

    long sequence() {
      return base + given.size();
    }

    /** Gives it a transaction; the number that it must get. */
    long give(Transaction transaction) {
      if (changes(state, transaction)) {
        given.add(transaction);
        apply(state, transaction);
      }
      return sequence();
    }

    /** Takes back the transaction that was given last, because it was refused at the door. */
    void takeBack(long sequenceBefore) {
      while (sequence() > sequenceBefore) {
        given.remove(given.size() - 1);
      }
      state = stateAt(sequence());
    }

    /** Somebody was told that it survives everything. */
    void promise(long sequence) {
      promised = Math.max(promised, sequence);
    }

    long promised() {
      return promised;
    }

    /** A restart has found that many transactions. */
    void restartedAt(long sequence) {
      if (sequence < promised) {
        throw new AssertionError(
            "Transactions up to "
                + promised
                + " were durable, and after a restart there are "
                + sequence);
      }
      if (sequence > sequence()) {
        throw new AssertionError(
            "There are " + sequence + " transactions, and " + sequence() + " were submitted");
      }
      takeBack(sequence);
    }

    /** The state after a transaction of this writer, or of one before it. */
    Map<ObjectName, Value> stateAt(long sequence) {
      Map<ObjectName, Value> found = new TreeMap<>();
      replay(sequence, found);
      return found;
    }

    private void replay(long sequence, Map<ObjectName, Value> into) {
      if (before != null) {
        before.replay(Math.min(sequence, base), into);
      }
      for (int i = 0; i < given.size() && base + i < sequence; i++) {
        apply(into, given.get(i));
      }
    }
  }

  private final Map<Long, Writer> writers = new HashMap<>();

  Model() {
    writers.put(1L, new Writer(null, 0));
  }

  boolean knows(long epoch) {
    return writers.containsKey(epoch);
  }

  Writer writer(long epoch) {
    Writer found = writers.get(epoch);
    if (found == null) {
      throw new AssertionError("Nobody was ever seen to write in epoch " + epoch);
    }
    return found;
  }

  /** A new writer goes on from what another one has left at that transaction. */
  Writer takenOver(long epoch, long from, long base) {
    return writers.computeIfAbsent(epoch, unused -> new Writer(writer(from), base));
  }

  private static boolean changes(Map<ObjectName, Value> state, Transaction transaction) {
    Map<ObjectName, Change> last = new HashMap<>();
    transaction.changes().forEach(change -> last.put(change.name(), change));
    return last.values().stream()
        .anyMatch(change -> change instanceof Put || state.containsKey(change.name()));
  }

  private static void apply(Map<ObjectName, Value> state, Transaction transaction) {
    for (Change change : transaction.changes()) {
      switch (change) {
        case Put it -> state.put(it.name(), it.value());
        case Delete it -> state.remove(it.name());
      }
    }
  }
}
