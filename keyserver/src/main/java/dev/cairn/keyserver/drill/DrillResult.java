package dev.cairn.keyserver.drill;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a drill came to.
 *
 * @param time when it ended
 * @param recovered how far the backup goes; absent where nothing could be recovered
 * @param failure why it failed; absent if every byte verified and is this keyserver's state
 */
public record DrillResult(
    Instant time,
    DrillMeans means,
    Duration duration,
    Optional<Recovered> recovered,
    Optional<Failure> failure) {
  /**
   * Where the recovered state stands.
   *
   * @param checkpoint of the record that it is the state after
   * @param bytes of the snapshot that was used; 0 where the whole log was read
   */
  public record Recovered(
      String checkpoint, long index, long sequence, long objects, long bytes, long records) {}

  /**
   * Why a drill failed.
   *
   * @param exitCode as a recovery for the same reason ends with
   */
  public record Failure(int exitCode, String reason) {}

  public boolean isVerified() {
    return failure.isEmpty();
  }
}
