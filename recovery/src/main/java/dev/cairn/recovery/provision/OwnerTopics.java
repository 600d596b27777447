package dev.cairn.recovery.provision;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.ReplicaInfo;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;

/** Owners' log topics as the provider sees them. Thread-safe as its {@link Admin} is. */
public final class OwnerTopics {
  private static final int DEADLINE_SECONDS = 30;

  private final Admin admin;

  public OwnerTopics(Admin admin) {
    this.admin = admin;
  }

  /** Whether a topic exists. */
  public boolean exists(String topic) throws ProvisioningException {
    return await(admin.listTopics().names()).contains(topic);
  }

  /** Offsets and sizes of those that exist. */
  public Map<String, OwnerLog> describe(List<String> topics) throws ProvisioningException {
    Set<String> there = await(admin.listTopics().names());
    List<TopicPartition> partitions =
        topics.stream().filter(there::contains).map(topic -> new TopicPartition(topic, 0)).toList();
    if (partitions.isEmpty()) {
      return Map.of();
    }
    Map<TopicPartition, ListOffsetsResultInfo> starts = offsets(partitions, OffsetSpec.earliest());
    Map<TopicPartition, ListOffsetsResultInfo> ends = offsets(partitions, OffsetSpec.latest());
    Map<TopicPartition, Long> sizes = sizes();
    Map<String, OwnerLog> logs = new HashMap<>();
    for (TopicPartition partition : partitions) {
      ListOffsetsResultInfo start = starts.get(partition);
      ListOffsetsResultInfo end = ends.get(partition);
      if (start != null && end != null) {
        logs.put(
            partition.topic(),
            new OwnerLog(
                partition.topic(),
                start.offset(),
                end.offset(),
                sizes.getOrDefault(partition, 0L)));
      }
    }
    return logs;
  }

  private Map<TopicPartition, ListOffsetsResultInfo> offsets(
      List<TopicPartition> partitions, OffsetSpec spec) throws ProvisioningException {
    return await(
        admin.listOffsets(partitions.stream().collect(Collectors.toMap(p -> p, p -> spec))).all());
  }

  private Map<TopicPartition, Long> sizes() throws ProvisioningException {
    List<Integer> brokers = await(admin.describeCluster().nodes()).stream().map(Node::id).toList();
    Map<TopicPartition, Long> sizes = new HashMap<>();
    for (Map<String, LogDirDescription> broker :
        await(admin.describeLogDirs(brokers).allDescriptions()).values()) {
      for (LogDirDescription directory : broker.values()) {
        for (Map.Entry<TopicPartition, ReplicaInfo> each : directory.replicaInfos().entrySet()) {
          sizes.merge(each.getKey(), each.getValue().size(), Math::max);
        }
      }
    }
    return sizes;
  }

  /**
   * Removes every record of a topic to which nobody can write any more.
   *
   * @return where it ends
   */
  public long truncate(String topic) throws ProvisioningException {
    TopicPartition partition = new TopicPartition(topic, 0);
    ListOffsetsResultInfo end = offsets(List.of(partition), OffsetSpec.latest()).get(partition);
    if (end == null) {
      throw new ProvisioningException(topic + " does not say where it ends");
    }
    await(admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(end.offset()))).all());
    return end.offset();
  }

  private static <T> T await(KafkaFuture<T> future) throws ProvisioningException {
    try {
      return future.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new ProvisioningException(
          "the broker refuses", e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      throw new ProvisioningException("the broker does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProvisioningException("interrupted", e);
    }
  }
}
