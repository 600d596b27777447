package dev.cairn.cli.demo;

import dev.cairn.crypto.UserId;
import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.schemas.names.Topics;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;

/** How many bytes of a user's log the brokers hold. */
final class LogSize {
  private static final int SECONDS = 20;

  private LogSize() {}

  /** The size of the largest copy; empty where the brokers do not say: it is only a figure. */
  static OptionalLong of(ProviderConfig config, UserId user) throws InterruptedException {
    try (Admin admin = Admin.create(config.kafkaClients().admin())) {
      return admin
          .describeLogDirs(
              admin.describeCluster().nodes().get(SECONDS, TimeUnit.SECONDS).stream()
                  .map(Node::id)
                  .toList())
          .allDescriptions()
          .get(SECONDS, TimeUnit.SECONDS)
          .values()
          .stream()
          .flatMap(directories -> directories.values().stream())
          .map(LogDirDescription::replicaInfos)
          .flatMap(replicas -> replicas.entrySet().stream())
          .filter(replica -> isOf(replica.getKey(), user))
          .map(Map.Entry::getValue)
          .mapToLong(replica -> replica.size())
          .max();
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      return OptionalLong.empty();
    }
  }

  private static boolean isOf(TopicPartition partition, UserId user) {
    return Topics.parseLog(partition.topic())
        .filter(name -> name.userId().equals(user.value()))
        .isPresent();
  }
}
