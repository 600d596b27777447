package dev.cairn.e2e.simulation;

import java.util.Random;

/** How often things fail right now. */
final class Weather {
  private int perThousand;
  private boolean stale;
  private boolean brokerAway;

  void set(int failuresPerThousand, boolean staleReads) {
    perThousand = failuresPerThousand;
    stale = staleReads;
  }

  void brokerAway(boolean away) {
    brokerAway = away;
  }

  void clear() {
    set(0, false);
    brokerAway = false;
  }

  boolean fails(Random random) {
    return perThousand > 0 && random.nextInt(1000) < perThousand;
  }

  boolean isStale(Random random) {
    return stale && random.nextInt(5) == 0;
  }

  boolean isBrokerAway() {
    return brokerAway;
  }
}
