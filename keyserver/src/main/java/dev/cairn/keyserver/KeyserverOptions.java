package dev.cairn.keyserver;

import java.time.Duration;

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
    boolean publish) {
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
        1024 * MIB, 4096 * MIB, 64 * MIB, 64 * MIB, 64 * MIB, 8192 * MIB, Duration.ofDays(1), true);
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
        publishing);
  }
}
