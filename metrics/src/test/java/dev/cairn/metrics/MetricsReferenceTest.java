package dev.cairn.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** {@code docs/metrics.md} is what the catalogue says; -Dcairn.docs.write=true writes it. */
final class MetricsReferenceTest {
  private static final Path REFERENCE = Path.of("..", "docs", "metrics.md");

  @Test
  void theReferenceIsUpToDate() throws Exception {
    String generated = MetricsReference.markdown();
    if (Boolean.getBoolean("cairn.docs.write")) {
      Files.writeString(REFERENCE, generated, StandardCharsets.UTF_8);
    }
    assertEquals(
        generated,
        Files.readString(REFERENCE, StandardCharsets.UTF_8),
        "docs/metrics.md differs from the catalogue; write it with"
            + " mvn test -pl metrics -Dtest=MetricsReferenceTest -DargLine=-Dcairn.docs.write=true");
  }

  @Test
  void namesAreInPrometheusConventionAndUnique() {
    Set<String> samples = new HashSet<>();
    for (Metric metric : Metric.values()) {
      assertTrue(
          metric.prometheusName().matches("cairn_(keyserver|compactor|recovery)_[a-z_]+"),
          metric.prometheusName());
      assertTrue(
          metric.unit().isEmpty() || List.of("bytes", "seconds").contains(metric.unit().get()),
          metric.prometheusName());
      for (String sample : metric.sampleNames()) {
        assertTrue(samples.add(sample), sample + " has two meanings");
      }
    }
  }

  @Test
  void noLabelNamesAUser() {
    assertTrue(
        Arrays.stream(Metric.values())
            .flatMap(metric -> metric.labels().stream())
            .noneMatch(label -> label.name().matches("(?i).*(user|name|account|address).*")));
  }
}
