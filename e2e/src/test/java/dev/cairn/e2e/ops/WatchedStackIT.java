package dev.cairn.e2e.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cairn.cli.local.LocalStack;
import dev.cairn.compactor.CompactionRequests;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.UserId;
import dev.cairn.e2e.support.Await;
import dev.cairn.e2e.support.Tools;
import dev.cairn.keyserver.Keyserver;
import dev.cairn.keyserver.Put;
import dev.cairn.keyserver.Transaction;
import dev.cairn.keyserver.error.WrongSecretException;
import dev.cairn.keyserver.metrics.KeyserverMetrics;
import dev.cairn.keyserver.object.ObjectName;
import dev.cairn.keyserver.object.Value;
import dev.cairn.keyserver.recover.ProgressListener;
import dev.cairn.keyserver.recover.RecoverOptions;
import dev.cairn.keyserver.recover.Recovery;
import dev.cairn.keyserver.service.OwnerConfig;
import dev.cairn.keyserver.setup.Registration;
import dev.cairn.metrics.Checks;
import dev.cairn.metrics.Component;
import dev.cairn.metrics.ExpositionServer;
import dev.cairn.metrics.Metric;
import dev.cairn.metrics.Telemetry;
import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.schemas.names.Topics;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole stack with some life in it, and everything that people watch it with. */
class WatchedStackIT {
  private static final String PASSWORD = "correct horse battery staple walnut";
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Path DOCKER = Path.of("..", "docker");

  @TempDir static Path data;
  private static LocalStack stack;
  private static ProviderConfig provider;
  private static UserId userId;
  private static Keyserver keyserver;
  private static Telemetry telemetry;
  private static Checks fine;
  private static ExpositionServer exposition;
  private static Map<Component, URI> processes;

  @BeforeAll
  static void liveALittle() throws Exception {
    stack = LocalStack.start(data.resolve("stack"));
    provider = ProviderConfig.load(stack.providerProperties());
    OwnerConfig owner = OwnerConfig.read(stack.ownerProperties());
    Path home = data.resolve("old");
    try (SecretBytes password = password(PASSWORD)) {
      userId = Registration.init(home, owner, "watched", password);
    }
    try (Keyserver old = Keyserver.open(home)) {
      write(old, 0, 40);
      compact();
      write(old, 40, 40);
      compact();
    }
    try (SecretBytes wrong = password("another horse battery staple walnut")) {
      assertThrows(
          WrongSecretException.class,
          () ->
              Recovery.recover(
                  RecoverOptions.of(data.resolve("never"), owner, "watched"),
                  wrong,
                  ProgressListener.NONE));
    }
    try (SecretBytes password = password(PASSWORD)) {
      Recovery.recover(
          RecoverOptions.of(data.resolve("new"), owner, "watched"),
          password,
          ProgressListener.NONE);
    }
    keyserver = Keyserver.open(data.resolve("new"));
    write(keyserver, 80, 7);
    telemetry = Telemetry.of(Component.KEYSERVER);
    telemetry.bind(
        new KeyserverMetrics(keyserver, () -> Optional.of(Instant.now()), Clock.systemUTC()));
    fine = new Checks(Duration.ofSeconds(10), List.of());
    exposition = ExpositionServer.start("127.0.0.1", 0, telemetry, fine, fine);
    processes =
        Map.of(
            Component.KEYSERVER, URI.create("http://127.0.0.1:" + exposition.port()),
            Component.COMPACTOR, stack.compactorMetrics(),
            Component.RECOVERY, stack.recoveryMetrics());
  }

  @AfterAll
  static void stop() throws Exception {
    exposition.close();
    fine.close();
    telemetry.close();
    keyserver.close();
    stack.close();
  }

  @Test
  void whatIsExposedIsWhatTheCatalogueSays() throws Exception {
    for (Map.Entry<Component, URI> process : processes.entrySet()) {
      Set<String> expected = new TreeSet<>();
      Metric.of(process.getKey()).forEach(metric -> expected.addAll(metric.sampleNames()));
      String text = Exposition.metrics(process.getValue());
      assertEquals(expected, Exposition.ours(text), process.getKey().id());
      assertTrue(text.contains("jvm_memory_used_bytes"), "the JVM's are there");
    }
  }

  @Test
  void numbersAreThoseOfWhatHappened() throws Exception {
    URI compactor = stack.compactorMetrics();
    Await.until(
        "the tracker has looked at its user",
        PATIENCE,
        () -> number(compactor, "cairn_compactor_tracked_users") == 1);
    String compacted = Exposition.metrics(compactor);
    assertTrue(
        compacted.contains("cairn_compactor_jobs_total{result=\"published\"} 2.0"), compacted);
    assertEquals(2, Exposition.value(compacted, "cairn_compactor_job_duration_seconds_count"));
    assertEquals(1, Exposition.value(compacted, "cairn_compactor_truncations_total"));
    assertTrue(Exposition.value(compacted, "cairn_compactor_truncated_records_total") > 0);
    assertTrue(Exposition.value(compacted, "cairn_compactor_snapshot_written_bytes_total") > 0);
    assertTrue(Exposition.value(compacted, "cairn_compactor_log_read_bytes_total") > 0);
    Await.until(
        "what was written since is counted as uncompacted",
        PATIENCE,
        () -> number(compactor, "cairn_compactor_uncompacted_records") > 0);

    String recovered = Exposition.metrics(stack.recoveryMetrics());
    assertEquals(1, Exposition.value(recovered, "cairn_recovery_registrations_total"));
    assertEquals(2, Exposition.value(recovered, "cairn_recovery_guesses_total"));
    assertTrue(recovered.contains("cairn_recovery_logins_total{result=\"right\"} 1.0"), recovered);
    assertTrue(
        recovered.contains("cairn_recovery_logins_total{result=\"wrong\"} 0.0"),
        "who mistypes sees it and ends by itself: two guesses, one login");
    assertTrue(Exposition.value(recovered, "cairn_recovery_takeovers_total") >= 1);
    assertTrue(recovered.contains("route=\"/v1/login/start\""), recovered);
    Await.until(
        "the accounts were looked at",
        PATIENCE,
        () ->
            number(stack.recoveryMetrics(), "cairn_recovery_accounts") == 1
                && number(stack.recoveryMetrics(), "cairn_recovery_ready") == 1);

    URI owner = processes.getOrDefault(Component.KEYSERVER, stack.recoveryMetrics());
    assertEquals(0, number(owner, "cairn_keyserver_unbacked_bytes"));
    assertEquals(0, number(owner, "cairn_keyserver_unbacked_age_seconds"));
    assertEquals(2, number(owner, "cairn_keyserver_epoch"));
    assertEquals(87, number(owner, "cairn_keyserver_objects"));
    Await.until(
        "the provider was asked for the newest snapshot",
        PATIENCE,
        () -> number(owner, "cairn_keyserver_snapshot_timestamp_seconds") > 0);
  }

  @Test
  void nothingThatIsExposedNamesAUser() throws Exception {
    for (URI process : processes.values()) {
      String text = Exposition.metrics(process);
      assertFalse(text.contains(userId.value()), "a user id");
      assertFalse(text.contains("watched"), "a user name");
    }
  }

  @Test
  void healthAndReadinessAreFine() throws Exception {
    for (URI process : List.of(stack.compactorMetrics(), stack.recoveryMetrics())) {
      assertEquals(200, Exposition.get(process, "/healthz").statusCode());
      Await.until(
          process + " is ready",
          PATIENCE,
          () -> Exposition.get(process, "/readyz").statusCode() == 200);
    }
  }

  @Test
  void aRealPrometheusScrapesAllAndTheBoardShowsSomethingEverywhere() throws Exception {
    Map<String, List<URI>> jobs =
        Map.of(
            "keyserver", List.of(URI.create("http://127.0.0.1:" + exposition.port())),
            "compactor", List.of(stack.compactorMetrics()),
            "recovery", List.of(stack.recoveryMetrics()));
    try (Prometheus prometheus = Prometheus.start(data.resolve("prometheus"), jobs)) {
      Await.until(
          "every target is up",
          PATIENCE,
          () -> {
            int up = 0;
            for (JsonNode target : prometheus.targets()) {
              up += target.path("health").asText().equals("up") ? 1 : 0;
            }
            return up == 3;
          });
      List<String> expressions = boardExpressions();
      assertTrue(expressions.size() > 40, "the board is there");
      for (String expression : expressions) {
        Await.until(
            "data for " + expression,
            PATIENCE,
            () -> !prometheus.query(expression).path("result").isEmpty());
      }
      int rules = 0;
      for (JsonNode group : prometheus.ruleGroups()) {
        for (JsonNode rule : group.path("rules")) {
          rules++;
          assertEquals("", rule.path("lastError").asText(), rule.path("name").asText());
        }
      }
      assertEquals(25, rules);
      assertEquals(
          0,
          prometheus
              .query("ALERTS{alertstate=\"firing\",severity=\"critical\"}")
              .path("result")
              .size(),
          () -> "nothing is wrong here");
    }
  }

  @Test
  void alertsAndBoardUseNoMetricThatIsNotThere() throws Exception {
    Set<String> known = new TreeSet<>();
    for (Metric metric : Metric.values()) {
      known.addAll(metric.sampleNames());
    }
    String used =
        Files.readString(DOCKER.resolve("prometheus/alerts.yml"))
            + String.join("\n", boardExpressions());
    Set<String> unknown = new TreeSet<>();
    Pattern.compile("\\bcairn_[a-z_]+")
        .matcher(used)
        .results()
        .forEach(it -> unknown.add(it.group()));
    assertFalse(unknown.isEmpty());
    unknown.removeAll(known);
    assertEquals(Set.of(), unknown);
  }

  @Test
  void kafkasOwnToolShowsTheLagOfTrackerWorkersAndUsers() throws Exception {
    Path tool = Tools.program("kafka-consumer-groups.sh");
    String cell = provider.cell();
    String topic = Topics.log(cell, userId.value());
    String compacted = describe(tool, Topics.compactedGroup(cell));
    List<String> line = row(compacted, topic);
    long position = Long.parseLong(line.get(3));
    long end = Long.parseLong(line.get(4));
    long lag = Long.parseLong(line.get(5));
    assertEquals(end - position, lag);
    assertTrue(lag > 0, "what was written after the snapshot is its lag\n" + compacted);
    assertEquals("-", line.get(6), "the group has no member");
    Await.until(
        "the tracker has read all there is",
        PATIENCE,
        () -> {
          List<String> tracked = row(describe(tool, Topics.trackerApplication(cell)), topic);
          return tracked.size() > 6
              && tracked.get(4).equals(Long.toString(end))
              && tracked.get(5).equals("0")
              && !tracked.get(6).equals("-");
        });
    Await.until(
        "no job waits",
        PATIENCE,
        () -> {
          List<String> jobs = row(describe(tool, Topics.workerGroup(cell)), Topics.jobs(cell));
          return jobs.size() > 6 && jobs.get(5).equals("0") && !jobs.get(6).equals("-");
        });
  }

  private static List<String> boardExpressions() throws Exception {
    List<String> expressions = new ArrayList<>();
    JsonNode board =
        new ObjectMapper()
            .readTree(Files.readString(DOCKER.resolve("grafana/dashboards/cairn.json")));
    for (JsonNode panel : board.path("panels")) {
      for (JsonNode target : panel.path("targets")) {
        expressions.add(target.path("expr").asText());
      }
    }
    return expressions;
  }

  private static String describe(Path tool, String group) throws Exception {
    Path config = data.resolve("client.properties");
    StringBuilder lines = new StringBuilder();
    provider
        .kafkaClientProperties()
        .forEach((key, value) -> lines.append(key).append('=').append(text(value)).append('\n'));
    Files.writeString(config, lines);
    Path out = Files.createTempFile(data, "groups", ".txt");
    Process process =
        new ProcessBuilder(
                tool.toString(),
                "--bootstrap-server",
                provider.bootstrapServers(),
                "--command-config",
                config.toString(),
                "--describe",
                "--group",
                group)
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    process.waitFor();
    return Files.readString(out);
  }

  private static String text(Object value) {
    return value instanceof org.apache.kafka.common.config.types.Password password
        ? password.value()
        : value.toString();
  }

  /** The words of the line of a topic: group, topic, partition, position, end, lag, member … */
  private static List<String> row(String table, String topic) {
    return table
        .lines()
        .map(line -> List.of(line.strip().split("\\s+")))
        .filter(words -> words.size() > 6 && words.get(1).equals(topic))
        .findFirst()
        .orElse(List.of());
  }

  private static double number(URI process, String sample) throws Exception {
    return Exposition.value(Exposition.metrics(process), sample);
  }

  private static void compact() throws Exception {
    CompactionRequests.request(provider, userId, Optional.of(PATIENCE));
  }

  private static void write(Keyserver keyserver, int from, int count) throws Exception {
    for (int i = from; i < from + count; i++) {
      keyserver.transact(
          Transaction.of(
              new Put(
                  new ObjectName("notes", "n" + i),
                  Value.bytes(Bytes.utf8("note " + i + " ".repeat(i))))));
    }
    keyserver.drain(PATIENCE);
  }

  private static SecretBytes password(String text) {
    return SecretBytes.takeOwnershipOf(text.getBytes(StandardCharsets.UTF_8));
  }
}
