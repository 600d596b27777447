package dev.cairn.journal.judge;

import dev.cairn.crypto.Bytes;
import dev.cairn.journal.record.EpochOpened;
import dev.cairn.journal.record.LogRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Remembers authentic records off the chain, as far as they still decide anything.
 *
 * <table>
 * <caption>What is remembered, and until when</caption>
 * <tr><th>record</th><th>why</th><th>until</th></tr>
 * <tr><td>ahead</td><td>damage while its place exceeds the last accepted record's; becomes passed when it turns out to
 * follow from a passed record</td><td>no ahead record has a place at or after the last accepted one</td></tr>
 * <tr><td>passed, index at or after the last accepted one's</td><td>records that name it are passed although their
 * index is greater</td><td>all have a smaller index than the last accepted record, or another epoch is
 * opened</td></tr>
 * <tr><td>passed, smaller index</td><td colspan="2">not remembered: what follows from it has an index at or below the
 * last, and is passed for that</td></tr>
 * <tr><td>the accepted head</td><td colspan="2">never, neither its copies nor an early one: what follows from it is the
 * chain</td></tr>
 * </table>
 *
 * <p>At a clean record nothing is remembered. So what a reader remembers depends only on the records since the last
 * clean one, and readers that began at different snapshots agree. That also holds for the bound: at most {@code
 * capacity} records are remembered, a number that all readers share. Beyond it, ahead records are kept only as the
 * greatest place among them, which is damage until the chain has reached it, and passed records are forgotten, so that
 * what follows from them counts as ahead: a reader short of memory sees more damage, never less.
 */
final class Strays {
  private record Ahead(Place place, Bytes head, Bytes previous, long offset) implements Comparable<Ahead> {
    @Override
    public int compareTo(Ahead other) {
      int byPlace = place.compareTo(other.place);
      return byPlace != 0 ? byPlace : head.compareTo(other.head);
    }
  }

  /** Where a stray stands in the log, and which place in the chain it claims. */
  record Stray(long offset, Place place) {}

  private final int capacity;

  private final TreeSet<Ahead> ahead = new TreeSet<>();
  private final Map<Bytes, Ahead> aheadByHead = new HashMap<>();
  private final Map<Bytes, List<Ahead>> aheadByPrevious = new HashMap<>();
  private final Set<Bytes> passed = new HashSet<>();
  private long greatestPassed = -1;
  private Optional<Ahead> beyondCapacity = Optional.empty();

  /** Greatest index among the passed and ahead records of the epoch in force. */
  private long greatestOfEpoch = -1;

  Strays(int capacity) {
    this.capacity = capacity;
  }

  /** Whether a record that names this head follows from a passed one. */
  boolean isPassed(Bytes head) {
    return passed.contains(head);
  }

  void ahead(long offset, LogRecord record, ChainPosition last) {
    Ahead entry =
        new Ahead(
            new Place(record.epoch(), record.index()),
            record.head(),
            record.previousHead(),
            offset);
    if (record.epoch() == last.epoch()) {
      greatestOfEpoch = Math.max(greatestOfEpoch, record.index());
    }
    if (aheadByHead.containsKey(entry.head)) {
      return;
    }
    if (remembered() >= capacity) {
      if (beyondCapacity.isEmpty() || entry.place.isAfter(beyondCapacity.get().place)) {
        beyondCapacity = Optional.of(entry);
      }
      return;
    }
    ahead.add(entry);
    aheadByHead.put(entry.head, entry);
    aheadByPrevious.computeIfAbsent(entry.previous, key -> new ArrayList<>()).add(entry);
  }

  /** A record of the epoch in force was sent again or lost a race; what follows from it is passed with it. */
  void passed(LogRecord record, ChainPosition last) {
    greatestOfEpoch = Math.max(greatestOfEpoch, record.index());
    if (record.head().equals(last.head())) {
      return;
    }
    remember(record.head(), record.index(), last);
    ArrayDeque<Bytes> heads = new ArrayDeque<>();
    heads.add(record.head());
    while (!heads.isEmpty()) {
      for (Ahead follower : List.copyOf(aheadByPrevious.getOrDefault(heads.remove(), List.of()))) {
        if (follower.place.epoch() == last.epoch()) {
          forget(follower);
          remember(follower.head, follower.place.index(), last);
          heads.add(follower.head);
        }
      }
    }
  }

  /** The chain has moved on. */
  void accepted(LogRecord record) {
    if (record instanceof EpochOpened) {
      passed.clear();
      greatestPassed = -1;
      greatestOfEpoch = greatestIndexOf(record.epoch());
    } else if (greatestPassed < record.index()) {
      passed.clear();
      greatestPassed = -1;
    }
    Ahead early = aheadByHead.get(record.head());
    if (early != null) {
      forget(early);
    }
    Place last = new Place(record.epoch(), record.index());
    if (!ahead.isEmpty() && last.isAfter(ahead.last().place)) {
      ahead.clear();
      aheadByHead.clear();
      aheadByPrevious.clear();
    }
    if (beyondCapacity.isPresent() && !beyondCapacity.get().place.isAfter(last)) {
      beyondCapacity = Optional.empty();
    }
  }

  /** Whether all passed and ahead records of the epoch in force have a smaller index. */
  boolean areAllBefore(long index) {
    return greatestOfEpoch < index;
  }

  /** Whether an authentic record waits for one that never came. */
  boolean exceed(Place last) {
    return (!ahead.isEmpty() && ahead.last().place.isAfter(last))
        || (beyondCapacity.isPresent() && beyondCapacity.get().place.isAfter(last));
  }

  /** The first such record. */
  Optional<Stray> firstExceeding(Place last) {
    return Stream.concat(ahead.stream(), beyondCapacity.stream())
        .filter(entry -> entry.place.isAfter(last))
        .min(Comparator.comparingLong(Ahead::offset))
        .map(entry -> new Stray(entry.offset, entry.place));
  }

  int remembered() {
    return ahead.size() + passed.size();
  }

  private long greatestIndexOf(long epoch) {
    return Stream.concat(ahead.stream(), beyondCapacity.stream())
        .filter(entry -> entry.place.epoch() == epoch)
        .mapToLong(entry -> entry.place.index())
        .max()
        .orElse(-1);
  }

  private void remember(Bytes head, long index, ChainPosition last) {
    if (index >= last.index() && remembered() < capacity) {
      passed.add(head);
      greatestPassed = Math.max(greatestPassed, index);
    }
  }

  private void forget(Ahead entry) {
    ahead.remove(entry);
    aheadByHead.remove(entry.head);
    List<Ahead> siblings = aheadByPrevious.getOrDefault(entry.previous, List.of());
    if (siblings.size() <= 1) {
      aheadByPrevious.remove(entry.previous);
    } else {
      siblings.remove(entry);
    }
  }
}
