package dev.cairn.keyserver.recover;

import dev.cairn.crypto.BackupKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.KeyRing;
import dev.cairn.crypto.ObjectSlice;
import dev.cairn.crypto.SealedSlice;
import dev.cairn.crypto.SealingContext;
import dev.cairn.crypto.StateAccumulator;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.ValueKind;
import dev.cairn.journal.checkpoint.Checkpoint;
import dev.cairn.journal.record.Commit;
import dev.cairn.journal.record.CommitDraft;
import dev.cairn.journal.record.EpochOpened;
import dev.cairn.journal.record.LogRecord;
import dev.cairn.journal.record.NumberedOperation;
import dev.cairn.journal.record.Operation;
import dev.cairn.journal.snapshot.LiveEntry;
import dev.cairn.journal.snapshot.SnapshotEntry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The smallest keyserver: seals, numbers and signs, and knows what is live. */
final class ChainWriter implements AutoCloseable {
  /** A change of one object; no content deletes it. */
  record Change(String collection, String id, Optional<Bytes> content) {
    static Change put(String collection, String id, String content) {
      return new Change(collection, id, Optional.of(Bytes.utf8(content)));
    }

    static Change delete(String collection, String id) {
      return new Change(collection, id, Optional.empty());
    }
  }

  private final KeyRing ring;
  private final SortedMap<Bytes, LiveEntry> live = new TreeMap<>();
  private final SortedMap<String, Bytes> contents = new TreeMap<>();
  private StateAccumulator state = new StateAccumulator();
  private StateAccumulator pending = new StateAccumulator();
  private LogRecord last;
  private EpochOpened opened;
  private long sequence;
  private int open;
  private long clock = 1_750_000_000_000L;

  ChainWriter(UserId userId, BackupKey key, EpochOpened genesis) {
    this.ring = key.deriveKeys(userId, genesis.keyVersion());
    this.last = genesis;
    this.opened = genesis;
  }

  /** One whole transaction. */
  Commit commit(Change... changes) {
    return commit(true, changes);
  }

  /** A part of a transaction that a later record finishes. */
  Commit begin(Change... changes) {
    return commit(false, changes);
  }

  private Commit commit(boolean ends, Change... changes) {
    List<NumberedOperation> operations = new ArrayList<>();
    for (Change change : changes) {
      operations.add(operation(change));
    }
    int openNow = ends ? 0 : open + operations.size();
    if (ends) {
      state = pending.copy();
    }
    CommitDraft draft =
        new CommitDraft(
            ring.userId(),
            ring.keyVersion(),
            last.epoch(),
            last.index() + 1,
            last.head(),
            sequence,
            ends && !operations.isEmpty() ? List.of(operations.size()) : List.of(),
            openNow,
            operations,
            state.digest(),
            ends ? live.size() : signedCount,
            clock += 1000);
    if (ends) {
      signedCount = live.size();
      sequence += operations.isEmpty() ? 0 : 1;
    }
    open = openNow;
    Commit commit = draft.sign(ring.author());
    last = commit;
    return commit;
  }

  private long signedCount;

  private NumberedOperation operation(Change change) {
    Bytes tag = ring.tags().tag(change.collection(), change.id(), 0);
    Optional<Bytes> replaces = Optional.ofNullable(live.get(tag)).map(LiveEntry::element);
    Optional<Bytes> sealed =
        change
            .content()
            .map(content ->
                ring.sealer()
                    .seal(
                        new SealingContext(
                            ring.userId(), ring.keyVersion(), last.epoch(), sequence + 1),
                        new ObjectSlice(
                            ValueKind.BYTES,
                            change.collection(),
                            change.id(),
                            0,
                            1,
                            content.size(),
                            content)))
            .map(SealedSlice::sealed);
    NumberedOperation numbered =
        NumberedOperation.of(
            ring.userId(),
            ring.keyVersion(),
            last.epoch(),
            sequence + 1,
            new Operation(tag, sealed, replaces));
    replaces.ifPresent(pending::subtract);
    numbered.element().ifPresent(pending::add);
    String name = change.collection() + "/" + change.id();
    if (sealed.isPresent()) {
      live.put(
          tag,
          new LiveEntry(
              new SnapshotEntry(tag, last.epoch(), sequence + 1, sealed.get()),
              numbered.element().orElseThrow()));
      contents.put(name, change.content().orElseThrow());
    } else {
      live.remove(tag);
      contents.remove(name);
    }
    return numbered;
  }

  /** Stands where a log of whole transactions ends. */
  void follow(List<Bytes> values) {
    for (Bytes value : values.subList(1, values.size())) {
      try {
        LogRecord record = dev.cairn.journal.record.RecordCodec.withBuiltInSchemas().decode(value);
        for (NumberedOperation numbered : ((Commit) record).operations()) {
          follow(record, numbered);
        }
        last = record;
        sequence = record.sequenceAfter();
      } catch (dev.cairn.journal.record.MalformedRecordException
          | dev.cairn.crypto.SealBrokenException e) {
        throw new IllegalStateException(e);
      }
    }
    state = pending.copy();
    signedCount = live.size();
    clock = last.timestamp();
  }

  private void follow(LogRecord record, NumberedOperation numbered)
      throws dev.cairn.crypto.SealBrokenException {
    Operation operation = numbered.operation();
    operation.replaces().ifPresent(pending::subtract);
    numbered.element().ifPresent(pending::add);
    if (operation.sealed().isPresent()) {
      ObjectSlice slice =
          ring.sealer()
              .open(
                  new SealingContext(
                      ring.userId(), ring.keyVersion(), record.epoch(), numbered.sequence()),
                  operation.tag(),
                  operation.sealed().get());
      contents.put(slice.collection() + "/" + slice.id(), slice.content());
      names.put(operation.tag(), slice.collection() + "/" + slice.id());
      live.put(
          operation.tag(),
          new LiveEntry(
              new SnapshotEntry(
                  operation.tag(), record.epoch(), numbered.sequence(), operation.sealed().get()),
              numbered.element().orElseThrow()));
    } else {
      live.remove(operation.tag());
      contents.remove(names.get(operation.tag()));
    }
  }

  private final SortedMap<Bytes, String> names = new TreeMap<>();

  LogRecord last() {
    return last;
  }

  EpochOpened opened() {
    return opened;
  }

  /** Live entries in the order of their tags. */
  Collection<LiveEntry> live() {
    return live.values();
  }

  StateAccumulator state() {
    return state.copy();
  }

  /** What a reader should find, by {@code collection/id}. */
  SortedMap<String, Bytes> contents() {
    return new TreeMap<>(contents);
  }

  Checkpoint checkpoint() {
    return new Checkpoint(last.keyVersion(), last.epoch(), last.index(), last.head());
  }

  KeyRing ring() {
    return ring;
  }

  @Override
  public void close() {
    ring.close();
  }
}
