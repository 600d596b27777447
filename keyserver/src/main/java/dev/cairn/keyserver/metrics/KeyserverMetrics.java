package dev.cairn.keyserver.metrics;

import dev.cairn.keyserver.Keyserver;
import dev.cairn.keyserver.KeyserverStatus;
import dev.cairn.metrics.Metric;
import dev.cairn.metrics.Telemetry;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a keyserver stands: bind it to any Micrometer registry, close it with the keyserver. What is
 * known on this machine is asked at every scrape; the provider is asked once a minute, in the
 * background. Thread-safe.
 */
public final class KeyserverMetrics implements MeterBinder, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KeyserverMetrics.class);
  private static final long ASK_SECONDS = 60;

  private final Keyserver keyserver;
  private final Supplier<Optional<Instant>> verifiedRecovery;
  private final Clock clock;
  private final ScheduledExecutorService asking =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon(true).name("cairn-keyserver-metrics").factory());

  private volatile @Nullable ScheduledFuture<?> under;
  private volatile Optional<Instant> snapshot = Optional.empty();

  /**
   * For an open keyserver.
   *
   * @param verifiedRecovery when a recovery was last completed and verified, asked at every scrape
   */
  public KeyserverMetrics(
      Keyserver keyserver, Supplier<Optional<Instant>> verifiedRecovery, Clock clock) {
    this.keyserver = keyserver;
    this.verifiedRecovery = verifiedRecovery;
    this.clock = clock;
  }

  /** For an open keyserver and its home, where drills leave what they came to. */
  public static KeyserverMetrics of(Keyserver keyserver, Path home) {
    return new KeyserverMetrics(keyserver, () -> LastDrill.verified(home), Clock.systemUTC());
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    status(registry, Metric.UNBACKED_BYTES, KeyserverStatus::outboxBytes);
    status(registry, Metric.UNBACKED_TRANSACTIONS, KeyserverStatus::outboxTransactions);
    status(registry, Metric.SEQUENCE, KeyserverStatus::sequence);
    status(registry, Metric.BACKED_UP_SEQUENCE, KeyserverStatus::backedUpSequence);
    status(registry, Metric.EPOCH, KeyserverStatus::epoch);
    status(registry, Metric.OBJECTS, KeyserverStatus::objects);
    status(registry, Metric.FENCED, it -> it.fenced() ? 1 : 0);
    Telemetry.gauge(
        registry, Metric.PUBLISHING_TROUBLED, () -> keyserver.trouble().isPresent() ? 1 : 0);
    Telemetry.gauge(
        registry, Metric.UNBACKED_AGE, () -> keyserver.oldestUnbacked().map(this::age).orElse(0.0));
    Telemetry.gauge(registry, Metric.SNAPSHOT_TIME, () -> seconds(snapshot));
    Telemetry.gauge(registry, Metric.VERIFIED_RECOVERY_TIME, () -> seconds(verifiedRecovery.get()));
    under = asking.scheduleWithFixedDelay(this::ask, 0, ASK_SECONDS, TimeUnit.SECONDS);
  }

  // Whatever it throws, the next one comes: an executor would silently stop.
  private void ask() {
    try {
      keyserver.status().snapshot().ifPresent(it -> snapshot = Optional.of(it.time()));
    } catch (RuntimeException e) {
      LOG.debug("the provider does not say which snapshot is the newest", e);
    }
  }

  private void status(
      MeterRegistry registry, Metric metric, ToDoubleFunction<KeyserverStatus> value) {
    Telemetry.gauge(registry, metric, () -> value.applyAsDouble(keyserver.localStatus()));
  }

  private double age(Instant since) {
    return Math.max(0, Duration.between(since, clock.instant()).toMillis() / 1000.0);
  }

  private static double seconds(Optional<Instant> time) {
    return time.map(it -> it.toEpochMilli() / 1000.0).orElse(0.0);
  }

  @Override
  public void close() {
    ScheduledFuture<?> begun = under;
    if (begun != null) {
      begun.cancel(false);
    }
    asking.shutdown();
  }
}
