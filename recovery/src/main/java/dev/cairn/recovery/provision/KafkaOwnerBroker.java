package dev.cairn.recovery.provision;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.provider.topics.InternalTopics;
import dev.cairn.provider.topics.TopicSettingsException;
import dev.cairn.recovery.quota.WriteRates;
import dev.cairn.recovery.secrets.ServiceSecrets;
import dev.cairn.schemas.names.Topics;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link OwnerBroker} through Kafka's admin protocol. */
public final class KafkaOwnerBroker implements OwnerBroker {
  private static final int DEADLINE_SECONDS = 20;
  private static final int SCRAM_ITERATIONS = 4096;
  private static final long POLL_MS = 50;
  private static final String PRODUCER_RATE = "producer_byte_rate";
  private static final Logger LOG = LoggerFactory.getLogger(KafkaOwnerBroker.class);

  private final Admin admin;
  private final InternalTopics topics;
  private final ProviderConfig config;
  private final ServiceSecrets secrets;
  private final WriteRates rates;

  public KafkaOwnerBroker(
      Admin admin,
      InternalTopics topics,
      ProviderConfig config,
      ServiceSecrets secrets,
      WriteRates rates) {
    this.admin = admin;
    this.topics = topics;
    this.config = config;
    this.secrets = secrets;
    this.rates = rates;
  }

  @Override
  public void provide(UserId userId, String cell, long epoch) throws ProvisioningException {
    String principal = Principals.of(userId, epoch);
    String topic = Topics.log(cell, userId.value());
    try {
      topics.ensureLog(cell, userId.value());
    } catch (TopicSettingsException | KafkaException e) {
      throw new ProvisioningException("the topic of a log is not there", e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    limitIfPossible(principal, rates.of(userId));
    if (probe(config.bootstrapServers(), principal, topic) == Access.ALLOWED) {
      return;
    }
    putCredentials(principal);
    awaitUntil(
        "the broker takes new credentials",
        () -> probe(config.bootstrapServers(), principal, topic) == Access.ALLOWED);
  }

  @Override
  public void limit(UserId userId, long epoch) throws ProvisioningException {
    limit(Principals.of(userId, epoch), rates.of(userId));
  }

  // A backup matters more than its rate.
  private void limitIfPossible(String principal, OptionalLong rate) {
    try {
      limit(principal, rate);
    } catch (ProvisioningException e) {
      LOG.warn(
          "the write rate of {} is as it was: {}. Nothing is lost; it is set with its next"
              + " connection",
          principal,
          e.getMessage());
    }
  }

  // Kafka writes nothing where it is so already. It answers a producer that was too fast at once,
  // and takes its next request later: records are delayed, never refused.
  private void limit(String principal, OptionalLong rate) throws ProvisioningException {
    @Nullable Double value = rate.isPresent() ? (double) rate.getAsLong() : null;
    await(
        admin
            .alterClientQuotas(
                List.of(
                    new ClientQuotaAlteration(
                        new ClientQuotaEntity(Map.of(ClientQuotaEntity.USER, principal)),
                        List.of(new ClientQuotaAlteration.Op(PRODUCER_RATE, value)))))
            .all());
  }

  @Override
  public void revoke(UserId userId, String cell, long epoch) throws ProvisioningException {
    String principal = Principals.of(userId, epoch);
    String topic = Topics.log(cell, userId.value());
    try {
      topics.ensureLog(cell, userId.value());
    } catch (TopicSettingsException | KafkaException e) {
      throw new ProvisioningException("the topic of a log is not there", e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    await(
        admin
            .createAcls(
                List.of(
                    new AclBinding(
                        new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                        new AccessControlEntry(
                            "User:" + principal, "*", AclOperation.ALL, AclPermissionType.DENY))))
            .all());
    // A connection that is open outlives its credentials: only a leader that knows the principal
    // and denies it the topic denies it on every connection. So credentials must be there to see
    // it.
    putCredentials(principal);
    awaitUntil(
        "the partition's leader refuses the earlier keyserver",
        () -> probe(leaderOf(topic), principal, topic) == Access.DENIED);
    voidCredentials(principal);
    limitIfPossible(principal, OptionalLong.empty());
  }

  /**
   * Takes the denial of a principal back; its credentials come with its next connection. No effect
   * where it was not denied.
   */
  public void readmit(UserId userId, String cell, long epoch) throws ProvisioningException {
    await(
        admin
            .deleteAcls(
                List.of(
                    new AclBindingFilter(
                        new ResourcePatternFilter(
                            ResourceType.TOPIC,
                            Topics.log(cell, userId.value()),
                            PatternType.LITERAL),
                        new AccessControlEntryFilter(
                            "User:" + Principals.of(userId, epoch),
                            "*",
                            AclOperation.ALL,
                            AclPermissionType.DENY))))
            .all());
  }

  private void putCredentials(String principal) throws ProvisioningException {
    putCredentials(principal, secrets.scramPassword(principal));
  }

  // Not a deletion: a broker that replays a metadata log with one may come back without any SCRAM
  // credentials at all. ScramDelta.apply drops the map of a mechanism that a deletion leaves empty,
  // and goes on filling the dropped one (seen in Kafka 4.3.1). A password that nobody has ever
  // known
  // shuts the principal out as well.
  private void voidCredentials(String principal) throws ProvisioningException {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    putCredentials(principal, Bytes.wrap(random).base64Url());
  }

  private void putCredentials(String principal, String password) throws ProvisioningException {
    await(
        admin
            .alterUserScramCredentials(
                List.of(
                    new UserScramCredentialUpsertion(
                        principal,
                        new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, SCRAM_ITERATIONS),
                        password)))
            .all());
  }

  @Override
  public long endOffset(UserId userId, String cell) throws ProvisioningException {
    TopicPartition partition = new TopicPartition(Topics.log(cell, userId.value()), 0);
    return await(
            admin.listOffsets(Map.of(partition, OffsetSpec.latest())).partitionResult(partition))
        .offset();
  }

  private String leaderOf(String topic) throws ProvisioningException {
    return await(admin.describeTopics(List.of(topic)).allTopicNames()).values().stream()
        .flatMap(description -> description.partitions().stream())
        .flatMap(partition -> Stream.ofNullable(partition.leader()))
        .findFirst()
        .map(leader -> leader.host() + ":" + leader.port())
        .orElseThrow(() -> new ProvisioningException(topic + " has no leader now"));
  }

  /** What a broker lets a principal do with a topic. */
  private enum Access {
    ALLOWED,
    DENIED,
    UNKNOWN_PRINCIPAL
  }

  // A fresh client knows no other broker than the one it is pointed at: its first answer is that
  // broker's own.
  private Access probe(String bootstrap, String principal, String topic) {
    Map<String, Object> properties =
        new HashMap<>(
            config.kafkaClientProperties(bootstrap, principal, secrets.scramPassword(principal)));
    properties.put("auto.offset.reset", "none");
    properties.put("enable.auto.commit", "false");
    properties.put("allow.auto.create.topics", "false");
    properties.put("default.api.timeout.ms", "5000");
    TopicPartition partition = new TopicPartition(topic, 0);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.endOffsets(List.of(partition));
      return Access.ALLOWED;
    } catch (AuthorizationException e) {
      return Access.DENIED;
    } catch (AuthenticationException e) {
      return Access.UNKNOWN_PRINCIPAL;
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
