package dev.cairn.compactor.log;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.provider.config.KafkaClients;
import dev.cairn.schemas.names.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The logs of a cell on Kafka. An open log is one consumer, by assign and seek, of no group.
 * Thread-safe.
 */
public final class KafkaUserLogs implements UserLogs, AutoCloseable {
  private static final int FETCH_BYTES = 8 * 1024 * 1024;
  private static final Duration ANSWER = Duration.ofSeconds(30);

  private final String cell;
  private final KafkaClients clients;
  private final Admin admin;

  /**
   * For one cell.
   *
   * @param clients how to make Kafka clients
   */
  public KafkaUserLogs(String cell, KafkaClients clients) {
    this.cell = cell;
    this.clients = clients;
    this.admin = Admin.create(clients.admin());
  }

  @Override
  public UserLog open(UserId userId) throws LogUnavailableException {
    TopicPartition partition = partition(userId);
    try {
      await(admin.describeTopics(List.of(partition.topic())).allTopicNames(), "finding the log");
    } catch (LogUnavailableException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        throw new LogAbsentException("There is no log of user " + userId + " in cell " + cell);
      }
      throw e;
    }
    Map<String, Object> properties = new HashMap<>();
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
    properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES);
    properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 50);
    properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) ANSWER.toMillis());
    try {
      Consumer<byte[], byte[]> consumer =
          new KafkaConsumer<>(
              clients.consumer(properties),
              new ByteArrayDeserializer(),
              new ByteArrayDeserializer());
      consumer.assign(List.of(partition));
      return new KafkaUserLog(consumer, partition);
    } catch (KafkaException e) {
      throw new LogUnavailableException("Opening the log of user " + userId + " failed", e);
    }
  }

  @Override
  public void setCompacted(UserId userId, long offset) throws LogUnavailableException {
    await(
        admin
            .alterConsumerGroupOffsets(
                Topics.compactedGroup(cell),
                Map.of(partition(userId), new OffsetAndMetadata(offset)))
            .all(),
        "setting the compacted position");
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(5));
  }

  private TopicPartition partition(UserId userId) {
    return new TopicPartition(Topics.log(cell, userId.value()), 0);
  }

  private static <T> T await(KafkaFuture<T> future, String doing) throws LogUnavailableException {
    try {
      return future.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new LogUnavailableException("Kafka refused " + doing, e.getCause());
    } catch (TimeoutException e) {
      throw new LogUnavailableException("Kafka did not answer in time: " + doing, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LogUnavailableException("Interrupted while " + doing, e);
    }
  }

  private final class KafkaUserLog implements UserLog {
    private final Consumer<byte[], byte[]> consumer;
    private final TopicPartition partition;

    KafkaUserLog(Consumer<byte[], byte[]> consumer, TopicPartition partition) {
      this.consumer = consumer;
      this.partition = partition;
    }

    @Override
    public LogExtent extent() throws LogUnavailableException {
      try {
        long end = offset(consumer.endOffsets(List.of(partition)));
        long start = offset(consumer.beginningOffsets(List.of(partition)));
        return new LogExtent(start, Math.max(start, end));
      } catch (KafkaException e) {
        throw unavailable(e);
      }
    }

    private long offset(Map<TopicPartition, Long> answer) throws LogUnavailableException {
      Long offset = answer.get(partition);
      if (offset == null) {
        throw new LogUnavailableException("Kafka says nothing about " + partition.topic());
      }
      return offset;
    }

    @Override
    public <E extends Exception> void read(long from, long toExclusive, Visitor<E> visitor)
        throws LogUnavailableException, E {
      if (from >= toExclusive) {
        return;
      }
      try {
        consumer.seek(partition, from);
        long quietSince = System.nanoTime();
        while (true) {
          ConsumerRecords<byte[], byte[]> polled = consumer.poll(Duration.ofMillis(500));
          List<LogEntry> entries = new ArrayList<>(polled.count());
          for (ConsumerRecord<byte[], byte[]> record : polled.records(partition)) {
            if (record.offset() < toExclusive) {
              byte[] value = record.value();
              entries.add(
                  new LogEntry(record.offset(), value == null ? Bytes.EMPTY : Bytes.wrap(value)));
            }
          }
          if (!entries.isEmpty()) {
            quietSince = System.nanoTime();
            if (!visitor.visit(entries)) {
              return;
            }
          }
          if (consumer.position(partition, ANSWER) >= toExclusive) {
            return;
          }
          if (System.nanoTime() - quietSince > ANSWER.toNanos()) {
            throw new LogUnavailableException(
                "Kafka gave nothing of " + partition.topic() + " for " + ANSWER.toSeconds() + " s");
          }
        }
      } catch (OffsetOutOfRangeException e) {
        throw new LogTruncatedException(
            partition.topic() + " does not hold offset " + from + " any more");
      } catch (KafkaException e) {
        throw unavailable(e);
      }
    }

    @Override
    public void truncateBefore(long offset) throws LogUnavailableException {
      if (offset < 0) {
        throw new IllegalArgumentException("Only an exact offset: -1 would delete everything");
      }
      await(
          admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(offset))).all(),
          "truncating the log");
    }

    @Override
    public void close() {
      consumer.close(CloseOptions.timeout(Duration.ofSeconds(2)));
    }

    private LogUnavailableException unavailable(KafkaException e) {
      if (e instanceof InterruptException) {
        Thread.currentThread().interrupt();
      }
      return new LogUnavailableException("Reading " + partition.topic() + " failed", e);
    }
  }
}
