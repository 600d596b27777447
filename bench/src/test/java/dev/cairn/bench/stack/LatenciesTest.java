package dev.cairn.bench.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class LatenciesTest {
  @Test
  void aShareOfThemIsAtMostThatLong() {
    Latencies latencies = new Latencies(101);
    for (int i = 100; i >= 0; i--) {
      latencies.add(i * 1_000_000L);
    }
    assertEquals(0, latencies.millis(0));
    assertEquals(50, latencies.millis(0.5));
    assertEquals(99, latencies.millis(0.99));
    assertEquals(100, latencies.millis(1));
  }
}
