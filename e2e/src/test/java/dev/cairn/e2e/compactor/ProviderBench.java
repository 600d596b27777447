package dev.cairn.e2e.compactor;

import dev.cairn.cli.local.LocalStackException;
import dev.cairn.cli.local.ServerStack;
import dev.cairn.config.InvalidConfigException;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.record.LogRecord;
import dev.cairn.journal.record.RecordCodec;
import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.provider.topics.InternalTopics;
import dev.cairn.schemas.names.Topics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker and a storage, and owners that write to their logs directly. */
final class ProviderBench implements AutoCloseable {
  private static final RecordCodec CODEC = RecordCodec.withBuiltInSchemas();

  final ServerStack stack;
  final ProviderConfig config;
  final Admin admin;
  private final Producer<byte[], byte[]> producer;

  private ProviderBench(ServerStack stack, ProviderConfig config) {
    this.stack = stack;
    this.config = config;
    this.admin = Admin.create(config.kafkaClientProperties());
    Map<String, Object> properties = config.kafkaClientProperties();
    properties.put("acks", "all");
    this.producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  static ProviderBench start(Path data, Properties overrides)
      throws LocalStackException, InvalidConfigException {
    ServerStack stack = ServerStack.start(data);
    return new ProviderBench(stack, stack.config(overrides));
  }

  /** A new owner whose log holds the genesis. */
  ModelOwner newOwner(long seed) throws Exception {
    UserId userId =
        UserId.parse(
            new Random(seed)
                .ints(UserId.LENGTH, 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString());
    new InternalTopics(admin, config.replicationFactor()).ensureLog(config.cell(), userId.value());
    ModelOwner owner = new ModelOwner(userId, seed);
    append(owner, List.of(owner.genesis()));
    return owner;
  }

  /** The owner commits so many transactions of one put each. */
  void commits(ModelOwner owner, Random random, int count, int maxBytes) throws Exception {
    List<LogRecord> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      records.add(owner.commit(List.of(owner.randomChange(random, 40, maxBytes))));
    }
    append(owner, records);
  }

  void append(ModelOwner owner, List<LogRecord> records) throws Exception {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (LogRecord record : records) {
      sent.add(send(owner.userId(), CODEC.encode(record)));
    }
    for (Future<RecordMetadata> each : sent) {
      each.get(30, TimeUnit.SECONDS);
    }
  }

  Future<RecordMetadata> send(UserId userId, Bytes value) {
    return producer.send(
        new ProducerRecord<>(Topics.log(config.cell(), userId.value()), value.toByteArray()));
  }

  long logStart(UserId userId) throws Exception {
    return offset(userId, OffsetSpec.earliest());
  }

  long logEnd(UserId userId) throws Exception {
    return offset(userId, OffsetSpec.latest());
  }

  private long offset(UserId userId, OffsetSpec which) throws Exception {
    TopicPartition partition = partition(userId);
    return admin
        .listOffsets(Map.of(partition, which))
        .partitionResult(partition)
        .get(30, TimeUnit.SECONDS)
        .offset();
  }

  TopicPartition partition(UserId userId) {
    return new TopicPartition(Topics.log(config.cell(), userId.value()), 0);
  }

  @Override
  public void close() throws LocalStackException {
    producer.close();
    admin.close();
    stack.close();
  }
}
