package dev.cairn.e2e.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cairn.cli.local.ServerStack;
import dev.cairn.e2e.support.Await;
import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.provider.topics.InternalTopics;
import dev.cairn.schemas.names.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real broker lets an owner's principal do, through real clients. */
final class OwnerRightsIT {
  private static final String ALICE = "alicealicealicealicealice2";
  private static final String BOB = "bobbobbobbobbobbobbobbob77";
  private static final String PASSWORD = "a password for every owner here";
  private static final int SECONDS = 60;

  @TempDir private static Path directory;
  private static ServerStack stack;
  private static ProviderConfig config;
  private static Admin admin;

  @BeforeAll
  static void start() throws Exception {
    stack = ServerStack.start(directory.resolve("data"));
    config = stack.config(new Properties());
    admin = Admin.create(config.kafkaClientProperties());
    InternalTopics topics = new InternalTopics(admin, (short) 1);
    topics.ensureAccounts();
    topics.ensureCell("c0");
    topics.ensureLog("c0", ALICE);
    topics.ensureLog("c0", BOB);
    for (String principal :
        List.of(principal(ALICE, 1), principal(ALICE, 2), principal(ALICE, 3), principal(BOB, 1))) {
      get(
          admin
              .alterUserScramCredentials(
                  List.of(
                      new UserScramCredentialUpsertion(
                          principal,
                          new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096),
                          PASSWORD)))
              .all());
      Await.until("the broker knows " + principal, Duration.ofSeconds(30), () -> logsIn(principal));
    }
  }

  @AfterAll
  static void stop() throws Exception {
    admin.close();
    stack.close();
  }

  private static String principal(String userId, long epoch) {
    return "cairn-" + userId + "-" + epoch;
  }

  private static Map<String, Object> as(String principal) {
    Map<String, Object> properties =
        new HashMap<>(
            config.kafkaClientProperties(config.ownerBootstrapServers(), principal, PASSWORD));
    properties.put("default.api.timeout.ms", SECONDS * 1_000);
    return properties;
  }

  private static boolean logsIn(String principal) throws Exception {
    try (Admin owner = Admin.create(as(principal))) {
      owner.describeCluster().clusterId().get(SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (ExecutionException e) {
      assertInstanceOf(SaslAuthenticationException.class, e.getCause());
      return false;
    }
  }

  private static <T> T get(KafkaFuture<T> future) throws Exception {
    return future.get(SECONDS, TimeUnit.SECONDS);
  }

  private static Producer<byte[], byte[]> producer(String principal) {
    Map<String, Object> properties = as(principal);
    properties.put("acks", "all");
    properties.put("enable.idempotence", "true");
    properties.put("max.block.ms", SECONDS * 1_000);
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static long send(Producer<byte[], byte[]> producer, String topic) throws Exception {
    return producer
        .send(new ProducerRecord<>(topic, new byte[] {1, 2, 3}))
        .get(SECONDS, TimeUnit.SECONDS)
        .offset();
  }

  private static void assertRefused(ThrowingCall call) {
    ExecutionException e = assertThrows(ExecutionException.class, call::run);
    assertInstanceOf(AuthorizationException.class, e.getCause());
  }

  @FunctionalInterface
  private interface ThrowingCall {
    void run() throws Exception;
  }

  @Test
  void writesAndReadsItsOwnLog() throws Exception {
    String log = Topics.log("c0", ALICE);
    long offset;
    try (Producer<byte[], byte[]> producer = producer(principal(ALICE, 1))) {
      offset = send(producer, log);
      assertEquals(offset + 1, send(producer, log));
    }
    Map<String, Object> properties = as(principal(ALICE, 1));
    properties.put("auto.offset.reset", "none");
    properties.put("allow.auto.create.topics", "false");
    TopicPartition partition = new TopicPartition(log, 0);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seek(partition, offset);
      Await.until(
          "its record comes back",
          Duration.ofSeconds(SECONDS),
          () -> !consumer.poll(Duration.ofSeconds(1)).isEmpty());
    }
  }

  @Test
  void isRefusedEverythingElse() throws Exception {
    String own = Topics.log("c0", ALICE);
    for (String topic :
        List.of(
            Topics.log("c0", BOB), Topics.accounts(), Topics.jobs("c0"), Topics.snapshots("c0"))) {
      try (Producer<byte[], byte[]> producer = producer(principal(ALICE, 1))) {
        assertRefused(() -> send(producer, topic));
      }
      TopicPartition partition = new TopicPartition(topic, 0);
      try (KafkaConsumer<byte[], byte[]> consumer =
          new KafkaConsumer<>(
              as(principal(ALICE, 1)), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
        consumer.assign(List.of(partition));
        assertThrows(AuthorizationException.class, () -> consumer.endOffsets(List.of(partition)));
      }
    }
    try (Admin owner = Admin.create(as(principal(ALICE, 1)))) {
      assertEquals(List.of(own), List.copyOf(get(owner.listTopics().names())));
      assertRefused(
          () -> get(owner.createTopics(List.of(new NewTopic("mine", 1, (short) 1))).all()));
      assertRefused(() -> get(owner.deleteTopics(List.of(own)).all()));
      assertRefused(() ->
          get(
              owner
                  .deleteRecords(
                      Map.of(new TopicPartition(own, 0), RecordsToDelete.beforeOffset(1)))
                  .all()));
      assertRefused(() -> get(owner.describeAcls(AclBindingFilter.ANY).values()));
      assertRefused(() -> get(owner.createAcls(List.of(denial(principal(BOB, 1), own))).all()));
      assertRefused(() ->
          get(
              owner
                  .alterUserScramCredentials(
                      List.of(
                          new UserScramCredentialUpsertion(
                              principal(BOB, 1),
                              new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096),
                              "stolen")))
                  .all()));
    }
  }

  @Test
  void isStoppedOnItsLiveConnectionWhenItIsRevoked() throws Exception {
    String log = Topics.log("c0", ALICE);
    try (Producer<byte[], byte[]> revoked = producer(principal(ALICE, 2));
        Producer<byte[], byte[]> next = producer(principal(ALICE, 3))) {
      send(revoked, log);
      send(next, log);
      get(admin.createAcls(List.of(denial(principal(ALICE, 2), log))).all());
      Await.until(
          "the live writer is refused",
          Duration.ofSeconds(30),
          () -> {
            try {
              send(revoked, log);
              return false;
            } catch (ExecutionException e) {
              assertInstanceOf(AuthorizationException.class, e.getCause());
              return true;
            }
          });
      long end = send(next, log);
      assertRefused(() -> send(revoked, log));
      assertEquals(end + 1, send(next, log));
      try (Producer<byte[], byte[]> again = producer(principal(ALICE, 2))) {
        assertRefused(() -> send(again, log));
      }
    }
  }

  private static AclBinding denial(String principal, String topic) {
    return new AclBinding(
        new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
        new AccessControlEntry("User:" + principal, "*", AclOperation.ALL, AclPermissionType.DENY));
  }

  @Test
  void needsItsPassword() {
    Map<String, Object> properties =
        new HashMap<>(
            config.kafkaClientProperties(
                config.ownerBootstrapServers(), principal(BOB, 1), "a guess"));
    try (Admin thief = Admin.create(properties)) {
      ExecutionException e =
          assertThrows(
              ExecutionException.class,
              () -> thief.describeCluster().clusterId().get(SECONDS, TimeUnit.SECONDS));
      assertInstanceOf(SaslAuthenticationException.class, e.getCause());
    }
  }
}
