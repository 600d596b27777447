package dev.cairn.compactor;

import dev.cairn.compactor.log.LogAbsentException;
import dev.cairn.compactor.log.LogUnavailableException;
import dev.cairn.compactor.work.CompactionResult;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.provider.registry.ServiceSchemas;
import dev.cairn.schemas.avro.CompactionJob;
import dev.cairn.schemas.avro.SnapshotEvent;
import dev.cairn.schemas.names.Topics;
import dev.cairn.schemas.wire.MalformedWireException;
import dev.cairn.schemas.wire.RecordType;
import dev.cairn.schemas.wire.WireFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks for compactions on behalf of an operator, and waits for what they come to. */
public final class CompactionRequests {
  private static final Logger LOG = LoggerFactory.getLogger(CompactionRequests.class);
  private static final int ANSWER_SECONDS = 30;

  private CompactionRequests() {}

  /**
   * What became of a request.
   *
   * @param result what the compaction came to; absent if nobody waited
   */
  public record Requested(String jobId, Optional<CompactionResult> result) {}

  /**
   * Asks for a compaction of one user.
   *
   * @param wait how long to wait for what it comes to; absent: not at all
   * @throws LogAbsentException if the user has no log in any cell
   * @throws LogUnavailableException if Kafka cannot be reached, or nobody answered in time: the
   *     request stands
   */
  public static Requested request(ProviderConfig config, UserId userId, Optional<Duration> wait)
      throws LogUnavailableException {
    WireFormat wireFormat = new WireFormat(ServiceSchemas.lookUp(config));
    String jobId = "operator-" + UUID.randomUUID();
    try (Admin admin = Admin.create(config.kafkaClients().admin())) {
      String cell = cellOf(admin, userId);
      try (Consumer<byte[], byte[]> events = atTheEnd(config, cell);
          Producer<byte[], byte[]> producer = CompactorService.producer(config)) {
        CompactionJob job =
            CompactionJob.newBuilder()
                .setUserId(userId.value())
                .setJobId(jobId)
                .setReason("operator")
                .setRequestedAt(Instant.now().toEpochMilli())
                .build();
        producer
            .send(
                new ProducerRecord<>(
                    Topics.jobs(cell),
                    Bytes.utf8(userId.value()).toByteArray(),
                    wireFormat.encode(job)))
            .get(ANSWER_SECONDS, TimeUnit.SECONDS);
        if (wait.isEmpty()) {
          return new Requested(jobId, Optional.empty());
        }
        return new Requested(
            jobId, Optional.of(await(events, wireFormat, userId, jobId, wait.get())));
      }
    } catch (ExecutionException e) {
      throw new LogUnavailableException("Kafka refused the request", e.getCause());
    } catch (KafkaException | TimeoutException e) {
      throw new LogUnavailableException("Kafka could not be reached; nothing was asked for", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LogUnavailableException("Interrupted while asking for a compaction", e);
    }
  }

  /** The cell in which the user's log is. */
  static String cellOf(Admin admin, UserId userId)
      throws InterruptedException, ExecutionException, TimeoutException, LogAbsentException {
    for (String topic : admin.listTopics().names().get(ANSWER_SECONDS, TimeUnit.SECONDS)) {
      Optional<Topics.LogName> log = Topics.parseLog(topic);
      if (log.isPresent() && log.get().userId().equals(userId.value())) {
        return log.get().cell();
      }
    }
    throw new LogAbsentException("There is no log of user " + userId + " in any cell");
  }

  private static Consumer<byte[], byte[]> atTheEnd(ProviderConfig config, String cell) {
    Map<String, Object> properties = new HashMap<>();
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 50);
    properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_SECONDS * 1000);
    Consumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            config.kafkaClients().consumer(properties),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    TopicPartition partition = new TopicPartition(Topics.snapshots(cell), 0);
    consumer.assign(List.of(partition));
    consumer.seekToEnd(List.of(partition));
    // Seeking is lazy: the position must be known before the request is sent.
    LOG.debug("waiting for events from offset {} on", consumer.position(partition));
    return consumer;
  }

  private static CompactionResult await(
      Consumer<byte[], byte[]> events,
      WireFormat wireFormat,
      UserId userId,
      String jobId,
      Duration wait)
      throws LogUnavailableException {
    long deadline = System.nanoTime() + wait.toNanos();
    while (System.nanoTime() - deadline < 0) {
      for (ConsumerRecord<byte[], byte[]> record : events.poll(Duration.ofMillis(200))) {
        Optional<CompactionResult> result = read(wireFormat, record.value());
        if (result.isPresent()
            && result.get().jobId().equals(jobId)
            && result.get().userId().equals(userId)) {
          return result.get();
        }
      }
    }
    throw new LogUnavailableException(
        "No compactor answered within "
            + wait.toSeconds()
            + " s; the request "
            + jobId
            + " stands, and is done when one runs");
  }

  private static Optional<CompactionResult> read(WireFormat wireFormat, byte[] value) {
    try {
      return CompactionResult.of(
          wireFormat.decode(value, RecordType.SNAPSHOT_EVENT, SnapshotEvent.class));
    } catch (MalformedWireException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
