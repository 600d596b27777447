package dev.cairn.recovery.provision;

import dev.cairn.crypto.UserId;
import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.provider.topics.InternalTopics;
import dev.cairn.provider.topics.TopicSettingsException;
import dev.cairn.recovery.secrets.ServiceSecrets;
import dev.cairn.schemas.names.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialDeletion;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ResourceNotFoundException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What is done to the broker for owners: topics, credentials, revocation. Every step is idempotent,
 * so that any instance repeats what another began. Thread-safe.
 */
public final class BrokerAccess {
  private static final int DEADLINE_SECONDS = 20;
  private static final int SCRAM_ITERATIONS = 4096;
  private static final long POLL_MS = 50;

  private final Admin admin;
  private final InternalTopics topics;
  private final ProviderConfig config;
  private final ServiceSecrets secrets;

  public BrokerAccess(
      Admin admin, InternalTopics topics, ProviderConfig config, ServiceSecrets secrets) {
    this.admin = admin;
    this.topics = topics;
    this.config = config;
    this.secrets = secrets;
  }

  /** Makes an owner's topic, where it is missing, and waits until it can be written. */
  public void ensureTopic(UserId userId, String cell) throws ProvisioningException {
    try {
      topics.ensureLog(cell, userId.value());
    } catch (TopicSettingsException | KafkaException e) {
      throw new ProvisioningException("the topic of a log is not there", e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Makes a principal's credentials and waits until the broker takes them. */
  public void ensureCredentials(UserId userId, String cell, long epoch)
      throws ProvisioningException {
    String principal = Principals.of(userId, epoch);
    await(
        admin
            .alterUserScramCredentials(
                List.of(
                    new UserScramCredentialUpsertion(
                        principal,
                        new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, SCRAM_ITERATIONS),
                        secrets.scramPassword(principal))))
            .all());
    awaitUntil(
        "the broker takes new credentials",
        () -> !isRefused(config.bootstrapServers(), principal, Topics.log(cell, userId.value())));
  }

  /** Denies everything to a principal and returns when the partition's leader refuses it. */
  public void revoke(UserId userId, String cell, long epoch) throws ProvisioningException {
    String principal = Principals.of(userId, epoch);
    String topic = Topics.log(cell, userId.value());
    await(
        admin
            .createAcls(
                List.of(
                    new AclBinding(
                        new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                        new AccessControlEntry(
                            "User:" + principal,
                            "*",
                            AclOperation.ALL,
                            AclPermissionType.DENY))))
            .all());
    Node leader = leaderOf(topic);
    awaitUntil(
        "the partition's leader refuses the earlier keyserver",
        () -> isRefused(leader.host() + ":" + leader.port(), principal, topic));
    try {
      await(
          admin
              .alterUserScramCredentials(
                  List.of(
                      new UserScramCredentialDeletion(
                          principal, ScramMechanism.SCRAM_SHA_256)))
              .all());
    } catch (ProvisioningException e) {
      if (!(e.getCause() instanceof ResourceNotFoundException)) {
        throw e;
      }
    }
  }

  /** End of an owner's log. */
  public long endOffset(UserId userId, String cell) throws ProvisioningException {
    TopicPartition partition = new TopicPartition(Topics.log(cell, userId.value()), 0);
    return await(
            admin.listOffsets(Map.of(partition, OffsetSpec.latest())).partitionResult(partition))
        .offset();
  }

  private Node leaderOf(String topic) throws ProvisioningException {
    Node leader =
        await(admin.describeTopics(List.of(topic)).topicNameValues().get(topic))
            .partitions()
            .get(0)
            .leader();
    if (leader == null) {
      throw new ProvisioningException(topic + " has no leader now");
    }
    return leader;
  }

  // A fresh client knows no other broker than the one it is pointed at: its first answer is that
  // broker's own.
  private boolean isRefused(String bootstrap, String principal, String topic) {
    Map<String, Object> properties =
        new HashMap<>(
            config.kafkaClientProperties(bootstrap, principal, secrets.scramPassword(principal)));
    properties.put("auto.offset.reset", "none");
    properties.put("enable.auto.commit", "false");
    properties.put("allow.auto.create.topics", "false");
    properties.put("default.api.timeout.ms", "5000");
    TopicPartition partition = new TopicPartition(topic, 0);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.endOffsets(List.of(partition));
      return false;
    } catch (AuthorizationException | AuthenticationException e) {
      return true;
    }
  }

  @FunctionalInterface
  private interface Condition {
    boolean holds() throws ProvisioningException;
  }

  private static void awaitUntil(String what, Condition condition) throws ProvisioningException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (true) {
      try {
        if (condition.holds()) {
          return;
        }
      } catch (KafkaException e) {
        throw new ProvisioningException("waiting until " + what + " failed", e);
      }
      if (System.nanoTime() > deadline) {
        throw new ProvisioningException("after " + DEADLINE_SECONDS + " s still not: " + what);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MS));
      if (Thread.interrupted()) {
        throw interrupted(new InterruptedException());
      }
    }
  }

  private static <T> T await(KafkaFuture<T> future) throws ProvisioningException {
    CompletableFuture<T> waiting = future.toCompletionStage().toCompletableFuture();
    try {
      return waiting.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new ProvisioningException("the broker refuses", cause);
    } catch (TimeoutException e) {
      throw new ProvisioningException("the broker does not answer", e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static ProvisioningException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new ProvisioningException("interrupted", e);
  }
}
