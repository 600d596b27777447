package dev.cairn.keyserver;

import dev.cairn.config.InvalidConfigException;
import dev.cairn.config.Settings;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.publish.ClientSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;

/**
 * Bounds of a keyserver. {@link #defaults()} suit most; every {@code with…} gives a changed copy.
 *
 * @param transactionMaxBytes no transaction is larger
 * @param outboxMaxBytes while more than this waits to be backed up, {@code transact} refuses
 * @param queueMaxBytes while more than this waits for the writer, {@code transact} waits
 * @param overlayMaxBytes while more than this is durable but not yet in the database, the writer
 *     waits
 * @param commitFileBytes a commit file is followed by the next one at this size
 * @param retainedMaxBytes commit files that are backed up go, with a warning, when they exceed this
 *     and no snapshot covers them
 * @param idleCommitInterval after that long without a record an empty one is signed, so that a
 *     stale backup shows
 * @param clients what is handed on to the Kafka clients of the log
 * @param publish whether to publish and accept transactions; otherwise the home is only read
 */
public record KeyserverOptions(
    long transactionMaxBytes,
    long outboxMaxBytes,
    long queueMaxBytes,
    long overlayMaxBytes,
    long commitFileBytes,
    long retainedMaxBytes,
    Duration idleCommitInterval,
    ClientSettings clients,
    boolean publish) {
  /** The owner's options, in the home; it need not be there. */
  public static final String FILE = "keyserver.properties";

  private static final long MIB = 1024L * 1024;

  /** Checks the ranges. */
  public KeyserverOptions {
    if (transactionMaxBytes < 1
        || outboxMaxBytes < 1
        || queueMaxBytes < 1
        || overlayMaxBytes < 1
        || commitFileBytes < 1
        || retainedMaxBytes < 1
        || idleCommitInterval.isNegative()
        || idleCommitInterval.isZero()) {
      throw new IllegalArgumentException("Bounds must be positive");
    }
  }

  /**
   * 1 GiB a transaction, 4 GiB waiting for Kafka, 64 MiB in memory, an empty commit each idle day.
   */
  public static KeyserverOptions defaults() {
    return new KeyserverOptions(
        1024 * MIB,
        4096 * MIB,
        64 * MIB,
        64 * MIB,
        64 * MIB,
        8192 * MIB,
        Duration.ofDays(1),
        ClientSettings.NONE,
        true);
  }

  /**
   * What {@code keyserver.properties} in a home says, where there is one, and the variables that
   * begin with {@code CAIRN_KEYSERVER_} over it.
   *
   * @throws MalformedInputException naming all that is wrong at once
   */
  public static KeyserverOptions of(Path home) {
    return of(home, System.getenv());
  }

  static KeyserverOptions of(Path home, Map<String, String> variables) {
    Path file = home.resolve(FILE);
    try {
      Settings settings =
          Files.exists(file)
              ? KeyserverKey.DEFINITION.load(file, variables)
              : KeyserverKey.DEFINITION.read("The environment", new Properties(), variables);
      return new KeyserverOptions(
          settings.number(KeyserverKey.TRANSACTION_MAX_BYTES),
          settings.number(KeyserverKey.OUTBOX_MAX_BYTES),
          settings.number(KeyserverKey.QUEUE_MAX_BYTES),
          settings.number(KeyserverKey.OVERLAY_MAX_BYTES),
          settings.number(KeyserverKey.COMMIT_FILE_BYTES),
          settings.number(KeyserverKey.RETAINED_MAX_BYTES),
          Duration.ofMillis(settings.number(KeyserverKey.IDLE_COMMIT_MS)),
          new ClientSettings(
              settings.passThrough(KeyserverKey.PRODUCER),
              settings.passThrough(KeyserverKey.CONSUMER)),
          true);
    } catch (InvalidConfigException e) {
      throw new MalformedInputException(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
  }

  /** For commands that only look: no publishing, and {@code transact} refuses. */
  public static KeyserverOptions reading() {
    return defaults().withPublish(false);
  }

  public KeyserverOptions withTransactionMaxBytes(long bytes) {
    return new KeyserverOptions(
        bytes,
        outboxMaxBytes,
        queueMaxBytes,
        overlayMaxBytes,
        commitFileBytes,
        retainedMaxBytes,
        idleCommitInterval,
        clients,
        publish);
  }

  public KeyserverOptions withOutboxMaxBytes(long bytes) {
    return new KeyserverOptions(
        transactionMaxBytes,
        bytes,
        queueMaxBytes,
        overlayMaxBytes,
        commitFileBytes,
        retainedMaxBytes,
        idleCommitInterval,
        clients,
        publish);
  }

  public KeyserverOptions withQueueMaxBytes(long bytes) {
    return new KeyserverOptions(
        transactionMaxBytes,
        outboxMaxBytes,
        bytes,
        overlayMaxBytes,
        commitFileBytes,
        retainedMaxBytes,
        idleCommitInterval,
        clients,
        publish);
  }

  public KeyserverOptions withOverlayMaxBytes(long bytes) {
    return new KeyserverOptions(
        transactionMaxBytes,
        outboxMaxBytes,
        queueMaxBytes,
        bytes,
        commitFileBytes,
        retainedMaxBytes,
        idleCommitInterval,
        clients,
        publish);
  }

  public KeyserverOptions withCommitFileBytes(long bytes) {
    return new KeyserverOptions(
        transactionMaxBytes,
        outboxMaxBytes,
        queueMaxBytes,
        overlayMaxBytes,
        bytes,
        retainedMaxBytes,
        idleCommitInterval,
        clients,
        publish);
  }

  public KeyserverOptions withRetainedMaxBytes(long bytes) {
    return new KeyserverOptions(
        transactionMaxBytes,
        outboxMaxBytes,
        queueMaxBytes,
        overlayMaxBytes,
        commitFileBytes,
        bytes,
        idleCommitInterval,
        clients,
        publish);
  }

  public KeyserverOptions withIdleCommitInterval(Duration interval) {
    return new KeyserverOptions(
        transactionMaxBytes,
        outboxMaxBytes,
        queueMaxBytes,
        overlayMaxBytes,
        commitFileBytes,
        retainedMaxBytes,
        interval,
        clients,
        publish);
  }

  public KeyserverOptions withPublish(boolean publishing) {
    return new KeyserverOptions(
        transactionMaxBytes,
        outboxMaxBytes,
        queueMaxBytes,
        overlayMaxBytes,
        commitFileBytes,
        retainedMaxBytes,
        idleCommitInterval,
        clients,
        publishing);
  }
}
