package dev.cairn.journal.judge;

import dev.cairn.crypto.Bytes;
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
 * <p>At a clean record nothing is remembered. So what a reader remembers depends only on the
 * records since the last clean one, and readers that began at different snapshots agree. That also
 * holds for the bound: at most {@code capacity} records are remembered, a number that all readers
 * share. Beyond it, ahead records are kept only as the greatest place among them, which is damage
 * until the chain has reached it, and passed records are forgotten, so that what follows from them
 * counts as ahead: a reader short of memory sees more damage, never less.
 */
final class Strays {
  private static final Comparator<Link> BY_PLACE =
      Comparator.comparing(Link::place).thenComparing(Link::head);

  private final int capacity;

  private final TreeSet<Link> ahead = new TreeSet<>(BY_PLACE);
  private final Map<Bytes, Link> aheadByHead = new HashMap<>();
  private final Map<Bytes, List<Link>> aheadByPrevious = new HashMap<>();
  private final Set<Bytes> passed = new HashSet<>();
  private long greatestPassed = -1;
  private Optional<Link> beyondCapacity = Optional.empty();

  /** Greatest index among the passed and ahead records of the epoch in force. */
  private long greatestOfEpoch = -1;

  Strays(int capacity) {
    this.capacity = capacity;
  }

  /** Whether a record that names this head follows from a passed one. */
  boolean isPassed(Bytes head) {
    return passed.contains(head);
  }

  void ahead(Link record, ChainPosition last) {
    if (record.place().epoch() == last.epoch()) {
      greatestOfEpoch = Math.max(greatestOfEpoch, record.place().index());
    }
    if (aheadByHead.containsKey(record.head())) {
      return;
    }
    if (remembered() >= capacity) {
      if (beyondCapacity.isEmpty() || record.place().isAfter(beyondCapacity.get().place())) {
        beyondCapacity = Optional.of(record);
      }
      return;
    }
    ahead.add(record);
    aheadByHead.put(record.head(), record);
    aheadByPrevious.computeIfAbsent(record.previous(), key -> new ArrayList<>()).add(record);
  }

  /**
   * A record of the epoch in force was sent again or lost a race; what follows from it is passed
   * with it.
   */
  void passed(Link record, ChainPosition last) {
    greatestOfEpoch = Math.max(greatestOfEpoch, record.place().index());
    if (record.head().equals(last.head())) {
      return;
    }
    remember(record, last);
    ArrayDeque<Bytes> heads = new ArrayDeque<>();
    heads.add(record.head());
    while (!heads.isEmpty()) {
      for (Link follower : List.copyOf(aheadByPrevious.getOrDefault(heads.remove(), List.of()))) {
        if (follower.place().epoch() == last.epoch()) {
          forget(follower);
          remember(follower, last);
          heads.add(follower.head());
        }
      }
    }
  }

  /** The chain has moved on. */
  void accepted(Link record) {
    Place last = record.place();
    if (record.opensEpoch()) {
      passed.clear();
      greatestPassed = -1;
      greatestOfEpoch = greatestIndexOf(last.epoch());
    } else if (greatestPassed < last.index()) {
      passed.clear();
      greatestPassed = -1;
    }
    Link early = aheadByHead.get(record.head());
    if (early != null) {
      forget(early);
    }
    if (!ahead.isEmpty() && last.isAfter(ahead.last().place())) {
      ahead.clear();
      aheadByHead.clear();
      aheadByPrevious.clear();
    }
    if (beyondCapacity.isPresent() && !beyondCapacity.get().place().isAfter(last)) {
      beyondCapacity = Optional.empty();
    }
  }

  /** Whether all passed and ahead records of the epoch in force have a smaller index. */
  boolean areAllBefore(long index) {
    return greatestOfEpoch < index;
  }

  /** Whether an authentic record waits for one that never came. */
  boolean exceed(Place last) {
    return (!ahead.isEmpty() && ahead.last().place().isAfter(last))
        || (beyondCapacity.isPresent() && beyondCapacity.get().place().isAfter(last));
  }

  /** The first such record. */
  Optional<Link> firstExceeding(Place last) {
    return Stream.concat(ahead.stream(), beyondCapacity.stream())
        .filter(it -> it.place().isAfter(last))
        .min(Comparator.comparingLong(Link::offset));
  }

  int remembered() {
    return ahead.size() + passed.size();
  }

  private long greatestIndexOf(long epoch) {
    return Stream.concat(ahead.stream(), beyondCapacity.stream())
        .filter(it -> it.place().epoch() == epoch)
        .mapToLong(it -> it.place().index())
        .max()
        .orElse(-1);
  }

  private void remember(Link record, ChainPosition last) {
    long index = record.place().index();
    if (index >= last.index() && remembered() < capacity) {
      passed.add(record.head());
      greatestPassed = Math.max(greatestPassed, index);
    }
  }

  private void forget(Link record) {
    ahead.remove(record);
    aheadByHead.remove(record.head());
    List<Link> siblings = aheadByPrevious.getOrDefault(record.previous(), List.of());
    if (siblings.size() <= 1) {
      aheadByPrevious.remove(record.previous());
    } else {
      siblings.remove(record);
    }
  }
}
