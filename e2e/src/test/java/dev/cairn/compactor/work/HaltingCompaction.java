package dev.cairn.compactor.work;

import dev.cairn.compactor.log.KafkaUserLogs;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.merge.SnapshotMerge;
import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.provider.store.MinioObjectStore;
import dev.cairn.schemas.wire.SchemaIds;
import dev.cairn.schemas.wire.WireFormat;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Main class of a child process: one compaction, which halts the process at an arrow. */
public final class HaltingCompaction {
  /** Exit code of a process that was halted at the arrow. */
  public static final int HALTED = 86;

  private HaltingCompaction() {}

  /** Arguments: provider.properties, user id, crash point. Exit 0 if the point was not reached. */
  public static void main(String[] arguments) throws Exception {
    String point = arguments[2];
    run(
        ProviderConfig.load(Path.of(arguments[0])),
        UserId.parse(arguments[1]),
        reached -> {
          if (reached.name().equals(point)) {
            Runtime.getRuntime().halt(HALTED);
          }
        });
  }

  /** One compaction in this process. */
  public static CompactionResult run(ProviderConfig config, UserId userId, CrashPoints crashPoints)
      throws Exception {
    Map<String, Object> properties = new HashMap<>(config.kafkaClientProperties());
    properties.put("acks", "all");
    try (MinioObjectStore store = new MinioObjectStore(config.s3());
        KafkaUserLogs logs = new KafkaUserLogs(config.cell(), config.kafkaClients());
        Producer<byte[], byte[]> producer =
            new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      return new Compaction(
              store,
              logs,
              new KafkaCompactionEvents(
                  config.cell(), producer, new WireFormat(SchemaIds.builtIn()), Clock.systemUTC()),
              new CompactionSettings(
                  config.stateDir().resolve("child"),
                  config.compactionMemoryBytes(),
                  config.snapshotsKeep(),
                  config.sweepGrace()),
              crashPoints,
              new SnapshotMerge(),
              Clock.systemUTC())
          .run(userId, "halting");
    }
  }
}
