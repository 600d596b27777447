package dev.cairn.e2e.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.e2e.support.Await;
import dev.cairn.e2e.support.CairnProcess;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docker/compose.cluster.yaml}, run without containers: a broker dies under a writer. */
final class ComposeClusterIT {
  private static final int BEFORE = 200;
  private static final int AFTER = 200;

  @TempDir Path directory;

  @Test
  void aBrokerDiesUnderAWriterAndNothingIsLost() throws Exception {
    Path logs = directory.resolve("runs");
    Path home = directory.resolve("home");
    Path password =
        Files.writeString(directory.resolve("password"), "walnut cabinet seven rivers\n");
    try (ComposeStack stack =
        ComposeStack.of(
            Repository.file("docker/compose.cluster.yaml"), directory.resolve("stack"))) {
      stack.up("compactor");
      Path owner =
          Files.writeString(
              directory.resolve("owner.properties"),
              "service.url=http://127.0.0.1:"
                  + stack.port("recovery", 8440)
                  + "\nserver.name=cairn.example\n");
      String userId =
          CairnProcess.run(
                  logs,
                  "keyserver",
                  "init",
                  "--home",
                  home.toString(),
                  "--config",
                  owner.toString(),
                  "--username",
                  "alice",
                  "--password-file",
                  password.toString())
              .expect(0)
              .out()
              .strip();

      int leader;
      try (CairnProcess apply =
          CairnProcess.start(
              logs,
              List.of("keyserver", "apply", "--home", home.toString(), "--timeout", "300s", "-"))) {
        try (Writer lines = apply.process().outputWriter(StandardCharsets.UTF_8)) {
          for (int i = 0; i < BEFORE; i++) {
            lines.write(line(i));
          }
          lines.flush();
          String topic = "cairn.log.c0." + userId;
          try (Admin admin = Admin.create(admin(stack))) {
            Await.until(
                "the log has its leader and some records",
                Duration.ofMinutes(3),
                () -> ComposeClusterIT.records(admin, topic) > 1);
            TopicPartitionInfo partition = partition(admin, topic);
            assertEquals(3, partition.replicas().size());
            leader = partition.leader().id();
          }
          stack.kill("kafka-" + leader);
          for (int i = BEFORE; i < BEFORE + AFTER; i++) {
            lines.write(line(i));
          }
        }
        apply.await(Duration.ofMinutes(6)).expect(0);
      }
      stack.startAgain("kafka-" + leader);

      Path provider = stack.file("recovery", "/etc/cairn/config/cluster.properties");
      CairnProcess.run(logs, "verify", "--config", provider.toString(), "--user-id", userId)
          .expect(0);
      Path recovered = directory.resolve("recovered");
      CairnProcess.run(
              logs,
              "keyserver",
              "recover",
              "--home",
              recovered.toString(),
              "--config",
              owner.toString(),
              "--username",
              "alice",
              "--password-file",
              password.toString())
          .expect(0);
      String exported =
          CairnProcess.run(logs, "keyserver", "export", "--home", recovered.toString())
              .expect(0)
              .out();
      assertEquals(BEFORE + AFTER, exported.lines().count());
      for (int i = 0; i < BEFORE + AFTER; i++) {
        assertTrue(exported.contains("\"n-" + i + "\""), "n-" + i + " is lost");
      }
    }
  }

  private static String line(int i) {
    return "{\"ops\":[{\"put\":{\"collection\":\"notes\",\"id\":\"n-"
        + i
        + "\",\"value\":{\"number\":"
        + i
        + "}}}]}\n";
  }

  private static Properties admin(ComposeStack stack) throws Exception {
    Properties properties = new Properties();
    try (Reader in =
        Files.newBufferedReader(stack.file("kafka-1", "/etc/cairn/kafka/admin.properties"))) {
      properties.load(in);
    }
    properties.put(
        "bootstrap.servers",
        "127.0.0.1:" + stack.port("kafka-1", 9092) + ",127.0.0.1:" + stack.port("kafka-2", 9092));
    return properties;
  }

  private static long records(Admin admin, String topic) throws Exception {
    if (!admin.listTopics().names().get(60, TimeUnit.SECONDS).contains(topic)) {
      return 0;
    }
    org.apache.kafka.common.TopicPartition partition =
        new org.apache.kafka.common.TopicPartition(topic, 0);
    return admin
        .listOffsets(
            java.util.Map.of(partition, org.apache.kafka.clients.admin.OffsetSpec.latest()))
        .partitionResult(partition)
        .get(60, TimeUnit.SECONDS)
        .offset();
  }

  private static TopicPartitionInfo partition(Admin admin, String topic) throws Exception {
    return admin
        .describeTopics(List.of(topic))
        .allTopicNames()
        .get(60, TimeUnit.SECONDS)
        .values()
        .iterator()
        .next()
        .partitions()
        .getFirst();
  }
}
