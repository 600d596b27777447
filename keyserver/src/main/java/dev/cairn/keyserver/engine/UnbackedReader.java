package dev.cairn.keyserver.engine;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.ObjectSlice;
import dev.cairn.crypto.SealBrokenException;
import dev.cairn.crypto.SealingContext;
import dev.cairn.crypto.ValueKind;
import dev.cairn.journal.record.Commit;
import dev.cairn.journal.record.NumberedOperation;
import dev.cairn.keyserver.Change;
import dev.cairn.keyserver.Delete;
import dev.cairn.keyserver.Put;
import dev.cairn.keyserver.Transaction;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.object.ObjectName;
import dev.cairn.keyserver.object.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Turns records back into the transactions that they hold. A record names what it deletes only by
 * its tag.
 */
final class UnbackedReader {
  private final KeyRings keys;
  private final Ledger ledger;
  private final Function<Bytes, Optional<ObjectName>> departed;
  private final Map<ObjectName, List<ObjectSlice>> puts = new LinkedHashMap<>();
  private final List<Bytes> deletes = new ArrayList<>();

  /**
   * @param departed the name of a removed object by the tag of its first slice; empty for the tags
   *     of other slices
   */
  UnbackedReader(KeyRings keys, Ledger ledger, Function<Bytes, Optional<ObjectName>> departed) {
    this.keys = keys;
    this.ledger = ledger;
    this.departed = departed;
  }

  /** Reads the half-open range of records, one transaction at a time. */
  void read(long from, long toExclusive, Consumer<Transaction> action) {
    for (long index = from; index < toExclusive; index++) {
      if (ledger.record(index) instanceof Commit commit) {
        read(commit, action);
      }
    }
  }

  private void read(Commit commit, Consumer<Transaction> action) {
    List<NumberedOperation> operations = commit.operations();
    int at = 0;
    for (int end : commit.transactionEnds()) {
      for (; at < end; at++) {
        take(commit, operations.get(at));
      }
      action.accept(finish());
    }
    for (; at < operations.size(); at++) {
      take(commit, operations.get(at));
    }
  }

  private void take(Commit commit, NumberedOperation numbered) {
    Bytes tag = numbered.operation().tag();
    Optional<Bytes> sealed = numbered.operation().sealed();
    if (sealed.isEmpty()) {
      deletes.add(tag);
      return;
    }
    SealingContext context =
        new SealingContext(
            commit.userId(), commit.keyVersion(), commit.epoch(), numbered.sequence());
    try {
      ObjectSlice slice = keys.of(commit.keyVersion()).sealer().open(context, tag, sealed.get());
      puts.computeIfAbsent(
              new ObjectName(slice.collection(), slice.id()), name -> new ArrayList<>(1))
          .add(slice);
    } catch (SealBrokenException e) {
      throw new IntegrityException(
          "Record "
              + commit.index()
              + " in the commit files is broken: an object in it does not open",
          e);
    }
  }

  private Transaction finish() {
    List<Change> changes = new ArrayList<>();
    puts.forEach((name, slices) -> changes.add(new Put(name, join(slices))));
    for (Bytes tag : deletes) {
      departed
          .apply(tag)
          .filter(name -> !puts.containsKey(name))
          .ifPresent(name -> changes.add(new Delete(name)));
    }
    puts.clear();
    deletes.clear();
    return Transaction.of(changes);
  }

  private static Value join(List<ObjectSlice> slices) {
    ValueKind kind = slices.get(0).kind();
    return new Value(
        kind,
        slices.size() == 1
            ? slices.get(0).content()
            : Bytes.concat(slices.stream().map(ObjectSlice::content).toArray(Bytes[]::new)));
  }
}
