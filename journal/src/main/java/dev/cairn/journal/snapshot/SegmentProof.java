package dev.cairn.journal.snapshot;

import dev.cairn.crypto.StateAccumulator;

/** What a segment came to that was read to its end: bytes and order are those of the manifest. */
public final class SegmentProof {
  private final int number;
  private final StateAccumulator accumulator;

  SegmentProof(int number, StateAccumulator accumulator) {
    this.number = number;
    this.accumulator = accumulator;
  }

  /** Which segment of the snapshot. */
  public int number() {
    return number;
  }

  void addTo(StateAccumulator sum) {
    sum.combine(accumulator);
  }
}
