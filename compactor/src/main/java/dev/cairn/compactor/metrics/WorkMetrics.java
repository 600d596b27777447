package dev.cairn.compactor.metrics;

import dev.cairn.compactor.work.CompactionResult;
import dev.cairn.compactor.work.WorkObserver;
import dev.cairn.journal.judge.Verdict;
import dev.cairn.metrics.Metric;
import dev.cairn.metrics.Telemetry;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Counts what workers do. Thread-safe. */
public final class WorkMetrics implements WorkObserver {
  private final Map<CompactionResult.Kind, Counter> jobs =
      new EnumMap<>(CompactionResult.Kind.class);
  private final Map<Verdict, Counter> refused = new EnumMap<>(Verdict.class);
  private final Timer duration;
  private final Counter putOff;
  private final Counter readRecords;
  private final Counter readBytes;
  private final Counter snapshotBytes;
  private final Counter truncations;
  private final Counter truncatedRecords;
  private final Counter swept;

  /** Registers every series, so that what never happened is a zero. */
  public WorkMetrics(Telemetry telemetry) {
    for (CompactionResult.Kind kind : CompactionResult.Kind.values()) {
      jobs.put(kind, telemetry.counter(Metric.JOBS, kind.name().toLowerCase(Locale.ROOT)));
    }
    for (Verdict verdict : Verdict.values()) {
      if (verdict != Verdict.ACCEPTED) {
        refused.put(
            verdict,
            telemetry.counter(Metric.REFUSED_RECORDS, verdict.name().toLowerCase(Locale.ROOT)));
      }
    }
    duration = telemetry.timer(Metric.JOB_DURATION);
    putOff = telemetry.counter(Metric.JOB_RETRIES);
    readRecords = telemetry.counter(Metric.LOG_READ_RECORDS);
    readBytes = telemetry.counter(Metric.LOG_READ_BYTES);
    snapshotBytes = telemetry.counter(Metric.SNAPSHOT_BYTES);
    truncations = telemetry.counter(Metric.TRUNCATIONS);
    truncatedRecords = telemetry.counter(Metric.TRUNCATED_RECORDS);
    swept = telemetry.counter(Metric.SWEPT_SNAPSHOTS);
  }

  @Override
  public void judged(long records, long bytes, Map<Verdict, Long> verdicts) {
    readRecords.increment((double) records);
    readBytes.increment((double) bytes);
    verdicts.forEach((verdict, count) -> {
      Counter counter = refused.get(verdict);
      if (counter != null) {
        counter.increment((double) count);
      }
    });
  }

  @Override
  public void published(long bytes) {
    snapshotBytes.increment((double) bytes);
  }

  @Override
  public void truncated(long records) {
    truncations.increment();
    truncatedRecords.increment((double) records);
  }

  @Override
  public void swept() {
    swept.increment();
  }

  @Override
  public void finished(CompactionResult.Kind kind, Duration took) {
    Counter counter = jobs.get(kind);
    if (counter != null) {
      counter.increment();
    }
    duration.record(took);
  }

  @Override
  public void putOff() {
    putOff.increment();
  }
}
