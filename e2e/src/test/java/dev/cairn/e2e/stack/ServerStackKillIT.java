package dev.cairn.e2e.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.cli.local.ServerStack;
import dev.cairn.crypto.Bytes;
import dev.cairn.e2e.support.Await;
import dev.cairn.e2e.support.CairnProcess;
import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.provider.store.MinioObjectStore;
import dev.cairn.provider.store.PutResult;
import dev.cairn.provider.topics.InternalTopics;
import dev.cairn.provider.topics.TopicSettingsException;
import dev.cairn.schemas.names.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9 of broker and storage under load: they come back where they were, with what they
 * promised.
 */
final class ServerStackKillIT {
  private static final String USER = "abcdefghijklmnopqrstuvwxyz";
  private static final String LOG = Topics.log("c0", USER);
  private static final int PAYLOAD = 700;

  @TempDir Path directory;

  @Test
  void keepsWhatItAcknowledgedAndItsPorts() throws Exception {
    Path data = directory.resolve("data");
    ProviderConfig config;
    try (ServerStack stack = ServerStack.start(data)) {
      config = stack.config(new Properties());
      try (Admin admin = Admin.create(config.kafkaClientProperties())) {
        InternalTopics topics = new InternalTopics(admin, (short) 1);
        topics.ensureLog("c0", USER);
        topics.ensureAccounts();
        topics.ensureCell("c0");
      }
    }

    ConcurrentSkipListMap<Long, Integer> acknowledged = new ConcurrentSkipListMap<>();
    Bytes object = Bytes.wrap(new byte[3_000_000]);
    try (CairnProcess process = start(data)) {
      assertTrue(process.out().contains(config.bootstrapServers()), process.out());
      refusesASecondProcess(data);
      try (MinioObjectStore store = new MinioObjectStore(config.s3())) {
        assertEquals(PutResult.CREATED, store.putIfAbsent("users/x/one", object));
        writeUntilKilled(config, process, acknowledged);
      }
    }
    assertTrue(acknowledged.size() >= 2_000, "only " + acknowledged.size());

    try (ServerStack stack = ServerStack.start(data)) {
      assertEquals(config.bootstrapServers(), stack.bootstrapServers());
      List<ConsumerRecord<byte[], byte[]>> log = readAll(config);
      assertTrue(log.size() >= acknowledged.size());
      for (int i = 0; i < log.size(); i++) {
        assertEquals(i, log.get(i).offset());
        assertEquals(PAYLOAD, log.get(i).value().length);
      }
      acknowledged.forEach((offset, number) ->
          assertEquals(number, numberOf(log.get(Math.toIntExact(offset)).value())));
      try (MinioObjectStore store = stack.openStore()) {
        assertEquals(Optional.of(object), store.get("users/x/one", object.size()));
        assertEquals(PutResult.ALREADY_THERE, store.putIfAbsent("users/x/one", Bytes.EMPTY));
      }
      checksTheTopicsThatAreThere(config);
    }
  }

  private CairnProcess start(Path data) throws Exception {
    CairnProcess process =
        CairnProcess.startClass(
            directory.resolve("logs"),
            ServerStackMain.class.getName(),
            List.of("-Xmx512m"),
            List.of(data.toString()));
    Await.until(
        "the stack answers",
        Duration.ofSeconds(90),
        () -> {
          if (!process.process().isAlive()) {
            throw new AssertionError(process.err());
          }
          return process.out().contains(ServerStackMain.READY);
        });
    return process;
  }

  private void refusesASecondProcess(Path data) {
    Exception refused =
        Assertions.assertThrows(Exception.class, () -> ServerStack.start(data).close());
    assertTrue(refused.toString().contains("in use by another process"), refused.toString());
  }

  private static void writeUntilKilled(
      ProviderConfig config,
      CairnProcess process,
      ConcurrentSkipListMap<Long, Integer> acknowledged)
      throws Exception {
    Map<String, Object> properties = config.kafkaClientProperties();
    properties.put("acks", "all");
    properties.put("linger.ms", 0);
    properties.put("delivery.timeout.ms", 5_000);
    properties.put("request.timeout.ms", 4_000);
    properties.put("max.block.ms", 5_000);
    CountDownLatch enough = new CountDownLatch(2_000);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      Thread killer =
          new Thread(
              () -> {
                try {
                  Assertions.assertTrue(enough.await(120, TimeUnit.SECONDS));
                  process.kill();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              },
              "killer");
      killer.start();
      for (int i = 0; process.process().isAlive(); i++) {
        int number = i;
        var unused =
            producer.send(
                new ProducerRecord<>(LOG, payload(number)),
                (metadata, failure) -> {
                  if (failure == null) {
                    acknowledged.put(metadata.offset(), number);
                    enough.countDown();
                  }
                });
        if (i % 50 == 49) {
          producer.flush();
        }
      }
      killer.join();
      producer.close(Duration.ZERO);
    }
  }

  private static byte[] payload(int number) {
    byte[] text = "%08d".formatted(number).getBytes(StandardCharsets.US_ASCII);
    byte[] payload = new byte[PAYLOAD];
    System.arraycopy(text, 0, payload, 0, text.length);
    return payload;
  }

  private static int numberOf(byte[] payload) {
    return Integer.parseInt(new String(payload, 0, 8, StandardCharsets.US_ASCII));
  }

  private static List<ConsumerRecord<byte[], byte[]>> readAll(ProviderConfig config) {
    Map<String, Object> properties = config.kafkaClientProperties();
    properties.put("auto.offset.reset", "none");
    TopicPartition partition = new TopicPartition(LOG, 0);
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seek(partition, 0);
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      while (consumer.position(partition) < end) {
        consumer.poll(Duration.ofSeconds(1)).forEach(records::add);
      }
    }
    return records;
  }

  private static void checksTheTopicsThatAreThere(ProviderConfig config) throws Exception {
    try (Admin admin = Admin.create(config.kafkaClientProperties())) {
      InternalTopics topics = new InternalTopics(admin, (short) 1);
      topics.ensureLog("c0", USER);
      topics.ensureAccounts();
      topics.ensureCell("c0");
      ConfigResource log = new ConfigResource(ConfigResource.Type.TOPIC, LOG);
      alter(admin, log, "max.message.bytes", "2000000");
      topics.ensureLog("c0", USER);
      alter(admin, log, "cleanup.policy", "delete");
      alter(admin, log, "flush.messages", "1000");
      TopicSettingsException refused =
          Assertions.assertThrows(TopicSettingsException.class, () -> topics.ensureLog("c0", USER));
      for (String said : List.of(LOG, "cleanup.policy=delete", "flush.messages=1000")) {
        assertTrue(refused.toString().contains(said), refused.toString());
      }
    }
  }

  private static void alter(Admin admin, ConfigResource topic, String key, String value)
      throws Exception {
    AlterConfigOp set = new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET);
    admin.incrementalAlterConfigs(Map.of(topic, List.of(set))).all().get(30, TimeUnit.SECONDS);
    Await.until(
        key + " is " + value,
        Duration.ofSeconds(30),
        () ->
            value.equals(
                admin
                    .describeConfigs(List.of(topic))
                    .all()
                    .get(30, TimeUnit.SECONDS)
                    .getOrDefault(topic, new Config(List.of()))
                    .entries()
                    .stream()
                    .filter(entry -> entry.name().equals(key))
                    .map(ConfigEntry::value)
                    .findFirst()
                    .orElse("")));
  }
}
