package dev.cairn.metrics;

import java.util.Locale;

/** Writes the reference of all metrics, {@code docs/metrics.md}, from the catalogue. */
final class MetricsReference {
  private static final String HEAD =
      """
      # Metrics

      Generated from `dev.cairn.metrics.Metric`; the build fails where the two differ.

      Every process serves Prometheus' text format at `/metrics`, with `/healthz` and `/readyz` beside it, on a port that owners never reach (`metrics.host`, `metrics.port`; loopback unless told otherwise). The same numbers are MBeans in the domain `cairn.<process>`. Beside Cairn's own there are the JVM's (`jvm_…`, `process_…`, `system_…`), and those of the Kafka clients and of Kafka Streams (`kafka_…`).

      No metric has a label that names a user: a provider has many. Totals and maxima are here; who it is stands in the log lines. Alert rules with thresholds: `docker/prometheus/alerts.yml`; what to do about each: [operations.md](operations.md).

      """;

  private MetricsReference() {}

  static String markdown() {
    StringBuilder text = new StringBuilder(HEAD);
    for (Component component : Component.values()) {
      text.append("## ").append(component.id()).append("\n\n");
      text.append("| metric | type | meaning | when to look |\n|---|---|---|---|\n");
      for (Metric metric : Metric.of(component)) {
        text.append(row(metric));
      }
      text.append('\n');
    }
    return text.toString().stripTrailing() + "\n";
  }

  private static String row(Metric metric) {
    StringBuilder meaning = new StringBuilder(metric.help());
    for (Label label : metric.labels()) {
      meaning.append("; label `").append(label.name()).append("`: ").append(label.meaning());
      if (!label.values().isEmpty()) {
        meaning.append(" (`").append(String.join("`, `", label.values())).append("`)");
      }
    }
    return String.format(
        Locale.ROOT,
        "| `%s` | %s | %s | %s |%n",
        metric.prometheusName(),
        metric.kind().prometheus(),
        meaning,
        metric.alert().orElse(""));
  }
}
