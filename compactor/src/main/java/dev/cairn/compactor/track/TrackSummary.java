package dev.cairn.compactor.track;

import java.time.Instant;
import java.util.Optional;

/**
 * All users of the cell at one look.
 *
 * @param bytes behind the newest snapshots, of all users together
 * @param worstBytes of the user who has most of them
 * @param oldest when the oldest record behind a newest snapshot was seen
 */
public record TrackSummary(
    long users,
    long bytes,
    long worstBytes,
    long records,
    Optional<Instant> oldest,
    long quarantined,
    long damaged,
    long failing) {
  /** While another process has the cell. */
  public static final TrackSummary NOTHING =
      new TrackSummary(0, 0, 0, 0, Optional.empty(), 0, 0, 0);

  TrackSummary plus(UserTrack track) {
    return new TrackSummary(
        users + 1,
        bytes + track.bytes(),
        Math.max(worstBytes, track.bytes()),
        records + track.records(),
        earlier(oldest, track.oldest()),
        quarantined + (track.trouble() == Trouble.QUARANTINED ? 1 : 0),
        damaged + (track.trouble() == Trouble.DAMAGED ? 1 : 0),
        failing + (track.trouble() == Trouble.FAILED ? 1 : 0));
  }

  private static Optional<Instant> earlier(Optional<Instant> one, Optional<Instant> other) {
    if (one.isEmpty() || other.isEmpty()) {
      return one.or(() -> other);
    }
    return one.get().isBefore(other.get()) ? one : other;
  }
}
