package dev.cairn.recovery.metrics;

import dev.cairn.metrics.Checks;
import dev.cairn.metrics.Metric;
import dev.cairn.metrics.Telemetry;
import dev.cairn.recovery.accounts.Accounts;
import dev.cairn.recovery.accounts.AccountsUnavailableException;
import dev.cairn.recovery.accounts.Outcome;
import dev.cairn.schemas.http.ApiPaths;
import dev.cairn.schemas.http.ErrorCodes;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts requests and what commands came to, and looks at the accounts every few seconds: a scrape
 * waits for nothing. Thread-safe.
 */
public final class RecoveryMetrics implements RequestObserver, Consumer<Outcome>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RecoveryMetrics.class);
  private static final long EVERY_SECONDS = 10;

  private final Telemetry telemetry;
  private final Counter registrations;
  private final Counter guesses;
  private final Counter right;
  private final Counter wrong;
  private final Counter lockouts;
  private final Counter takeovers;
  private final Counter refusedWriters;
  private final Map<Streamed, Counter> streamed = new EnumMap<>(Streamed.class);
  private volatile Accounts.Glance last = Accounts.Glance.NOTHING;
  private volatile boolean ready;
  private volatile @Nullable ScheduledFuture<?> under;
  private final ScheduledExecutorService looking =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon(true).name("cairn-look").factory());

  /** Registers every series, so that what never happened is a zero. */
  public RecoveryMetrics(Telemetry telemetry) {
    this.telemetry = telemetry;
    registrations = telemetry.counter(Metric.REGISTRATIONS);
    guesses = telemetry.counter(Metric.GUESSES);
    right = telemetry.counter(Metric.LOGINS, "right");
    wrong = telemetry.counter(Metric.LOGINS, "wrong");
    lockouts = telemetry.counter(Metric.LOCKOUTS);
    takeovers = telemetry.counter(Metric.TAKEOVERS);
    refusedWriters = telemetry.counter(Metric.REFUSED_WRITERS);
    for (Streamed what : Streamed.values()) {
      streamed.put(
          what, telemetry.counter(Metric.STREAMED_BYTES, what.name().toLowerCase(Locale.ROOT)));
    }
    glance(Metric.ACCOUNTS, Accounts.Glance::accounts);
    glance(Metric.LOCKED_NAMES, Accounts.Glance::lockedNames);
    glance(Metric.PENDING_EFFECTS, Accounts.Glance::pendingTakeovers);
    glance(Metric.FOLD_LAG, Accounts.Glance::lag);
    glance(Metric.FOLDED_OFFSET, Accounts.Glance::folded);
    glance(Metric.CHECKPOINT_OFFSET, Accounts.Glance::checkpointed);
    telemetry.gauge(Metric.READY, () -> ready ? 1 : 0);
  }

  /** Begins to look, and goes on until closed. */
  public void look(Accounts accounts, Checks readiness, int guessesMax) {
    telemetry.gauge(Metric.ANSWERING, () -> accounts.isRunning() ? 1 : 0);
    under =
        looking.scheduleWithFixedDelay(
            () -> lookOnce(accounts, readiness, guessesMax), 0, EVERY_SECONDS, TimeUnit.SECONDS);
  }

  // Whatever it throws, the next look comes: an executor would silently stop.
  private void lookOnce(Accounts accounts, Checks readiness, int guessesMax) {
    try {
      last = accounts.glance(guessesMax);
      ready = readiness.areFine();
    } catch (AccountsUnavailableException e) {
      ready = false;
      LOG.debug("the accounts cannot be looked at", e);
    } catch (RuntimeException e) {
      ready = false;
      LOG.warn("looking at the accounts failed", e);
    }
  }

  @Override
  public void answered(String method, String route, int status, Duration duration) {
    telemetry.timer(Metric.REQUESTS, method, route, Integer.toString(status)).record(duration);
    if (route.equals(ApiPaths.TAKEOVER) && status == 200) {
      takeovers.increment();
    }
  }

  @Override
  public void refused(String route, String code) {
    if (code.equals(ErrorCodes.LOCKED_OUT)) {
      lockouts.increment();
    } else if (code.equals(ErrorCodes.FENCED) && route.equals(ApiPaths.OWNER_CONNECT)) {
      refusedWriters.increment();
    }
  }

  @Override
  public void streamed(Streamed what, long bytes) {
    Counter counter = streamed.get(what);
    if (counter != null) {
      counter.increment((double) bytes);
    }
  }

  /** Takes what a command of this instance came to. */
  @Override
  public void accept(Outcome outcome) {
    if (outcome instanceof Outcome.Registered) {
      registrations.increment();
    } else if (outcome instanceof Outcome.GuessCounted) {
      guesses.increment();
    } else if (outcome instanceof Outcome.LoginFinished finished) {
      (finished.account().isPresent() ? right : wrong).increment();
    }
  }

  private void glance(Metric metric, ToLongFunction<Accounts.Glance> value) {
    telemetry.gauge(metric, () -> value.applyAsLong(last));
  }

  @Override
  public void close() {
    ScheduledFuture<?> begun = under;
    if (begun != null) {
      begun.cancel(false);
    }
    looking.shutdown();
  }
}
