package dev.cairn.journal.judge;

import java.util.Comparator;

/** Epoch and index, compared in this order. */
record Place(long epoch, long index) implements Comparable<Place> {
  private static final Comparator<Place> ORDER =
      Comparator.comparingLong(Place::epoch).thenComparingLong(Place::index);

  @Override
  public int compareTo(Place other) {
    return ORDER.compare(this, other);
  }

  boolean isAfter(Place other) {
    return compareTo(other) > 0;
  }
}
