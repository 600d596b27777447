package dev.cairn.cli.local;

import dev.cairn.config.InvalidConfigException;
import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.provider.store.MinioObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Properties;

/** Kafka and S3 over one directory, without the services: what integration tests need. */
public final class ServerStack implements AutoCloseable {
  private final DataDirectory directory;
  private final StackSettings settings;
  private final EmbeddedKafka kafka;
  private final EmbeddedS3 s3;

  private ServerStack(
      DataDirectory directory, StackSettings settings, EmbeddedKafka kafka, EmbeddedS3 s3) {
    this.directory = directory;
    this.settings = settings;
    this.kafka = kafka;
    this.s3 = s3;
  }

  /**
   * Starts both, on the ports that were chosen when the directory was new; the bucket is there when
   * it returns.
   *
   * @throws LocalStackException when either cannot start, or another process uses the directory;
   *     what had been started is stopped
   */
  public static ServerStack start(Path data) throws LocalStackException {
    Deque<AutoCloseable> started = new ArrayDeque<>();
    try {
      DataDirectory directory = DataDirectory.open(data);
      started.push(directory);
      StackSettings settings = StackSettings.loadOrCreate(directory.root());
      EmbeddedS3 s3 =
          EmbeddedS3.start(
              directory.sub("objects"),
              settings.s3Port(),
              settings.s3AccessKey(),
              settings.s3SecretKey());
      started.push(s3);
      EmbeddedKafka kafka =
          EmbeddedKafka.start(
              directory.sub("kafka"),
              settings.brokerPort(),
              settings.controllerPort(),
              settings.clusterId(),
              settings.kafkaPassword());
      started.push(kafka);
      ServerStack stack = new ServerStack(directory, settings, kafka, s3);
      try (MinioObjectStore store = stack.openStore()) {
        store.createBucketIfAbsent();
      }
      return stack;
    } catch (IOException e) {
      closeAfterFailure(started, e);
      throw new LocalStackException("cannot use " + data + ": " + e.getMessage(), e);
    } catch (LocalStackException | RuntimeException e) {
      closeAfterFailure(started, e);
      throw e;
    }
  }

  private static void closeAfterFailure(Deque<AutoCloseable> started, Exception cause) {
    while (!started.isEmpty()) {
      try {
        started.pop().close();
      } catch (Exception e) { // AutoCloseable.close declares Exception
        cause.addSuppressed(e);
      }
    }
  }

  public String bootstrapServers() {
    return kafka.bootstrapServers();
  }

  public Path root() {
    return directory.root();
  }

  /** A configuration for services on this stack; {@code overrides} win. */
  public ProviderConfig config(Properties overrides) throws InvalidConfigException {
    Properties properties = properties();
    properties.putAll(overrides);
    return ProviderConfig.of("the embedded stack", properties);
  }

  /** Writes {@code provider.properties} into the directory, readable by this user alone. */
  public Path writeProviderProperties() throws IOException {
    Path file = root().resolve("provider.properties");
    PrivateFiles.write(file, properties());
    return file;
  }

  /** What {@code provider.properties} says. */
  Properties properties() {
    Properties p = new Properties();
    p.setProperty("server.name", "cairn.local");
    p.setProperty("service.host", "127.0.0.1");
    p.setProperty("service.port", Integer.toString(settings.servicePort()));
    p.setProperty("secrets.dir", directory.root().resolve("secrets").toString());
    p.setProperty("state.dir", directory.root().resolve("state").toString());
    p.setProperty("bootstrap.servers", kafka.bootstrapServers());
    p.setProperty("kafka.username", EmbeddedKafka.SERVICE_USER);
    p.setProperty("kafka.password", settings.kafkaPassword());
    p.setProperty("replication.factor", "1");
    p.setProperty("s3.endpoint", s3.endpoint());
    p.setProperty("s3.access.key", settings.s3AccessKey());
    p.setProperty("s3.secret.key", settings.s3SecretKey());
    p.setProperty("metadata.max.age.ms", "1000");
    return p;
  }

  /** Opens the bucket; the caller closes it. */
  public MinioObjectStore openStore() {
    try {
      return new MinioObjectStore(config(new Properties()).s3());
    } catch (InvalidConfigException e) {
      throw new IllegalStateException("the embedded stack's own configuration", e);
    }
  }

  /** Stops both, the broker cleanly, and gives the directory free; the data stays. */
  @Override
  public void close() throws LocalStackException {
    try {
      kafka.close();
    } finally {
      closeStorage();
    }
  }

  private void closeStorage() throws LocalStackException {
    try {
      s3.close();
    } finally {
      release();
    }
  }

  private void release() throws LocalStackException {
    try {
      directory.close();
    } catch (IOException e) {
      throw new LocalStackException("cannot release the lock of " + directory.root(), e);
    }
  }
}
