package dev.cairn.recovery.data;

import dev.cairn.crypto.AuthorPublicKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.journal.judge.Judge;
import dev.cairn.provider.config.KafkaClients;
import dev.cairn.recovery.accounts.Account;
import dev.cairn.recovery.refusal.Refusal;
import dev.cairn.schemas.names.Topics;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * {@link UserLogs} through a bounded pool of consumers: one costs a megabyte and four descriptors,
 * and is not thread-safe.
 */
public final class KafkaUserLogs implements UserLogs {
  private static final int PAGE_BYTES = 8 << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final Duration RETRY = Duration.ofSeconds(2);

  @FunctionalInterface
  private interface Task<T> {
    T run(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition) throws Refusal;
  }

  private final BlockingQueue<KafkaConsumer<byte[], byte[]>> pool;
  private final int size;

  public KafkaUserLogs(KafkaClients clients, int size) {
    this.size = size;
    this.pool = new ArrayBlockingQueue<>(size);
    Map<String, Object> properties = new HashMap<>();
    properties.put("auto.offset.reset", "none");
    properties.put("enable.auto.commit", "false");
    // A consumer that seeks again waits out its pending fetch.
    properties.put("fetch.max.wait.ms", "5");
    properties.put("fetch.max.bytes", Integer.toString(PAGE_BYTES));
    properties.put("max.partition.fetch.bytes", Integer.toString(PAGE_BYTES));
    properties.put("default.api.timeout.ms", Long.toString(ANSWER.toMillis()));
    properties.put("allow.auto.create.topics", "false");
    for (int i = 0; i < size; i++) {
      pool.add(
          new KafkaConsumer<>(
              clients.consumer(properties),
              new ByteArrayDeserializer(),
              new ByteArrayDeserializer()));
    }
  }

  @Override
  public Optional<Extent> extent(Account account) throws Refusal {
    return use(
        account,
        (consumer, partition) -> {
          try {
            if (consumer.partitionsFor(partition.topic(), ANSWER).isEmpty()) {
              return Optional.empty();
            }
            return Optional.of(extentOf(consumer, partition));
          } catch (UnknownTopicOrPartitionException noTopic) {
            return Optional.empty();
          }
        });
  }

  private static Extent extentOf(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition) {
    long start = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
    long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
    return new Extent(partition.topic(), start, end);
  }

  @Override
  public Page read(Account account, long from) throws Refusal {
    return use(account, (consumer, partition) -> page(consumer, partition, from));
  }

  private static Page page(
      KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, long from) throws Refusal {
    Extent extent = extentOf(consumer, partition);
    if (from < extent.start()) {
      throw Refusal.logTruncated(extent.start());
    }
    if (from >= extent.end()) {
      return new Page(Bytes.EMPTY, from, extent.end());
    }
    consumer.seek(partition, from);
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    long next = from;
    long deadline = System.nanoTime() + ANSWER.toNanos();
    boolean full = false;
    while (!full && next < extent.end()) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(50))) {
        byte[] value = record.value() == null ? new byte[0] : record.value();
        int frame = Long.BYTES + Integer.BYTES + value.length;
        if (record.offset() >= extent.end()) {
          full = true;
          break;
        }
        if (frames.size() > 0 && frames.size() + frame > PAGE_BYTES) {
          full = true;
          break;
        }
        frames.writeBytes(
            ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
                .putLong(record.offset())
                .putInt(value.length)
                .array());
        frames.writeBytes(value);
        next = record.offset() + 1;
      }
      if (!full && frames.size() == 0) {
        next = Math.max(next, consumer.position(partition));
      }
      if (System.nanoTime() > deadline) {
        if (frames.size() == 0) {
          throw Refusal.unavailable("the log does not answer now", RETRY);
        }
        full = true;
      }
    }
    return new Page(Bytes.wrap(frames.toByteArray()), next, extent.end());
  }

  @Override
  public boolean hasAcceptedGenesis(Account account) throws Refusal {
    Optional<Extent> extent = extent(account);
    if (extent.isEmpty() || extent.get().end() == 0) {
      return false;
    }
    if (extent.get().start() > 0) {
      return true;
    }
    Judge judge =
        Judge.fromGenesis(
            account.userId(), Optional.of(new AuthorPublicKey(account.authorPublicKey())));
    return use(
        account,
        (consumer, partition) -> {
          consumer.seek(partition, 0);
          long deadline = System.nanoTime() + ANSWER.toNanos();
          while (consumer.position(partition) < extent.get().end()) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(50))) {
              byte[] value = record.value() == null ? new byte[0] : record.value();
              if (judge.judge(record.offset(), Bytes.copyOf(value)).isAccepted()) {
                return true;
              }
            }
            if (System.nanoTime() > deadline) {
              throw Refusal.unavailable("the log does not answer now", RETRY);
            }
          }
          return false;
        });
  }

  private <T> T use(Account account, Task<T> task) throws Refusal {
    KafkaConsumer<byte[], byte[]> consumer;
    try {
      consumer = pool.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Refusal.unavailable("the service is stopping", RETRY);
    }
    if (consumer == null) {
      throw Refusal.unavailable("too many logs are being read now", RETRY);
    }
    try {
      TopicPartition partition =
          new TopicPartition(Topics.log(account.cell(), account.userId().value()), 0);
      consumer.assign(List.of(partition));
      return task.run(consumer, partition);
    } catch (OffsetOutOfRangeException e) {
      // Truncated between two questions; the next one is answered with the new start.
      throw Refusal.unavailable("the log was truncated just now: ask again", RETRY);
    } catch (TimeoutException e) {
      throw Refusal.unavailable("Kafka does not answer now", RETRY);
    } catch (KafkaException e) {
      throw Refusal.unavailable(
          "the log cannot be read now: " + e.getClass().getSimpleName(), RETRY);
    } finally {
      consumer.unsubscribe();
      pool.add(consumer);
    }
  }

  @Override
  public void close() {
    for (int closed = 0; closed < size; closed++) {
      KafkaConsumer<byte[], byte[]> consumer = pool.poll();
      if (consumer == null) {
        return;
      }
      consumer.close();
    }
  }
}
