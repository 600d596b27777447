package dev.cairn.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

final class TelemetryTest {
  @Test
  void theRegistryNamesSeriesAsTheCatalogueDoes() {
    try (Telemetry telemetry = Telemetry.of(Component.RECOVERY)) {
      for (Metric metric : Metric.values()) {
        String[] labels =
            metric.labels().stream()
                .map(label -> label.values().isEmpty() ? "x" : label.values().getFirst())
                .toArray(String[]::new);
        switch (metric.kind()) {
          case COUNTER -> telemetry.counter(metric, labels).increment();
          case GAUGE -> telemetry.gauge(metric, () -> 7, labels);
          case TIMER -> telemetry.timer(metric, labels).record(Duration.ofMillis(30));
        }
      }
      String text = telemetry.scrape();
      for (Metric metric : Metric.values()) {
        assertTrue(
            text.contains("# HELP " + metric.prometheusName() + " "), metric.prometheusName());
        for (String sample : metric.sampleNames()) {
          assertTrue(text.matches("(?s).*\\n" + sample + "[ {].*"), sample);
        }
      }
      assertTrue(text.contains("jvm_memory_used_bytes"), "the JVM's are there");
    }
  }

  @Test
  void ourMetricsAreMBeansAndGoWithTheRegistry() throws Exception {
    MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    ObjectName all = new ObjectName("cairn.recovery:*");
    try (Telemetry telemetry = Telemetry.of(Component.RECOVERY)) {
      telemetry.gauge(Metric.ACCOUNTS, () -> 42);
      ObjectName bean = beans.queryNames(all, null).iterator().next();
      assertEquals(42.0, beans.getAttribute(bean, "Value"));
      assertEquals(1, beans.queryNames(all, null).size(), "the JVM's are not doubled");
    }
    assertTrue(beans.queryNames(all, null).isEmpty());
  }

  @Test
  void whatTheCatalogueDoesNotKnowIsRefused() {
    try (Telemetry telemetry = Telemetry.of(Component.COMPACTOR)) {
      assertThrows(IllegalArgumentException.class, () -> telemetry.counter(Metric.JOBS));
      assertThrows(IllegalArgumentException.class, () -> telemetry.counter(Metric.JOBS, "alice"));
      assertThrows(IllegalArgumentException.class, () -> telemetry.timer(Metric.JOBS, "failed"));
    }
  }

  @Test
  void healthAndReadinessSayWhatIsWrong() throws Exception {
    AtomicBoolean there = new AtomicBoolean(true);
    CountDownLatch never = new CountDownLatch(1);
    AtomicBoolean hangs = new AtomicBoolean();
    Check kafka = Check.of("kafka", "it does not answer", there::get);
    Check storage =
        new Check(
            "storage",
            () -> {
              if (hangs.get()) {
                never.await();
              }
              return Optional.empty();
            });
    Check thrower =
        new Check(
            "state",
            () -> {
              if (!there.get()) {
                throw new IllegalStateException("secret=hunter2");
              }
              return Optional.empty();
            });
    try (Telemetry telemetry = Telemetry.of(Component.COMPACTOR);
        Checks health = new Checks(Duration.ofSeconds(30), List.of());
        Checks readiness = new Checks(Duration.ofSeconds(2), List.of(kafka, storage, thrower));
        ExpositionServer server =
            ExpositionServer.start("127.0.0.1", 0, telemetry, health, readiness)) {
      assertEquals(200, get(server, "/healthz").statusCode());
      assertEquals("ok\nkafka: ok\nstorage: ok\nstate: ok\n", get(server, "/readyz").body());
      there.set(false);
      HttpResponse<String> refused = get(server, "/readyz");
      assertEquals(503, refused.statusCode());
      assertTrue(refused.body().contains("kafka: it does not answer"), refused.body());
      assertTrue(refused.body().contains("state: IllegalStateException"), refused.body());
      assertFalse(refused.body().contains("hunter2"), refused.body());
      assertEquals(200, get(server, "/healthz").statusCode(), "not ready is not unhealthy");
      there.set(true);
      hangs.set(true);
      HttpResponse<String> late = get(server, "/readyz");
      assertEquals(503, late.statusCode());
      assertTrue(late.body().contains("storage: no answer within 2000 ms"), late.body());
      hangs.set(false);
      never.countDown();
      assertEquals(200, get(server, "/readyz").statusCode());
      HttpResponse<String> metrics = get(server, "/metrics");
      assertEquals(
          Telemetry.CONTENT_TYPE, metrics.headers().firstValue("Content-Type").orElseThrow());
      assertEquals(404, get(server, "/").statusCode());
    }
  }

  private static HttpResponse<String> get(ExpositionServer server, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }
}
