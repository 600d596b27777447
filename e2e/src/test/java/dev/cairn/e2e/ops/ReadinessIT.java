package dev.cairn.e2e.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.cli.local.EmbeddedKafka;
import dev.cairn.cli.local.EmbeddedS3;
import dev.cairn.compactor.CompactorService;
import dev.cairn.e2e.support.Await;
import dev.cairn.e2e.support.Ports;
import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.recovery.RecoveryService;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readiness is false while storage or Kafka is away, says which, and is true again by itself. */
class ReadinessIT {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final String KEY = "readiness-access";
  private static final String SECRET = "readiness-secret-key";
  private static final String PASSWORD = "readiness-kafka-password";

  @TempDir Path directory;

  @Test
  void itIsFalseWhileStorageOrKafkaIsAway() throws Exception {
    List<Integer> ports = Ports.free(3);
    Path objects = Files.createDirectories(directory.resolve("objects"));
    Path broker = Files.createDirectories(directory.resolve("kafka"));
    String cluster = Uuid.randomUuid().toString();
    EmbeddedS3 s3 = EmbeddedS3.start(objects, ports.get(0), KEY, SECRET);
    EmbeddedKafka kafka =
        EmbeddedKafka.start(broker, ports.get(1), ports.get(2), cluster, PASSWORD);
    ProviderConfig config = config(s3, kafka);
    try (RecoveryService recovery = RecoveryService.start(config);
        CompactorService compactor = CompactorService.start(config)) {
      URI owners = URI.create("http://127.0.0.1:" + recovery.port());
      List<URI> all = List.of(recovery.metricsUrl(), compactor.metricsUrl(), owners);
      for (URI each : all) {
        awaitReady(each);
      }

      s3.close();
      for (URI each : all) {
        awaitNotReady(each, each.equals(owners) ? "not ready" : "storage: ");
        assertEquals(
            200, Exposition.get(each, "/healthz").statusCode(), "it need not be restarted");
      }
      s3 = EmbeddedS3.start(objects, ports.get(0), KEY, SECRET);
      for (URI each : all) {
        awaitReady(each);
      }

      kafka.close();
      awaitNotReady(recovery.metricsUrl(), "accounts: ");
      awaitNotReady(compactor.metricsUrl(), "kafka: ");
      awaitNotReady(owners, "not ready");
      for (URI each : all) {
        assertEquals(
            200, Exposition.get(each, "/healthz").statusCode(), "it need not be restarted");
      }
      Await.until(
          "the metric says so too",
          PATIENCE,
          () ->
              Exposition.value(Exposition.metrics(recovery.metricsUrl()), "cairn_recovery_ready")
                  == 0);
      kafka = EmbeddedKafka.start(broker, ports.get(1), ports.get(2), cluster, PASSWORD);
      for (URI each : all) {
        awaitReady(each);
      }
    } finally {
      kafka.close();
      s3.close();
    }
  }

  private ProviderConfig config(EmbeddedS3 s3, EmbeddedKafka kafka) throws Exception {
    Properties p = new Properties();
    p.setProperty("server.name", "cairn.local");
    p.setProperty("service.port", "0");
    p.setProperty("secrets.dir", directory.resolve("secrets").toString());
    p.setProperty("state.dir", Files.createDirectories(directory.resolve("state")).toString());
    p.setProperty("bootstrap.servers", kafka.bootstrapServers());
    p.setProperty("kafka.username", EmbeddedKafka.SERVICE_USER);
    p.setProperty("kafka.password", PASSWORD);
    p.setProperty("replication.factor", "1");
    p.setProperty("s3.endpoint", s3.endpoint());
    p.setProperty("s3.access.key", KEY);
    p.setProperty("s3.secret.key", SECRET);
    p.setProperty("metadata.max.age.ms", "1000");
    return ProviderConfig.of("test", p);
  }

  private static void awaitReady(URI process) throws Exception {
    Await.until(
        process + " is ready",
        PATIENCE,
        () -> Exposition.get(process, "/readyz").statusCode() == 200);
  }

  private static void awaitNotReady(URI process, String why) throws Exception {
    Await.until(
        process + " is not ready",
        PATIENCE,
        () -> Exposition.get(process, "/readyz").statusCode() == 503);
    HttpResponse<String> refused = Exposition.get(process, "/readyz");
    assertEquals(503, refused.statusCode());
    String body = refused.body();
    assertTrue(body.lines().anyMatch(line -> line.contains(why) && !line.endsWith(": ok")), body);
  }
}
