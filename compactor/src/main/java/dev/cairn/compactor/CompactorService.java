package dev.cairn.compactor;

import dev.cairn.compactor.catalog.SnapshotCatalog;
import dev.cairn.compactor.catalog.StoredDirectory;
import dev.cairn.compactor.log.KafkaUserLogs;
import dev.cairn.compactor.metrics.WorkMetrics;
import dev.cairn.compactor.retire.RetiredLogs;
import dev.cairn.compactor.track.Tracker;
import dev.cairn.compactor.work.Compaction;
import dev.cairn.compactor.work.CompactionSettings;
import dev.cairn.compactor.work.JobWorkers;
import dev.cairn.compactor.work.KafkaCompactionEvents;
import dev.cairn.crypto.UserId;
import dev.cairn.metrics.Component;
import dev.cairn.metrics.Metric;
import dev.cairn.metrics.Telemetry;
import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.provider.registry.RegistryState;
import dev.cairn.provider.registry.ServiceSchemas;
import dev.cairn.provider.store.MinioObjectStore;
import dev.cairn.provider.store.ObjectStat;
import dev.cairn.provider.store.ObjectStore;
import dev.cairn.provider.store.RetryingObjectStore;
import dev.cairn.provider.store.StoreUnavailableException;
import dev.cairn.provider.topics.InternalTopics;
import dev.cairn.provider.topics.TopicSettingsException;
import dev.cairn.schemas.wire.WireFormat;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tracker and workers of one cell in this process. */
public final class CompactorService implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CompactorService.class);
  private static final long LARGE_BYTES = 256L * 1024 * 1024;
  private static final Pattern INSTANCE_ID = Pattern.compile("[0-9a-f-]{36}");

  private final Tracker tracker;
  private final JobWorkers workers;
  private final KafkaUserLogs logs;
  private final Producer<byte[], byte[]> producer;
  private final MinioObjectStore store;
  private final ServiceSchemas schemas;
  private final Watching watching;

  private CompactorService(
      Tracker tracker,
      JobWorkers workers,
      KafkaUserLogs logs,
      Producer<byte[], byte[]> producer,
      MinioObjectStore store,
      ServiceSchemas schemas,
      Watching watching) {
    this.tracker = tracker;
    this.workers = workers;
    this.logs = logs;
    this.producer = producer;
    this.store = store;
    this.schemas = schemas;
    this.watching = watching;
  }

  /**
   * Starts it for the configured cell, makes the topics that it needs, and returns when it is on
   * its way.
   *
   * @throws TopicSettingsException if a topic exists with settings under which data would be lost
   * @throws ConfigException if something is handed on to Kafka Streams that it does not know
   * @throws IOException if the directory for what can be made anew cannot be used
   */
  public static CompactorService start(ProviderConfig config)
      throws IOException, TopicSettingsException, InterruptedException {
    config.kafkaClients().checkStreams(StreamsConfig.configDef());
    String cell = config.cell();
    try (Admin admin = Admin.create(config.kafkaClients().admin())) {
      new InternalTopics(admin, config.replicationFactor()).ensureCell(cell);
    }
    ServiceSchemas schemas = ServiceSchemas.start(config);
    WireFormat wireFormat = new WireFormat(schemas.ids());
    MinioObjectStore s3 = new MinioObjectStore(config.s3());
    ObjectStore store = new RetryingObjectStore(s3);
    SnapshotCatalog catalog = new SnapshotCatalog(store);
    KafkaUserLogs logs = new KafkaUserLogs(cell, config.kafkaClients());
    Producer<byte[], byte[]> producer = producer(config);
    Telemetry telemetry = Telemetry.of(Component.COMPACTOR);
    telemetry.bind(new KafkaClientMetrics(producer));
    for (RegistryState each : RegistryState.values()) {
      telemetry.gauge(
          Metric.COMPACTOR_REGISTRY, () -> schemas.state() == each ? 1 : 0, each.label());
    }
    WorkMetrics work = new WorkMetrics(telemetry);
    Path scratch = config.stateDir().resolve("merge").resolve(cell);
    clear(scratch);
    Compaction compaction =
        new Compaction(
            store,
            logs,
            new KafkaCompactionEvents(cell, producer, wireFormat, Clock.systemUTC()),
            new CompactionSettings(
                scratch,
                config.compactionMemoryBytes(),
                config.snapshotsKeep(),
                config.sweepGrace()),
            work);
    String instance = "compactor-" + cell + "-" + instanceId(config.stateDir());
    JobWorkers workers =
        JobWorkers.of(
            cell,
            config.kafkaClients(),
            wireFormat,
            compaction,
            userId -> newestBytes(catalog, userId),
            config.compactionWorkers(),
            LARGE_BYTES,
            instance,
            work,
            telemetry.registry());
    workers.start();
    try (Admin admin = Admin.create(config.kafkaClients().admin())) {
      new RetiredLogs(admin, store, cell).deleteUnlessWatched(instance);
    }
    Tracker tracker = Tracker.start(config, wireFormat, instance);
    Watching watching;
    try {
      watching = Watching.start(config, telemetry, tracker, workers, s3);
    } catch (IOException e) {
      workers.close();
      tracker.close();
      logs.close();
      producer.close(Duration.ZERO);
      s3.close();
      telemetry.close();
      throw e;
    }
    LOG.info(
        "the compactor of cell {} is running; metrics, health and readiness on {}",
        cell,
        watching.url());
    return new CompactorService(tracker, workers, logs, producer, s3, schemas, watching);
  }

  /** Whether tracker and workers both run. */
  public boolean isHealthy() {
    return tracker.isHealthy() && workers.isHealthy();
  }

  /** How it stands with the schema registry. */
  public RegistryState registryState() {
    return schemas.state();
  }

  /** Where {@code /metrics}, {@code /healthz} and {@code /readyz} are. */
  public URI metricsUrl() {
    return watching.url();
  }

  /** Stops; a compaction that runs is stopped where it is, and begins again at the next start. */
  @Override
  public void close() {
    watching.close();
    workers.close();
    tracker.close();
    logs.close();
    producer.close(Duration.ofSeconds(5));
    store.close();
    schemas.close();
  }

  static Producer<byte[], byte[]> producer(ProviderConfig config) {
    Map<String, Object> properties = new HashMap<>();
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 30_000);
    return new KafkaProducer<>(
        config.kafkaClients().producer(properties),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static long newestBytes(SnapshotCatalog catalog, UserId userId) {
    try {
      List<StoredDirectory> stored = catalog.list(userId);
      Optional<StoredDirectory> newest =
          stored.reversed().stream().filter(StoredDirectory::hasManifest).findFirst();
      return newest
          .map(it -> it.files().values().stream().mapToLong(ObjectStat::size).sum())
          .orElse(0L);
    } catch (StoreUnavailableException e) {
      return 0;
    }
  }

  /**
   * Names this process among those of its cell: the same after a restart, made anew with the
   * directory.
   */
  private static String instanceId(Path stateDir) throws IOException {
    Path file = stateDir.resolve("instance-id");
    if (Files.exists(file)) {
      String known = Files.readString(file).strip();
      if (INSTANCE_ID.matcher(known).matches()) {
        return known;
      }
    }
    String made = UUID.randomUUID().toString();
    Path temporary = Files.createTempFile(stateDir, "instance-id", ".tmp");
    Files.writeString(temporary, made);
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    return made;
  }

  /** What a process that died left behind is of no use. */
  private static void clear(Path scratch) throws IOException {
    Files.createDirectories(scratch);
    try (Stream<Path> paths = Files.walk(scratch)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        if (!path.equals(scratch)) {
          Files.deleteIfExists(path);
        }
      }
    }
  }
}
