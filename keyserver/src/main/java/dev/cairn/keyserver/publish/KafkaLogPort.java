package dev.cairn.keyserver.publish;

import dev.cairn.crypto.Bytes;
import dev.cairn.keyserver.service.BrokerConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log on Kafka.
 *
 * <table>
 * <caption>Producer settings that matter</caption>
 * <tr><th>setting</th><th>value</th><th>why</th></tr>
 * <tr><td>enable.idempotence, acks</td><td>true, all</td><td>retries within one producer neither repeat nor reorder</td></tr>
 * <tr><td>linger.ms</td><td>0</td><td>records are groups already</td></tr>
 * <tr><td>delivery.timeout.ms</td><td>the longest</td><td>a record that is given up voids the producer</td></tr>
 * <tr><td>compression.type</td><td>none</td><td>ciphertext does not compress</td></tr>
 * <tr><td>max.request.size</td><td>1 MiB</td><td>above the largest record</td></tr>
 * </table>
 *
 * <p>An idempotent producer goes on after a failed record and would land the next one behind a
 * hole. So the callback of the failed one first closes the producer, at once: what was queued
 * behind it is then dropped.
 */
public final class KafkaLogPort implements LogPort {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaLogPort.class);
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final int MAX_REQUEST_BYTES = 1024 * 1024;
  private static final int MAX_BLOCK_MILLIS = 10_000;

  private final Map<String, Object> properties;
  private final ClientSettings handedOn;
  private final String topic;
  private final TopicPartition partition;
  private @Nullable Consumer<byte[], byte[]> consumer;

  /** Where the reader stands, unless that is unknown: it has no committed or default position. */
  private OptionalLong standing = OptionalLong.empty();

  public KafkaLogPort(BrokerConnection connection) {
    this(connection, ClientSettings.NONE);
  }

  /** With what the owner hands on to the clients. */
  public KafkaLogPort(BrokerConnection connection, ClientSettings handedOn) {
    this(connection.kafkaClientProperties(), connection.topic(), handedOn);
  }

  private KafkaLogPort(Map<String, Object> properties, String topic, ClientSettings handedOn) {
    this.handedOn = handedOn;
    this.properties = Map.copyOf(properties);
    this.topic = topic;
    this.partition = new TopicPartition(topic, 0);
  }

  private Consumer<byte[], byte[]> consumer() {
    Consumer<byte[], byte[]> open = consumer;
    if (open == null) {
      Map<String, Object> config = new HashMap<>(properties);
      config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
      config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
      config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
      config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 5);
      config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 8 * MAX_REQUEST_BYTES);
      config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1000);
      config.putAll(handedOn.consumer());
      open = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
      open.assign(List.of(partition));
      consumer = open;
    }
    return open;
  }

  @Override
  public LogExtent extent() {
    return translating(
        "Asking for the extent of the log",
        () -> {
          Consumer<byte[], byte[]> reader = consumer();
          long start =
              reader.beginningOffsets(Set.of(partition), READ_TIMEOUT).getOrDefault(partition, 0L);
          long end =
              reader.endOffsets(Set.of(partition), READ_TIMEOUT).getOrDefault(partition, start);
          return new LogExtent(Math.min(start, end), end);
        });
  }

  @Override
  public LogBatch read(long from, long end) {
    return translating(
        "Reading the log",
        () -> {
          Consumer<byte[], byte[]> reader = consumer();
          // A seek to where the reader stands anyway would wait out its pending fetch.
          if (standing.isEmpty() || standing.getAsLong() != from) {
            reader.seek(partition, from);
          }
          standing = OptionalLong.empty();
          long deadline = System.nanoTime() + READ_TIMEOUT.toNanos();
          while (true) {
            ConsumerRecords<byte[], byte[]> polled = reader.poll(POLL);
            List<LogEntry> entries = new ArrayList<>(polled.count());
            for (ConsumerRecord<byte[], byte[]> each : polled) {
              if (each.offset() < end) {
                byte[] value = each.value();
                entries.add(
                    new LogEntry(each.offset(), value == null ? Bytes.EMPTY : Bytes.wrap(value)));
              }
            }
            long position = reader.position(partition, READ_TIMEOUT);
            if (position > from) {
              standing = OptionalLong.of(position);
              return new LogBatch(entries, Math.min(position, end));
            }
            if (System.nanoTime() > deadline) {
              throw new LogUnavailableException(
                  "The log gave nothing at offset " + from + " for " + READ_TIMEOUT,
                  new KafkaException("no records"));
            }
          }
        });
  }

  private <T> T translating(String doing, Supplier<T> work) {
    try {
      return work.get();
    } catch (OffsetOutOfRangeException e) {
      throw new LogUnavailableException(doing + " failed: the log was truncated meanwhile", e);
    } catch (KafkaException e) {
      throw translate(doing, e);
    }
  }

  private static RuntimeException translate(String doing, Exception failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof AuthorizationException || cause instanceof AuthenticationException) {
        return new LogRefusedException(doing + " was refused: " + cause.getMessage(), failure);
      }
    }
    return new LogUnavailableException(doing + " failed: " + failure.getMessage(), failure);
  }

  @Override
  public Sender openSender(SendListener listener) {
    Map<String, Object> config = new HashMap<>(properties);
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    config.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024);
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
    config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
    config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
    config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 64L * 1024 * 1024);
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MILLIS);
    config.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1000);
    config.putAll(handedOn.producer());
    try {
      return new KafkaSender(
          new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer()),
          topic,
          listener);
    } catch (KafkaException e) {
      throw translate("Opening a producer", e);
    }
  }

  @Override
  public void close() {
    Consumer<byte[], byte[]> open = consumer;
    consumer = null;
    if (open != null) {
      // Whoever is interrupted closes too, and Kafka's consumer takes the flag for a failure.
      boolean interrupted = Thread.interrupted();
      try {
        open.close(CloseOptions.timeout(Duration.ofSeconds(1)));
      } catch (KafkaException e) {
        // It only read: nothing is left undone.
        LOG.debug("Closing the consumer failed", e);
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  private static final class KafkaSender implements Sender {
    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;
    private final SendListener listener;

    KafkaSender(KafkaProducer<byte[], byte[]> producer, String topic, SendListener listener) {
      this.producer = producer;
      this.topic = topic;
      this.listener = listener;
    }

    @Override
    public void send(long index, Bytes value) {
      try {
        Future<RecordMetadata> queued =
            producer.send(
                new ProducerRecord<>(topic, 0, null, value.toByteArray()),
                (metadata, failure) -> answered(index, metadata, failure));
        LOG.trace(
            "Record {} is queued: {}", index, queued); // the callback hears what becomes of it
      } catch (KafkaException | IllegalStateException e) {
        // Also when a callback has closed the producer meanwhile: its failure was told first.
        close();
        listener.failed(index, translate("Sending record " + index, e));
      }
    }

    private void answered(
        long index, @Nullable RecordMetadata metadata, @Nullable Exception failure) {
      if (failure != null) {
        close(); // first, so that nothing queued behind it can be sent
        listener.failed(index, translate("Sending record " + index, failure));
      } else {
        listener.acknowledged(
            index,
            metadata != null && metadata.hasOffset()
                ? OptionalLong.of(metadata.offset())
                : OptionalLong.empty());
      }
    }

    @Override
    public void close() {
      try {
        producer.close(Duration.ZERO);
      } catch (InterruptException e) {
        LOG.debug("Closing the producer was not waited for", e); // it ends by itself
      }
    }
  }
}
