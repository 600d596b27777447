package dev.cairn.compactor.retire;

import dev.cairn.provider.store.ObjectStat;
import dev.cairn.provider.store.ObjectStore;
import dev.cairn.provider.store.StoreUnavailableException;
import dev.cairn.schemas.names.ObjectKeys;
import dev.cairn.schemas.names.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.apache.kafka.common.resource.ResourceType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The empty topics that deleted accounts leave in a cell. Deleting a topic whose records a tracker
 * has read kills the tracker's thread (seen in Kafka Streams 4.3.1: {@code StreamTask.commitNeeded}
 * asks for the position of a partition that is not assigned any more), so they are deleted where no
 * tracker of the cell runs: before one starts.
 */
public final class RetiredLogs {
  private static final Logger LOG = LoggerFactory.getLogger(RetiredLogs.class);
  private static final int DEADLINE_SECONDS = 30;
  private static final int BATCH = 50;

  private final Admin admin;
  private final ObjectStore store;
  private final String cell;

  public RetiredLogs(Admin admin, ObjectStore store, String cell) {
    this.admin = admin;
    this.store = store;
    this.cell = cell;
  }

  /**
   * Deletes them, unless a tracker watches the cell. What fails is left for the next start.
   *
   * @param ownInstance static name of this process in the tracker's group: a place that it left
   *     behind when it was killed is no tracker
   * @return how many topics were deleted
   */
  public int deleteUnlessWatched(String ownInstance) throws InterruptedException {
    try {
      List<String> users =
          store.list(ObjectKeys.deletedLogs(cell)).stream()
              .map(ObjectStat::key)
              .map(key -> key.substring(ObjectKeys.deletedLogs(cell).length()))
              .toList();
      if (users.isEmpty()) {
        return 0;
      }
      if (isWatched(ownInstance)) {
        LOG.info(
            "{} topics of deleted accounts wait until no tracker of cell {} runs",
            users.size(),
            cell);
        return 0;
      }
      for (int from = 0; from < users.size(); from += BATCH) {
        delete(users.subList(from, Math.min(users.size(), from + BATCH)));
      }
      LOG.info("deleted the topics of {} deleted accounts of cell {}", users.size(), cell);
      return users.size();
    } catch (KafkaException | StoreUnavailableException | TimeoutException e) {
      LOG.warn("topics of deleted accounts are left for the next start: {}", e.getMessage());
      return 0;
    }
  }

  private boolean isWatched(String ownInstance) throws InterruptedException, TimeoutException {
    String group = Topics.trackerApplication(cell);
    try {
      return await(admin.describeConsumerGroups(List.of(group)).all()).values().stream()
          .flatMap(description -> description.members().stream())
          .map(member -> member.groupInstanceId())
          .anyMatch(instance -> !isOwn(instance, ownInstance));
    } catch (GroupIdNotFoundException e) {
      return false;
    }
  }

  // Streams appends the number of its thread.
  private static boolean isOwn(Optional<String> instance, String ownInstance) {
    return instance.filter(name -> name.startsWith(ownInstance + "-")).isPresent();
  }

  private void delete(List<String> users)
      throws InterruptedException, TimeoutException, StoreUnavailableException {
    Set<String> topics =
        users.stream().map(user -> Topics.log(cell, user)).collect(Collectors.toSet());
    forgetOffsets(topics);
    Set<String> there = new HashSet<>(await(admin.listTopics().names()));
    there.retainAll(topics);
    for (String topic : there) {
      try {
        await(admin.deleteTopics(List.of(topic)).all());
      } catch (UnknownTopicOrPartitionException gone) {
        LOG.debug("{} is gone already", topic);
      }
    }
    // Nobody has rights to a topic that is gone, and its name never comes back.
    await(admin.deleteAcls(topics.stream().map(RetiredLogs::everyAcl).toList()).all());
    List<String> keys = new ArrayList<>();
    for (String user : users) {
      // A compaction that ran during the deletion may have left a snapshot.
      store.list(ObjectKeys.user(user)).stream().map(ObjectStat::key).forEach(keys::add);
      keys.add(ObjectKeys.deletedLog(cell, user));
    }
    store.delete(keys);
  }

  private void forgetOffsets(Collection<String> topics)
      throws InterruptedException, TimeoutException {
    Set<TopicPartition> partitions =
        topics.stream().map(topic -> new TopicPartition(topic, 0)).collect(Collectors.toSet());
    for (String group : List.of(Topics.compactedGroup(cell), Topics.trackerApplication(cell))) {
      try {
        await(admin.deleteConsumerGroupOffsets(group, partitions).all());
      } catch (KafkaException e) {
        // They expire by themselves.
        LOG.debug("offsets of {} stay: {}", group, e.getMessage());
      }
    }
  }

  private static AclBindingFilter everyAcl(String topic) {
    return new AclBindingFilter(
        new ResourcePatternFilter(ResourceType.TOPIC, topic, PatternType.LITERAL),
        AccessControlEntryFilter.ANY);
  }

  private static <T> T await(KafkaFuture<T> future) throws InterruptedException, TimeoutException {
    try {
      return future.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof KafkaException kafka) {
        throw kafka;
      }
      throw new KafkaException("asking Kafka failed", e.getCause());
    }
  }
}
