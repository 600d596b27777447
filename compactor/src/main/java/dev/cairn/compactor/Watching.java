package dev.cairn.compactor;

import dev.cairn.compactor.metrics.CompactorMetrics;
import dev.cairn.compactor.track.Tracker;
import dev.cairn.compactor.work.JobWorkers;
import dev.cairn.metrics.Check;
import dev.cairn.metrics.Checks;
import dev.cairn.metrics.ExpositionServer;
import dev.cairn.metrics.Telemetry;
import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.provider.store.ObjectStore;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;

/** Metrics, health and readiness of one compactor, on a port of their own. */
final class Watching implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(6);
  private static final int KAFKA_MS = 5_000;

  private final Telemetry telemetry;
  private final Admin admin;
  private final Checks health;
  private final Checks readiness;
  private final ExpositionServer server;
  private final String host;

  private Watching(
      Telemetry telemetry,
      Admin admin,
      Checks health,
      Checks readiness,
      ExpositionServer server,
      String host) {
    this.telemetry = telemetry;
    this.admin = admin;
    this.health = health;
    this.readiness = readiness;
    this.server = server;
    this.host = host;
  }

  static Watching start(
      ProviderConfig config,
      Telemetry telemetry,
      Tracker tracker,
      JobWorkers workers,
      ObjectStore storage)
      throws IOException {
    CompactorMetrics.bind(telemetry, tracker, workers, Clock.systemUTC());
    telemetry.bind(tracker.meters());
    Admin admin = Admin.create(config.kafkaClients().admin());
    Check workersTake = Check.of("workers", "they take no jobs from the topic", workers::isHealthy);
    Checks health =
        new Checks(
            DEADLINE,
            List.of(
                Check.of("tracker", "it has stopped; restart the process", tracker::isHealthy),
                Check.of("workers", "their thread has ended", workers::isAlive)));
    Checks readiness =
        new Checks(
            DEADLINE,
            List.of(
                new Check("kafka", () -> kafka(admin)),
                new Check(
                    "tracker",
                    () ->
                        tracker.isRunning()
                            ? Optional.empty()
                            : Optional.of("it is " + tracker.state())),
                workersTake,
                new Check(
                    "storage",
                    () -> {
                      storage.stat("readiness");
                      return Optional.empty();
                    })));
    ExpositionServer server;
    try {
      server =
          ExpositionServer.start(
              config.metricsHost(), config.metricsPort(), telemetry, health, readiness);
    } catch (IOException e) {
      readiness.close();
      health.close();
      admin.close(Duration.ZERO);
      throw e;
    }
    return new Watching(telemetry, admin, health, readiness, server, config.metricsHost());
  }

  private static Optional<String> kafka(Admin admin) throws Exception {
    int brokers =
        admin
            .describeCluster(new DescribeClusterOptions().timeoutMs(KAFKA_MS))
            .nodes()
            .get(KAFKA_MS, TimeUnit.MILLISECONDS)
            .size();
    return brokers > 0 ? Optional.empty() : Optional.of("no broker is there");
  }

  URI url() {
    return URI.create("http://" + host + ":" + server.port());
  }

  @Override
  public void close() {
    server.close();
    readiness.close();
    health.close();
    admin.close(Duration.ofSeconds(2));
    telemetry.close();
  }
}
