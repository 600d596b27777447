package dev.cairn.cli.local;

import dev.cairn.provider.config.InvalidConfigException;
import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.provider.store.MinioObjectStore;
import java.io.IOException;
import java.nio.file.Path;
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

  /** Starts both, on the ports that were chosen when the directory was new. */
  public static ServerStack start(Path data) throws LocalStackException {
    DataDirectory directory = DataDirectory.open(data);
    try {
      StackSettings settings = StackSettings.loadOrCreate(directory.root());
      EmbeddedS3 s3 =
          EmbeddedS3.start(
              directory.sub("objects"),
              settings.s3Port(),
              settings.s3AccessKey(),
              settings.s3SecretKey());
      EmbeddedKafka kafka =
          EmbeddedKafka.start(
              directory.sub("kafka"),
              settings.brokerPort(),
              settings.controllerPort(),
              settings.clusterId(),
              settings.kafkaPassword());
      ServerStack stack = new ServerStack(directory, settings, kafka, s3);
      try (MinioObjectStore store = stack.openStore()) {
        store.createBucketIfAbsent();
      }
      return stack;
    } catch (IOException e) {
      closeAfterFailure(directory, e);
      throw new LocalStackException("cannot use " + data + ": " + e.getMessage(), e);
    } catch (LocalStackException e) {
      closeAfterFailure(directory, e);
      throw e;
    }
  }

  private static void closeAfterFailure(DataDirectory directory, Exception cause) {
    try {
      directory.close();
    } catch (IOException e) {
      cause.addSuppressed(e);
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

  @Override
  public void close() throws LocalStackException {
    kafka.close();
    s3.close();
    try {
      directory.close();
    } catch (IOException e) {
      throw new LocalStackException("cannot release the lock of " + directory.root(), e);
    }
  }
}
