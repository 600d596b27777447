package dev.cairn.provider.topics;

import dev.cairn.schemas.names.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Makes the topics that services need and checks the ones that exist. Idempotent: any instance may
 * do it at any time. Thread-safe as its {@link Admin} is.
 *
 * <p>Nothing but {@code deleteRecords} may remove data, and the broker's clock stamps every record:
 * an owner's clock drives no policy.
 */
public final class InternalTopics {
  private static final int DEADLINE_SECONDS = 30;
  private static final String KEEP_EVERYTHING = "-1";

  private final Admin admin;
  private final short replicationFactor;

  public InternalTopics(Admin admin, short replicationFactor) {
    this.admin = admin;
    this.replicationFactor = replicationFactor;
  }

  /** The topic of all accounts' commands. */
  public void ensureAccounts() throws TopicSettingsException, InterruptedException {
    ensure(Topics.accounts(), durable());
  }

  /** Jobs and snapshot events of a cell. */
  public void ensureCell(String cell) throws TopicSettingsException, InterruptedException {
    ensure(Topics.jobs(cell), shortLived());
    ensure(Topics.snapshots(cell), durable());
  }

  /** A user's log; returns when it can be written. */
  public void ensureLog(String cell, String userId)
      throws TopicSettingsException, InterruptedException {
    ensure(Topics.log(cell, userId), durable());
  }

  private Map<String, String> durable() {
    Map<String, String> settings = new HashMap<>();
    settings.put("cleanup.policy", "");
    settings.put("retention.ms", KEEP_EVERYTHING);
    settings.put("retention.bytes", KEEP_EVERYTHING);
    settings.put("message.timestamp.type", "LogAppendTime");
    settings.put("max.message.bytes", "1048588");
    if (replicationFactor == 1) {
      // With one copy only the disk is left; without this a power cut takes what was acknowledged.
      settings.put("flush.messages", "1");
    } else {
      settings.put("min.insync.replicas", Integer.toString(Math.max(1, replicationFactor - 1)));
    }
    return settings;
  }

  private Map<String, String> shortLived() {
    Map<String, String> settings = new HashMap<>();
    settings.put("cleanup.policy", "delete");
    settings.put("retention.ms", Long.toString(TimeUnit.DAYS.toMillis(7)));
    settings.put("message.timestamp.type", "LogAppendTime");
    return settings;
  }

  private void ensure(String topic, Map<String, String> settings)
      throws TopicSettingsException, InterruptedException {
    try {
      await(
          admin
              .createTopics(List.of(new NewTopic(topic, 1, replicationFactor).configs(settings)))
              .all()
              .toCompletionStage()
              .toCompletableFuture());
    } catch (TopicExistsException e) {
      check(topic, settings);
    }
    awaitWritable(topic);
  }

  private void check(String topic, Map<String, String> settings)
      throws TopicSettingsException, InterruptedException {
    TopicDescription description =
        await(
            admin
                .describeTopics(List.of(topic))
                .topicNameValues()
                .get(topic)
                .toCompletionStage()
                .toCompletableFuture());
    if (description.partitions().size() != 1) {
      throw new TopicSettingsException(
          topic
              + " has "
              + description.partitions().size()
              + " partitions; its order needs exactly one. It was left as it is: delete it if it is"
              + " not ours.");
    }
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    Config config =
        await(
            admin
                .describeConfigs(List.of(resource))
                .values()
                .get(resource)
                .toCompletionStage()
                .toCompletableFuture());
    for (Map.Entry<String, String> wanted : settings.entrySet()) {
      ConfigEntry entry = config.get(wanted.getKey());
      String actual = entry == null ? "" : entry.value();
      if (!wanted.getValue().equals(actual)) {
        throw new TopicSettingsException(
            topic
                + " has "
                + wanted.getKey()
                + "="
                + actual
                + " instead of "
                + wanted.getValue()
                + "; data could be lost under that. It was left as it is: set it with"
                + " kafka-configs.sh and start again.");
      }
    }
  }

  private void awaitWritable(String topic) throws InterruptedException {
    TopicPartition partition = new TopicPartition(topic, 0);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (true) {
      try {
        await(
            admin
                .listOffsets(Map.of(partition, OffsetSpec.latest()))
                .partitionResult(partition)
                .toCompletionStage()
                .toCompletableFuture());
        return;
      } catch (KafkaException notYet) {
        // createTopics answers before the leader is there.
        if (System.nanoTime() > deadline) {
          throw notYet;
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
    }
  }

  private static <T> T await(java.util.concurrent.CompletableFuture<T> future)
      throws InterruptedException {
    try {
      return future.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof KafkaException kafka) {
        throw kafka;
      }
      throw new KafkaException("asking Kafka failed", e.getCause());
    } catch (TimeoutException e) {
      throw new org.apache.kafka.common.errors.TimeoutException(
          "Kafka did not answer within " + DEADLINE_SECONDS + " s", e);
    }
  }
}
