package dev.cairn.metrics;

/** What a metric's number means, and which series it has. */
public enum Kind {
  /** Only grows while the process runs; {@code …_total}. */
  COUNTER("counter"),
  /** Goes up and down. */
  GAUGE("gauge"),
  /** Durations: {@code …_seconds_bucket}, {@code …_count}, {@code …_sum} and {@code …_max}. */
  TIMER("histogram");

  private final String prometheus;

  Kind(String prometheus) {
    this.prometheus = prometheus;
  }

  /** Prometheus' word for it. */
  public String prometheus() {
    return prometheus;
  }
}
