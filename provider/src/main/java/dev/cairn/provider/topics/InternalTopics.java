package dev.cairn.provider.topics;

import dev.cairn.schemas.names.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.RetriableException;
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
  // A record of ours is below 900 KiB; Kafka's default allows for its batch's header as well.
  private static final long MAX_MESSAGE_BYTES = (1 << 20) + 12;

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

  private List<Setting> durable() {
    List<Setting> settings =
        new ArrayList<>(
            List.of(
                Setting.exactly("cleanup.policy", ""),
                Setting.exactly("retention.ms", KEEP_EVERYTHING),
                Setting.exactly("retention.bytes", KEEP_EVERYTHING),
                Setting.exactly("message.timestamp.type", "LogAppendTime"),
                Setting.exactly("compression.type", "producer"),
                Setting.atLeast("max.message.bytes", MAX_MESSAGE_BYTES)));
    if (replicationFactor == 1) {
      // With one copy only the disk is left; without this a power cut takes what was acknowledged.
      settings.add(Setting.exactly("flush.messages", "1"));
    } else {
      settings.add(Setting.atLeast("min.insync.replicas", replicationFactor - 1L));
      settings.add(Setting.exactly("unclean.leader.election.enable", "false"));
    }
    return settings;
  }

  private static List<Setting> shortLived() {
    return List.of(
        Setting.exactly("cleanup.policy", "delete"),
        Setting.atLeast("retention.ms", TimeUnit.DAYS.toMillis(7)),
        Setting.exactly("message.timestamp.type", "LogAppendTime"));
  }

  private void ensure(String topic, List<Setting> settings)
      throws TopicSettingsException, InterruptedException {
    Map<String, String> configs =
        settings.stream().collect(Collectors.toMap(Setting::key, Setting::value));
    boolean created = true;
    try {
      await(
          admin
              .createTopics(List.of(new NewTopic(topic, 1, replicationFactor).configs(configs)))
              .all());
    } catch (TopicExistsException e) {
      created = false;
    }
    // createTopics answers before the leader is there.
    TopicPartition partition = new TopicPartition(topic, 0);
    awaited(
        () -> admin.listOffsets(Map.of(partition, OffsetSpec.latest())).partitionResult(partition));
    if (!created) {
      check(topic, settings);
    }
  }

  private void check(String topic, List<Setting> settings)
      throws TopicSettingsException, InterruptedException {
    TopicDescription description =
        awaited(() -> admin.describeTopics(List.of(topic)).topicNameValues().get(topic));
    List<String> wrong = new ArrayList<>();
    int partitions = description.partitions().size();
    if (partitions != 1) {
      wrong.add(partitions + " partitions, but its order needs exactly one");
    }
    int replicas = description.partitions().getFirst().replicas().size();
    if (replicas < replicationFactor) {
      wrong.add(replicas + " copies instead of " + replicationFactor);
    }
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    Config config = awaited(() -> admin.describeConfigs(List.of(resource)).values().get(resource));
    for (Setting wanted : settings) {
      ConfigEntry entry = config.get(wanted.key());
      String actual = entry == null ? "" : entry.value();
      if (!wanted.isMetBy(actual)) {
        wrong.add(wanted.key() + "=" + actual + " instead of " + wanted);
      }
    }
    if (!wrong.isEmpty()) {
      throw new TopicSettingsException(
          topic
              + " has "
              + String.join(", ", wrong)
              + ". Data could be lost under that, so nothing uses it; it was left as it is. Set it"
              + " with kafka-configs.sh, or delete the topic if it is not Cairn's, and start again.");
    }
  }

  // Asks again while brokers have not heard of the topic yet.
  private static <T> T awaited(Supplier<KafkaFuture<T>> question) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (true) {
      try {
        return await(question.get());
      } catch (RetriableException notYet) {
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

  private static <T> T await(KafkaFuture<T> future) throws InterruptedException {
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
