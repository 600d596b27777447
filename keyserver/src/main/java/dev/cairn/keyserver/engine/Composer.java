package dev.cairn.keyserver.engine;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Elements;
import dev.cairn.crypto.KeyRing;
import dev.cairn.crypto.ObjectSlice;
import dev.cairn.crypto.SealedSlice;
import dev.cairn.crypto.SealingContext;
import dev.cairn.crypto.StateAccumulator;
import dev.cairn.journal.record.Commit;
import dev.cairn.journal.record.CommitDraft;
import dev.cairn.journal.record.NumberedOperation;
import dev.cairn.journal.record.Operation;
import dev.cairn.journal.record.RecordCodec;
import dev.cairn.keyserver.Change;
import dev.cairn.keyserver.CommitPosition;
import dev.cairn.keyserver.Delete;
import dev.cairn.keyserver.Put;
import dev.cairn.keyserver.object.ObjectName;
import dev.cairn.keyserver.object.Value;
import dev.cairn.keyserver.state.LiveTag;
import dev.cairn.keyserver.state.StatePoint;
import dev.cairn.keyserver.state.StoredSlice;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Turns transactions into records: folds, numbers, seals, slices, signs. Whole transactions gather
 * in one record until it is full or {@link #close()}d; one that does not fit a record alone spans
 * several, which hold nothing else.
 *
 * <p>It hands each record on as a {@link Part} and goes on as if it were on disk; {@link #reset}
 * takes that back. For one thread.
 */
final class Composer {
  /** Records stay below 900 KiB; this leaves room for the header and the last few numbers. */
  private static final int RECORD_CAPACITY = 900 * 1024 - 1024;

  /**
   * What an operation takes in a record besides its sealed bytes: tag, replaced element, lengths.
   */
  private static final int OPERATION_BYTES = 80;

  private static final int END_BYTES = 5;

  private KeyRing keys;
  private final RecordCodec codec;
  private final Overlay overlay;
  private final Function<ObjectName, List<LiveTag>> stored;
  private final Consumer<Part> sink;
  private final Clock clock;
  private final int recordCapacity;

  private ChainTip tip;
  private StateAccumulator accumulator;
  private long sequence;
  private long tags;
  private long objects;
  private long index;
  private Bytes head;

  private Group group = new Group();
  private List<NumberedOperation> operations = new ArrayList<>();
  private List<Integer> ends = new ArrayList<>();
  private int recordBytes;

  /** One operation before it is sealed. */
  private record Planned(
      ObjectName name, Optional<ObjectSlice> put, Bytes tag, Optional<Bytes> replaces) {}

  /** One operation as it goes into a record, and into the store. */
  private record Sealed(NumberedOperation operation, SliceChange change) {
    int bytes() {
      return OPERATION_BYTES + operation.operation().sealed().map(Bytes::size).orElse(0);
    }
  }

  /**
   * @param stored the live tags of an object that the overlay does not know
   * @param sink takes each record in order
   */
  Composer(
      KeyRing keys,
      RecordCodec codec,
      Overlay overlay,
      Function<ObjectName, List<LiveTag>> stored,
      ChainTip start,
      Consumer<Part> sink,
      Clock clock) {
    this(keys, codec, overlay, stored, start, sink, clock, RECORD_CAPACITY);
  }

  /** With another bound for records, for tests. */
  Composer(
      KeyRing keys,
      RecordCodec codec,
      Overlay overlay,
      Function<ObjectName, List<LiveTag>> stored,
      ChainTip start,
      Consumer<Part> sink,
      Clock clock,
      int recordCapacity) {
    this.keys = keys;
    this.codec = codec;
    this.overlay = overlay;
    this.stored = stored;
    this.sink = sink;
    this.clock = clock;
    this.recordCapacity = recordCapacity;
    this.tip = start;
    this.accumulator = StateAccumulator.fromBytes(start.point().accumulator());
    this.sequence = start.sequence();
    this.tags = start.point().tags();
    this.objects = start.objects();
    this.index = start.index();
    this.head = start.head();
  }

  /** Everything handed on after that tip, and everything gathered, never happened. */
  void reset(ChainTip to) {
    tip = to;
    accumulator = StateAccumulator.fromBytes(to.point().accumulator());
    sequence = to.sequence();
    tags = to.point().tags();
    objects = to.objects();
    index = to.index();
    head = to.head();
    group = new Group();
    clearRecord();
  }

  /** Goes on in another epoch, with those keys. */
  void adopt(KeyRing ring, ChainTip to) {
    keys = ring;
    reset(to);
  }

  /** Whether nobody waits in the group that gathers. */
  boolean isEmpty() {
    return group.waiters.isEmpty();
  }

  /** Bytes of the record that gathers. */
  int gatheredBytes() {
    return recordBytes;
  }

  /** The group that gathers. */
  Group gathering() {
    return group;
  }

  /** Takes one transaction; its group is the one that gathers afterwards, or has been handed on. */
  void add(Submission submission) {
    Map<ObjectName, Change> folded = new LinkedHashMap<>();
    for (Change change : submission.transaction().changes()) {
      folded.put(change.name(), change);
    }
    List<Planned> plan = new ArrayList<>(folded.size());
    long objectsAfter = objects;
    for (Change change : folded.values()) {
      objectsAfter += plan(change, plan);
    }
    if (plan.isEmpty()) {
      wait(
          submission,
          new CommitPosition(
              tip.point().epoch(), index + (operations.isEmpty() ? 0 : 1), sequence));
      return;
    }
    long number = sequence + 1;
    List<Sealed> sealed = new ArrayList<>(plan.size());
    int bytes = 0;
    int at = 0;
    while (at < plan.size() && bytes + END_BYTES <= recordCapacity) {
      Sealed next = seal(plan.get(at), number);
      sealed.add(next);
      bytes += next.bytes();
      at++;
    }
    if (at == plan.size() && bytes + END_BYTES <= recordCapacity) {
      if (recordBytes + bytes + END_BYTES > recordCapacity) {
        close();
      }
      append(sealed, folded);
      recordBytes += bytes + END_BYTES;
      ends.add(operations.size());
      finish(number, objectsAfter, submission);
    } else {
      close();
      span(sealed, plan, at, number, objectsAfter, folded, submission);
    }
  }

  /** Plans the operations of one change, and says by how much the number of objects changes. */
  private int plan(Change change, List<Planned> plan) {
    ObjectName name = change.name();
    List<LiveTag> before =
        overlay.newest(name).map(state -> state.tags).orElseGet(() -> stored.apply(name));
    int slices = 0;
    switch (change) {
      case Put put -> {
        Bytes content = put.value().content();
        slices = ObjectSlice.slicesOf(content.size());
        for (int slice = 0; slice < slices; slice++) {
          ObjectSlice cut =
              new ObjectSlice(
                  put.value().kind(),
                  name.collection(),
                  name.id(),
                  slice,
                  slices,
                  content.size(),
                  slices == 1
                      ? content
                      : content.slice(
                          slice * ObjectSlice.MAX_CONTENT,
                          Math.min(content.size(), (slice + 1) * ObjectSlice.MAX_CONTENT)));
          boolean exists = slice < before.size();
          plan.add(
              new Planned(
                  name,
                  Optional.of(cut),
                  exists ? before.get(slice).tag() : Bytes.EMPTY,
                  exists ? Optional.of(before.get(slice).element()) : Optional.empty()));
        }
      }
      case Delete delete -> {}
    }
    for (int left = slices; left < before.size(); left++) {
      LiveTag old = before.get(left);
      plan.add(new Planned(name, Optional.empty(), old.tag(), Optional.of(old.element())));
    }
    return (slices > 0 ? 1 : 0) - (before.isEmpty() ? 0 : 1);
  }

  private Sealed seal(Planned planned, long number) {
    if (planned.put().isEmpty()) {
      Operation delete = Operation.delete(planned.tag(), planned.replaces().orElseThrow());
      return new Sealed(
          new NumberedOperation(number, delete, Optional.empty()),
          new SliceChange.Remove(planned.tag()));
    }
    ObjectSlice slice = planned.put().get();
    long epoch = tip.point().epoch();
    SealedSlice sealed =
        keys.sealer()
            .seal(new SealingContext(keys.userId(), keys.keyVersion(), epoch, number), slice);
    Bytes element =
        Elements.element(
            keys.userId(), keys.keyVersion(), epoch, number, sealed.tag(), sealed.sealed());
    StoredSlice stays = new StoredSlice(sealed.tag(), element, epoch, number, slice);
    Operation put = new Operation(sealed.tag(), Optional.of(sealed.sealed()), planned.replaces());
    return new Sealed(
        new NumberedOperation(number, put, Optional.of(element)),
        planned.replaces().isPresent()
            ? new SliceChange.Replace(stays)
            : new SliceChange.Insert(stays));
  }

  /** Adds the operations of a whole transaction to the group that gathers. */
  private void append(List<Sealed> sealed, Map<ObjectName, Change> folded) {
    for (Sealed each : sealed) {
      fold(each);
    }
    overlay(folded, sealed);
  }

  private void fold(Sealed sealed) {
    Operation operation = sealed.operation().operation();
    operation.replaces().ifPresent(accumulator::subtract);
    sealed.operation().element().ifPresent(accumulator::add);
    tags += operation.countChange();
    operations.add(sealed.operation());
    group.changes.add(sealed.change());
  }

  private void overlay(Map<ObjectName, Change> folded, List<Sealed> sealed) {
    Map<ObjectName, List<LiveTag>> live = new LinkedHashMap<>();
    for (Sealed each : sealed) {
      if (each.change() instanceof SliceChange.Remove) {
        continue;
      }
      StoredSlice slice =
          switch (each.change()) {
            case SliceChange.Insert insert -> insert.slice();
            case SliceChange.Replace replace -> replace.slice();
            case SliceChange.Remove remove ->
                throw new IllegalStateException("A removal has no slice");
          };
      live.computeIfAbsent(
              new ObjectName(slice.slice().collection(), slice.slice().id()),
              name -> new ArrayList<>(1))
          .add(new LiveTag(slice.tag(), slice.element()));
    }
    for (Change change : folded.values()) {
      Optional<Value> value =
          switch (change) {
            case Put put -> Optional.of(put.value());
            case Delete delete -> Optional.empty();
          };
      ObjectState state =
          new ObjectState(change.name(), group, value, live.getOrDefault(change.name(), List.of()));
      group.states.add(state);
      overlay.add(state);
    }
  }

  private void finish(long number, long objectsAfter, Submission submission) {
    sequence = number;
    objects = objectsAfter;
    group.bytes += submission.transaction().bytes();
    wait(submission, new CommitPosition(tip.point().epoch(), index + 1, number));
  }

  private void wait(Submission submission, CommitPosition position) {
    group.waiters.add(new Group.Waiter(submission, position));
  }

  /** Writes one transaction over several records, sealing as it goes. */
  private void span(
      List<Sealed> first,
      List<Planned> plan,
      int planned,
      long number,
      long objectsAfter,
      Map<ObjectName, Change> folded,
      Submission submission) {
    Bytes digestBefore = accumulator.digest();
    long tagsBefore = tags;
    long sequenceBefore = sequence;
    List<Sealed> all = new ArrayList<>(plan.size());
    int open = 0;
    int at = planned;
    int given = 0;
    while (given < first.size() || at < plan.size()) {
      Sealed next;
      if (given < first.size()) {
        next = first.get(given++);
      } else {
        next = seal(plan.get(at++), number);
      }
      if (!operations.isEmpty() && recordBytes + next.bytes() + END_BYTES > recordCapacity) {
        open += operations.size();
        group.unfinishedIndexes.add(index + 1);
        emit(sequenceBefore, open, digestBefore, tagsBefore, false);
      }
      fold(next);
      recordBytes += next.bytes();
      all.add(next);
    }
    overlay(folded, all);
    ends.add(operations.size());
    finish(number, objectsAfter, submission);
    closeRecord(sequenceBefore);
  }

  /** Hands the group on that gathers, if anybody waits in it. */
  void close() {
    if (isEmpty()) {
      return;
    }
    if (operations.isEmpty()) {
      group.tip = tip;
      sink.accept(new Part(group, index, Optional.empty(), true));
      group = new Group();
    } else {
      closeRecord(tip.sequence());
    }
  }

  /** Signs a record without operations, which shows that the keyserver lives. */
  void closeWithEmptyRecord() {
    close();
    closeRecord(sequence);
  }

  private void closeRecord(long sequenceBefore) {
    emit(sequenceBefore, 0, accumulator.digest(), tags, true);
    group = new Group();
  }

  private void emit(long sequenceBefore, int open, Bytes digest, long count, boolean last) {
    long now = Math.max(tip.timestamp(), clock.millis());
    Commit commit =
        new CommitDraft(
                keys.userId(),
                keys.keyVersion(),
                tip.point().epoch(),
                index + 1,
                head,
                sequenceBefore,
                ends,
                open,
                operations,
                digest,
                count,
                now)
            .sign(keys.author());
    Bytes record = codec.encode(commit);
    index++;
    head = commit.head();
    group.recordBytes += record.size();
    if (last) {
      tip =
          new ChainTip(
              new StatePoint(
                  keys.keyVersion(),
                  tip.point().epoch(),
                  index,
                  head,
                  sequence,
                  accumulator.toBytes(),
                  tags),
              objects,
              now);
      group.tip = tip;
    }
    clearRecord();
    sink.accept(new Part(group, index, Optional.of(record), last));
  }

  private void clearRecord() {
    operations = new ArrayList<>();
    ends = new ArrayList<>();
    recordBytes = 0;
  }
}
