package dev.cairn.e2e.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.e2e.support.Await;
import dev.cairn.e2e.support.RealKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The servers that other tests stand on: three of them, one of which dies under a writer. */
final class RealServersIT {
  private static final String TOPIC = "three-copies";

  @TempDir Path directory;

  @Test
  void aClusterLosesNothingWhenOneServerIsKilled() throws Exception {
    try (RealKafka kafka = RealKafka.start(directory, 3, new Properties(), false);
        Admin admin = Admin.create(kafka.clientProperties())) {
      admin
          .createTopics(List.of(new NewTopic(TOPIC, 1, (short) 3)))
          .all()
          .get(60, TimeUnit.SECONDS);
      int leader = leader(admin);
      Map<String, Object> properties = kafka.clientProperties();
      properties.put("acks", "all");
      try (KafkaProducer<byte[], byte[]> producer =
          new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
        assertEquals(0, send(producer));
        kafka.kill(leader - 1);
        assertEquals(1, send(producer));
        assertEquals(2, send(producer));
      }
      assertTrue(leader(admin) != leader);
      kafka.restart(leader - 1);
      Await.until(
          "all three have a copy again",
          Duration.ofMinutes(3),
          () -> partition(admin).isr().size() == 3);
    }
  }

  private static long send(KafkaProducer<byte[], byte[]> producer) throws Exception {
    return producer
        .send(new ProducerRecord<>(TOPIC, new byte[] {1}))
        .get(180, TimeUnit.SECONDS)
        .offset();
  }

  private static int leader(Admin admin) throws Exception {
    return partition(admin).leader().id();
  }

  private static TopicPartitionInfo partition(Admin admin) throws Exception {
    return admin
        .describeTopics(List.of(TOPIC))
        .allTopicNames()
        .get(60, TimeUnit.SECONDS)
        .values()
        .iterator()
        .next()
        .partitions()
        .getFirst();
  }
}
