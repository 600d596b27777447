package dev.cairn.bench.publish;

import dev.cairn.bench.stack.Latencies;
import dev.cairn.provider.config.ProviderConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Kafka's own producer, on topics with the settings of a log. */
final class BareProducer {
  private final ProviderConfig config;

  BareProducer(ProviderConfig config) {
    this.config = config;
  }

  /** A topic as durable as a user's log. */
  void createTopic(String topic) throws InterruptedException {
    try (Admin admin = Admin.create(config.kafkaClientProperties())) {
      NewTopic made = new NewTopic(topic, Optional.of(1), Optional.empty());
      made.configs(
          Map.of(
              "flush.messages", "1",
              "message.timestamp.type", "LogAppendTime",
              "max.message.bytes", "1048576",
              "segment.bytes", "67108864",
              "retention.ms", "-1"));
      admin.createTopics(List.of(made)).all().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("The topic could not be made", e.getCause());
    }
  }

  /** One record at a time, each acknowledged by all before the next; {@code linger.ms=0}. */
  Latencies oneAtATime(String topic, byte[] value, int count) throws InterruptedException {
    Map<String, Object> properties = new HashMap<>(config.kafkaClientProperties());
    properties.put("acks", "all");
    properties.put("linger.ms", 0);
    properties.put("enable.idempotence", true);
    Latencies latencies = new Latencies(count);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int i = -count / 10; i < count; i++) {
        long began = System.nanoTime();
        producer.send(new ProducerRecord<>(topic, value)).get();
        if (i >= 0) {
          latencies.add(System.nanoTime() - began);
        }
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("The broker refused a record", e.getCause());
    }
    return latencies;
  }
}
