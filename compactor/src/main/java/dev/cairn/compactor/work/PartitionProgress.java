package dev.cairn.compactor.work;

import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * Which jobs of a partition are done: the position to commit is that of the first one that is not.
 */
final class PartitionProgress {
  private final TreeSet<Long> unfinished = new TreeSet<>();
  private long next = -1;
  private long committed = -1;

  void begun(long offset) {
    unfinished.add(offset);
    next = offset + 1;
  }

  void finished(long offset) {
    unfinished.remove(offset);
  }

  int unfinished() {
    return unfinished.size();
  }

  /** The position to commit, if it has moved since the last one that was taken. */
  OptionalLong takePosition() {
    long position = unfinished.isEmpty() ? next : unfinished.first();
    if (position <= committed || next < 0) {
      return OptionalLong.empty();
    }
    committed = position;
    return OptionalLong.of(position);
  }
}
