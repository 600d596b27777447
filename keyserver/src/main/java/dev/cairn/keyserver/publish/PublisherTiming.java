package dev.cairn.keyserver.publish;

import java.time.Duration;

/**
 * How patient the publisher is.
 *
 * @param firstPause before it tries again after a failure; doubles with each one in a row
 * @param longestPause what the pauses grow to
 * @param markInterval how often at most it keeps where the backup stands
 */
public record PublisherTiming(Duration firstPause, Duration longestPause, Duration markInterval) {
  /** 100 ms, 5 s, 1 s. */
  public static PublisherTiming defaults() {
    return new PublisherTiming(
        Duration.ofMillis(100), Duration.ofSeconds(5), Duration.ofSeconds(1));
  }
}
