package dev.cairn.compactor.log;

/**
 * Offsets of a log: from its first record, inclusive, to its end, exclusive. Between them there may
 * be gaps.
 */
public record LogExtent(long start, long end) {
  public boolean isEmpty() {
    return start >= end;
  }
}
