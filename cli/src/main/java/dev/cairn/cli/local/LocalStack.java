package dev.cairn.cli.local;

import dev.cairn.compactor.CompactorService;
import dev.cairn.config.InvalidConfigException;
import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.provider.topics.TopicSettingsException;
import dev.cairn.recovery.RecoveryService;
import dev.cairn.recovery.RecoveryStartException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Properties;
import org.apache.kafka.common.KafkaException;

/**
 * The whole provider in one process over one directory: Kafka, S3, recovery service, compactor. It
 * comes back on the same ports with the same data, also after kill -9.
 *
 * <p>One broker with one copy on one disk: for trying out and for tests.
 */
public final class LocalStack implements AutoCloseable {
  private static final String OWNER = "owner.properties";
  private static final String PROVIDER = "provider.properties";

  private final Path root;
  private final Deque<AutoCloseable> parts;
  private final URI recoveryMetrics;
  private final URI compactorMetrics;

  private LocalStack(
      Path root, Deque<AutoCloseable> parts, URI recoveryMetrics, URI compactorMetrics) {
    this.root = root;
    this.parts = parts;
    this.recoveryMetrics = recoveryMetrics;
    this.compactorMetrics = compactorMetrics;
  }

  /**
   * Starts everything and returns when it answers. {@code owner.properties} and {@code
   * provider.properties} appear last: while they are there, the stack was ready at least once since
   * it was started.
   *
   * @throws LocalStackException when it cannot start, or another process uses the directory; what
   *     had been started is stopped
   */
  public static LocalStack start(Path data) throws LocalStackException, InterruptedException {
    Deque<AutoCloseable> parts = new ArrayDeque<>();
    try {
      ServerStack servers = ServerStack.start(data);
      parts.push(servers);
      Path root = servers.root();
      Files.deleteIfExists(root.resolve(OWNER));
      Files.deleteIfExists(root.resolve(PROVIDER));
      ProviderConfig config = servers.config(new Properties());
      RecoveryService recovery = RecoveryService.start(config);
      parts.push(recovery);
      CompactorService compactor = CompactorService.start(config);
      parts.push(compactor);

      PrivateFiles.write(root.resolve(PROVIDER), servers.properties());
      Properties owner = new Properties();
      owner.setProperty("service.url", "http://" + config.serviceHost() + ":" + recovery.port());
      owner.setProperty("server.name", config.serverName());
      PrivateFiles.writeReadable(root.resolve(OWNER), owner);
      return new LocalStack(root, parts, recovery.metricsUrl(), compactor.metricsUrl());
    } catch (IOException
        | InvalidConfigException
        | TopicSettingsException
        | RecoveryStartException
        | KafkaException e) {
      LocalStackException failure =
          new LocalStackException("the embedded stack did not start: " + e.getMessage(), e);
      closeAll(parts, failure);
      throw failure;
    } catch (LocalStackException | InterruptedException | RuntimeException e) {
      closeAll(parts, e);
      throw e;
    }
  }

  /** What owners configure; nothing in it is secret. */
  public Path ownerProperties() {
    return root.resolve(OWNER);
  }

  /** What services and the provider's commands configure; readable by this user alone. */
  public Path providerProperties() {
    return root.resolve(PROVIDER);
  }

  /** Where the recovery service's {@code /metrics}, {@code /healthz} and {@code /readyz} are. */
  public URI recoveryMetrics() {
    return recoveryMetrics;
  }

  /** Where the compactor's are. */
  public URI compactorMetrics() {
    return compactorMetrics;
  }

  /** Stops the services, then S3 and Kafka; the data stays. */
  @Override
  public void close() throws LocalStackException {
    LocalStackException failure =
        new LocalStackException("the embedded stack did not stop cleanly; its data is on disk");
    closeAll(parts, failure);
    if (failure.getSuppressed().length > 0) {
      throw failure;
    }
  }

  private static void closeAll(Deque<AutoCloseable> parts, Exception failure) {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) { // AutoCloseable.close declares Exception
        failure.addSuppressed(e);
      }
    }
  }
}
