package dev.cairn.keyserver.daemon;

import dev.cairn.keyserver.Keyserver;
import dev.cairn.keyserver.Transaction;
import dev.cairn.keyserver.api.Readiness;
import dev.cairn.keyserver.api.Readiness.Codes;
import dev.cairn.keyserver.api.Readiness.Problem;
import dev.cairn.keyserver.error.CairnException;
import dev.cairn.keyserver.error.FencedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether the keyserver would take a transaction, by giving it one that changes nothing:
 * it passes the same bounds and the same threads as any other, and leaves no trace.
 */
final class ReadinessProbe implements AutoCloseable {
  private final Keyserver keyserver;
  private final BooleanSupplier stopping;
  private final Duration patience;
  private final ExecutorService executor =
      Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "cairn-readiness");
        thread.setDaemon(true);
        return thread;
      });
  private @Nullable Future<?> underWay;

  ReadinessProbe(Keyserver keyserver, BooleanSupplier stopping, Duration patience) {
    this.keyserver = keyserver;
    this.stopping = stopping;
    this.patience = patience;
  }

  Readiness look() throws InterruptedException {
    List<Problem> problems = new ArrayList<>();
    boolean fenced = keyserver.localStatus().fenced();
    if (stopping.getAsBoolean()) {
      problems.add(new Problem(Codes.STOPPING, "The keyserver is stopping"));
    } else if (keyserver.identity().readOnly()) {
      problems.add(
          new Problem(
              Codes.READ_ONLY, "This home was recovered for a drill: it is read, never written"));
    } else {
      refusal(fenced).ifPresent(problems::add);
    }
    boolean accepting = problems.isEmpty();
    Optional<String> trouble = keyserver.trouble();
    if (!fenced && trouble.isPresent()) {
      problems.add(new Problem(Codes.NOT_BACKED_UP, trouble.get()));
    }
    return new Readiness(
        accepting, trouble.isEmpty() && !fenced && !keyserver.identity().readOnly(), problems);
  }

  private Optional<Problem> refusal(boolean fenced) throws InterruptedException {
    try {
      probe().get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return fenced
          ? Optional.of(new Problem(Codes.FENCED, "Another keyserver has taken this log over"))
          : Optional.empty();
    } catch (TimeoutException e) {
      return Optional.of(
          new Problem(
              Codes.NOT_ACCEPTING,
              "A transaction that changes nothing was not taken within "
                  + patience.toSeconds()
                  + " s: the disk does not answer, or much more is waiting than it can take"));
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() instanceof CompletionException inner ? inner.getCause() : null;
      Throwable why = cause != null ? cause : e.getCause();
      if (why instanceof FencedException || fenced) {
        return Optional.of(new Problem(Codes.FENCED, message(why)));
      }
      if (why instanceof CairnException) {
        return Optional.of(new Problem(Codes.NOT_ACCEPTING, message(why)));
      }
      throw new IllegalStateException("The keyserver could not be tried", e);
    }
  }

  private static String message(@Nullable Throwable why) {
    return why == null ? "unknown" : String.valueOf(why.getMessage());
  }

  /** One at a time: whoever asks while one is under way gets that one's outcome. */
  private synchronized Future<?> probe() {
    if (underWay == null || underWay.isDone()) {
      underWay = executor.submit(() -> keyserver.transact(Transaction.of()).durable().join());
    }
    return underWay;
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
