package dev.cairn.recovery.provision;

import dev.cairn.crypto.UserId;
import dev.cairn.provider.config.KafkaClients;
import dev.cairn.schemas.avro.SnapshotEvent;
import dev.cairn.schemas.names.Topics;
import dev.cairn.schemas.wire.SchemaIds;
import dev.cairn.schemas.wire.WireFormat;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Tells a cell's tracker that nothing of a user waits for a compaction any more. */
public final class TrackerNotice {
  private static final int DEADLINE_SECONDS = 20;

  private final KafkaClients clients;
  private final WireFormat wire;
  private final Clock clock;

  public TrackerNotice(KafkaClients clients, SchemaIds ids, Clock clock) {
    this.clients = clients;
    this.wire = new WireFormat(ids);
    this.clock = clock;
  }

  /**
   * Tells it.
   *
   * @param endOffset where the user's log ends for ever
   */
  public void nothingLeft(UserId userId, String cell, long endOffset) throws ProvisioningException {
    SnapshotEvent event =
        SnapshotEvent.newBuilder()
            .setUserId(userId.value())
            .setJobId("deleted-" + UUID.randomUUID())
            .setKind("UNCHANGED")
            .setKeyVersion(0)
            .setEpoch(0)
            .setIndex(0)
            .setSequence(0)
            .setEntries(0)
            .setBytes(0)
            .setPosition(endOffset)
            .setTime(clock.millis())
            .setDetail("the account is deleted")
            .build();
    Map<String, Object> properties =
        clients.producer(
            Map.of(
                "acks", "all",
                "max.block.ms", "10000",
                "delivery.timeout.ms", "15000",
                "request.timeout.ms", "10000",
                "linger.ms", "0"));
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    try {
      producer
          .send(
              new ProducerRecord<>(
                  Topics.snapshots(cell),
                  userId.value().getBytes(StandardCharsets.US_ASCII),
                  wire.encode(event)))
          .get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      throw new ProvisioningException("the cell's tracker cannot be told", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProvisioningException("interrupted", e);
    } finally {
      producer.close(Duration.ofSeconds(5));
    }
  }
}
