package dev.cairn.bench.stack;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/** Durations of one kind. Thread-safe while they are added; read when all are. */
public final class Latencies {
  private final long[] nanos;
  private final AtomicInteger count = new AtomicInteger();

  public Latencies(int capacity) {
    nanos = new long[capacity];
  }

  /** Adds one. */
  public void add(long duration) {
    nanos[count.getAndIncrement()] = duration;
  }

  /** The duration that this share of them does not exceed, in milliseconds. */
  public double millis(double share) {
    long[] sorted = Arrays.copyOf(nanos, count.get());
    Arrays.sort(sorted);
    int at = (int) Math.min(sorted.length - 1L, Math.round(share * (sorted.length - 1)));
    return sorted[at] / 1e6;
  }
}
