package dev.cairn.compactor.work;

import dev.cairn.compactor.log.LogUnavailableException;
import dev.cairn.schemas.names.Topics;
import dev.cairn.schemas.wire.WireFormat;
import java.time.Clock;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.StringSerializer;

/** Events in the snapshots topic of a cell, keyed by user. */
public final class KafkaCompactionEvents implements CompactionEvents {
  private static final int ANSWER_SECONDS = 60;

  private final String topic;
  private final Producer<byte[], byte[]> producer;
  private final WireFormat wireFormat;
  private final Clock clock;

  /** The producer is the caller's, and acknowledges when all copies are written. */
  public KafkaCompactionEvents(
      String cell, Producer<byte[], byte[]> producer, WireFormat wireFormat, Clock clock) {
    this.topic = Topics.snapshots(cell);
    this.producer = producer;
    this.wireFormat = wireFormat;
    this.clock = clock;
  }

  @Override
  public void emit(CompactionResult result) throws LogUnavailableException {
    try (StringSerializer serializer = new StringSerializer()) {
      producer
          .send(
              new ProducerRecord<>(
                  topic,
                  serializer.serialize(topic, result.userId().value()),
                  wireFormat.encode(result.toEvent(clock.instant()))))
          .get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new LogUnavailableException(
          "The event of a compaction could not be written", e.getCause());
    } catch (KafkaException | TimeoutException e) {
      throw new LogUnavailableException("The event of a compaction could not be written", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LogUnavailableException("Interrupted while an event was written", e);
    }
  }
}
