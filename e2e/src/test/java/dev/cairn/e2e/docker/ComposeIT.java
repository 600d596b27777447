package dev.cairn.e2e.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.Bytes;
import dev.cairn.provider.store.MinioObjectStore;
import dev.cairn.provider.store.S3Location;
import dev.cairn.provider.store.StoreUnavailableException;
import dev.cairn.schemas.names.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.AuthorizationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docker/compose.yaml}, run without containers. */
final class ComposeIT {
  @TempDir private static Path directory;
  private static ComposeStack stack;

  @BeforeAll
  static void start() throws Exception {
    stack = ComposeStack.of(Repository.file("docker/compose.yaml"), directory);
    try {
      stack.up("kafka-setup", "compactor");
    } catch (Throwable e) {
      stack.close();
      throw e;
    }
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @Test
  void theDemoTellsTheWholeStoryAgainstIt() throws Exception {
    stack.up("demo");
    stack.awaitCompleted("demo");
    String story = stack.said("demo");
    assertTrue(story.contains("every byte matches"), story);
    assertTrue(story.contains("the running services at"), story);
  }

  @Test
  void setUpChangesNothingWhenItRunsAgain() throws Exception {
    String before = secrets();
    for (String once : List.of("secrets", "kafka-format", "kafka-setup", "minio-setup")) {
      stack.start(once);
      stack.awaitCompleted(once);
    }
    assertEquals(before, secrets());
    assertTrue(stack.said("kafka-format").contains("is formatted"), stack.said("kafka-format"));
  }

  /** Every secret file and what it holds. */
  private static String secrets() throws Exception {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(directory.resolve("volumes"))) {
      for (Path file :
          files
              .filter(Files::isRegularFile)
              .filter(each -> each.toString().contains("/secrets-"))
              .sorted()
              .toList()) {
        all.append(file).append('=').append(Files.readString(file)).append('\n');
      }
    }
    return all.toString();
  }

  @Test
  void noSecretIsOnACommandLineOrInALog() throws Exception {
    List<String> secrets =
        secrets()
            .lines()
            .filter(line -> line.matches(".*/(brokers|controllers|services|watch|root-.*|s3)=.*"))
            .map(line -> line.substring(line.lastIndexOf('=') + 1))
            .filter(secret -> secret.length() >= 40)
            .toList();
    assertTrue(secrets.size() >= 6, "only " + secrets.size());
    List<String> places = stack.commandLinesAndLogs();
    for (String secret : secrets) {
      for (String place : places) {
        assertFalse(place.contains(secret), place);
      }
    }
  }

  @Test
  void theServicesReachTheirBucketAndNothingElse() throws Exception {
    String secret =
        Files.readString(stack.file("minio-setup", "/run/cairn/minio").resolve("services"));
    String endpoint = "http://127.0.0.1:" + stack.port("minio", 9000);
    try (MinioObjectStore own =
        new MinioObjectStore(
            new S3Location(endpoint, "us-east-1", "cairn", "cairn-services", secret))) {
      own.put("probe/one", Bytes.utf8("x"));
      assertEquals(1, own.list("probe/").size());
      own.delete(List.of("probe/one"));
    }
    try (MinioObjectStore other =
        new MinioObjectStore(
            new S3Location(endpoint, "us-east-1", "another", "cairn-services", secret))) {
      assertThrows(StoreUnavailableException.class, other::createBucketIfAbsent);
      assertThrows(StoreUnavailableException.class, () -> other.put("a", Bytes.utf8("x")));
    }
  }

  @Test
  void whoWatchesSeesTopicsAndChangesNothing() throws Exception {
    Properties watch = new Properties();
    watch.put("bootstrap.servers", "127.0.0.1:" + stack.port("kafka", 9092));
    watch.put("security.protocol", "SASL_PLAINTEXT");
    watch.put("sasl.mechanism", "SCRAM-SHA-256");
    watch.put(
        "sasl.jaas.config",
        dev.cairn.provider.config.Jaas.scram(
            "cairn-watch",
            Files.readString(stack.file("kafka", "/run/cairn/kafka").resolve("watch"))));
    try (Admin admin = Admin.create(watch)) {
      assertTrue(admin.listTopics().names().get(60, TimeUnit.SECONDS).contains(Topics.accounts()));
      ExecutionException refused =
          assertThrows(
              ExecutionException.class,
              () ->
                  admin
                      .createTopics(List.of(new NewTopic("mine", 1, (short) 1)))
                      .all()
                      .get(60, TimeUnit.SECONDS));
      assertInstanceOf(AuthorizationException.class, refused.getCause());
      refused =
          assertThrows(
              ExecutionException.class,
              () -> admin.deleteTopics(List.of(Topics.accounts())).all().get(60, TimeUnit.SECONDS));
      assertInstanceOf(AuthorizationException.class, refused.getCause());
    }
  }

  @Test
  void servicesStopWhenTheyAreToldTo() throws Exception {
    for (String service : List.of("compactor", "recovery")) {
      assertEquals(0, stack.stop(service), stack.said(service));
    }
    stack.startAgain("recovery");
    stack.startAgain("compactor");
  }
}
