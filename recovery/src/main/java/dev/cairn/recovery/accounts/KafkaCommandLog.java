package dev.cairn.recovery.accounts;

import dev.cairn.crypto.Bytes;
import dev.cairn.provider.config.KafkaClients;
import dev.cairn.schemas.names.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** {@link CommandLog} on Kafka. */
public final class KafkaCommandLog implements CommandLog {
  private static final TopicPartition PARTITION = new TopicPartition(Topics.accounts(), 0);
  private static final int DEADLINE_SECONDS = 20;

  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Admin admin;

  /** Where the consumer stands, unless a read has failed half-way. */
  private OptionalLong position = OptionalLong.empty();

  /** {@code admin} stays the caller's. */
  public KafkaCommandLog(KafkaClients clients, Admin admin) {
    this.admin = admin;
    Map<String, Object> forProducer = new HashMap<>();
    forProducer.put("acks", "all");
    forProducer.put("enable.idempotence", "true");
    forProducer.put("linger.ms", "0");
    forProducer.put("max.block.ms", "10000");
    forProducer.put("delivery.timeout.ms", "15000");
    forProducer.put("request.timeout.ms", "10000");
    this.producer =
        new KafkaProducer<>(
            clients.producer(forProducer), new ByteArraySerializer(), new ByteArraySerializer());
    Map<String, Object> forConsumer = new HashMap<>();
    forConsumer.put("auto.offset.reset", "none");
    forConsumer.put("enable.auto.commit", "false");
    forConsumer.put("fetch.max.wait.ms", "5");
    forConsumer.put("default.api.timeout.ms", "10000");
    this.consumer =
        new KafkaConsumer<>(
            clients.consumer(forConsumer),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    consumer.assign(List.of(PARTITION));
  }

  @Override
  public long append(byte[] value) throws AccountsUnavailableException {
    try {
      return producer
          .send(new ProducerRecord<>(PARTITION.topic(), PARTITION.partition(), null, value))
          .get(DEADLINE_SECONDS, TimeUnit.SECONDS)
          .offset();
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      throw new AccountsUnavailableException("appending a command failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AccountsUnavailableException("interrupted", e);
    }
  }

  @Override
  public long startOffset() throws AccountsUnavailableException {
    try {
      return consumer.beginningOffsets(List.of(PARTITION)).getOrDefault(PARTITION, 0L);
    } catch (KafkaException e) {
      throw new AccountsUnavailableException("the accounts topic does not answer", e);
    }
  }

  @Override
  public long endOffset() throws AccountsUnavailableException {
    try {
      return consumer.endOffsets(List.of(PARTITION)).getOrDefault(PARTITION, 0L);
    } catch (KafkaException e) {
      throw new AccountsUnavailableException("the accounts topic does not answer", e);
    }
  }

  @Override
  public void read(long from, long to, Reader reader)
      throws AccountsUnavailableException, UnreadableCommandException, LostCommandsException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    try {
      long next = from;
      // Seeking where the consumer already stands would discard what it has fetched ahead.
      if (position.isEmpty() || position.getAsLong() != from) {
        consumer.seek(PARTITION, from);
      }
      position = OptionalLong.empty();
      while (next < to) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          if (record.offset() >= to) {
            consumer.seek(PARTITION, to);
            break;
          }
          reader.accept(new Entry(record.offset(), record.timestamp(), Bytes.wrap(record.value())));
          deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        }
        next = consumer.position(PARTITION);
        if (next < to && System.nanoTime() > deadline) {
          throw new AccountsUnavailableException("the accounts topic does not answer");
        }
      }
      position = OptionalLong.of(next);
    } catch (LogTruncationException e) {
      // A leader without the records that were read took over: offsets alone would not show it.
      throw new LostCommandsException("the topic's new leader lacks records that were read", e);
    } catch (KafkaException e) {
      throw new AccountsUnavailableException("reading the accounts topic failed", e);
    }
  }

  @Override
  public void truncate(long beforeOffset) throws AccountsUnavailableException {
    try {
      admin
          .deleteRecords(Map.of(PARTITION, RecordsToDelete.beforeOffset(beforeOffset)))
          .all()
          .get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AccountsUnavailableException("truncating the accounts topic failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AccountsUnavailableException("interrupted", e);
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
    consumer.close();
  }
}
