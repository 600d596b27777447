package dev.cairn.compactor.metrics;

import dev.cairn.compactor.track.TrackSummary;
import dev.cairn.compactor.track.Tracker;
import dev.cairn.compactor.work.JobWorkers;
import dev.cairn.metrics.Metric;
import dev.cairn.metrics.Telemetry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.ToLongFunction;

/** How tracker and workers stand, asked at every scrape; none of it waits for anything. */
public final class CompactorMetrics {
  private CompactorMetrics() {}

  /** Registers them. */
  public static void bind(Telemetry telemetry, Tracker tracker, JobWorkers workers, Clock clock) {
    telemetry.gauge(Metric.JOBS_WAITING, workers::waiting);
    telemetry.gauge(Metric.JOBS_RUNNING, workers::running);
    telemetry.gauge(Metric.WORKERS_RUNNING, () -> workers.isHealthy() ? 1 : 0);
    telemetry.gauge(Metric.TRACKER_RUNNING, () -> tracker.isRunning() ? 1 : 0);
    telemetry.counter(Metric.TRACKER_RESTARTS, tracker, Tracker::failures);
    summary(telemetry, Metric.TRACKED_USERS, tracker, TrackSummary::users);
    summary(telemetry, Metric.UNCOMPACTED_BYTES, tracker, TrackSummary::bytes);
    summary(telemetry, Metric.UNCOMPACTED_BYTES_MAX, tracker, TrackSummary::worstBytes);
    summary(telemetry, Metric.UNCOMPACTED_RECORDS, tracker, TrackSummary::records);
    summary(telemetry, Metric.QUARANTINED_USERS, tracker, TrackSummary::quarantined);
    summary(telemetry, Metric.DAMAGED_LOGS, tracker, TrackSummary::damaged);
    summary(telemetry, Metric.FAILING_USERS, tracker, TrackSummary::failing);
    telemetry.gauge(
        Metric.UNCOMPACTED_AGE,
        () -> tracker.summary().oldest().map(it -> seconds(it, clock.instant())).orElse(0.0));
  }

  private static void summary(
      Telemetry telemetry, Metric metric, Tracker tracker, ToLongFunction<TrackSummary> value) {
    telemetry.gauge(metric, () -> value.applyAsLong(tracker.summary()));
  }

  private static double seconds(Instant from, Instant to) {
    return Math.max(0, Duration.between(from, to).toMillis() / 1000.0);
  }
}
