package dev.cairn.recovery.accounts;

/**
 * Guesses at one name since the last success. After {@code max} of them the next is answered only
 * after a delay that doubles with each further one: a minute, two, four, … up to a day.
 *
 * @param count guesses that were answered since the last success
 * @param last when the last one was counted, in milliseconds since 1970
 */
public record GuessCounter(int count, long last) {
  static final GuessCounter NONE = new GuessCounter(0, 0);

  private static final long FIRST_DELAY_MS = 60_000;
  private static final long LONGEST_DELAY_MS = 24 * 60 * FIRST_DELAY_MS;

  /** Earliest time at which the next guess may be answered. */
  public long nextAllowedAt(int max) {
    if (count < max) {
      return 0;
    }
    int doublings = Math.min(count - max, 20);
    return last + Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS << doublings);
  }

  GuessCounter counted(long now) {
    return new GuessCounter(Math.addExact(count, 1), now);
  }
}
