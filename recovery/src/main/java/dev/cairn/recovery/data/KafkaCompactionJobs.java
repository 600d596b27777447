package dev.cairn.recovery.data;

import dev.cairn.provider.config.KafkaClients;
import dev.cairn.recovery.accounts.Account;
import dev.cairn.schemas.avro.CompactionJob;
import dev.cairn.schemas.names.Topics;
import dev.cairn.schemas.wire.SchemaIds;
import dev.cairn.schemas.wire.WireFormat;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** {@link CompactionJobs} on the cell's topic of jobs. */
public final class KafkaCompactionJobs implements CompactionJobs {
  private static final int DEADLINE_SECONDS = 15;

  private final KafkaProducer<byte[], byte[]> producer;
  private final WireFormat wire;
  private final Clock clock;

  public KafkaCompactionJobs(KafkaClients clients, SchemaIds ids, Clock clock) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("acks", "all");
    properties.put("max.block.ms", "10000");
    properties.put("delivery.timeout.ms", "15000");
    properties.put("request.timeout.ms", "10000");
    properties.put("linger.ms", "0");
    this.producer =
        new KafkaProducer<>(
            clients.producer(properties), new ByteArraySerializer(), new ByteArraySerializer());
    this.wire = new WireFormat(ids);
    this.clock = clock;
  }

  @Override
  public String request(Account account) throws JobNotStoredException {
    String jobId = UUID.randomUUID().toString();
    String userId = account.userId().value();
    byte[] value = wire.encode(new CompactionJob(userId, jobId, "owner", clock.millis()));
    try {
      producer
          .send(
              new ProducerRecord<>(
                  Topics.jobs(account.cell()), userId.getBytes(StandardCharsets.US_ASCII), value))
          .get(DEADLINE_SECONDS, TimeUnit.SECONDS);
      return jobId;
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      throw new JobNotStoredException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobNotStoredException(e);
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
  }
}
