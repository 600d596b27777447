package dev.cairn.metrics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks that are asked together, each within a deadline: one that does not answer is trouble.
 * While one round runs nobody starts another, so that impatient probes do not pile up on a broker
 * that is in trouble already. Thread-safe.
 */
public final class Checks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Checks.class);

  /** What a check came to. */
  public record Finding(String name, Optional<String> trouble) {}

  private final List<Check> checks;
  private final Duration deadline;
  private final ExecutorService executor =
      Executors.newThreadPerTaskExecutor(
          Thread.ofPlatform().daemon(true).name("cairn-check-", 0).factory());
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Check, Future<Optional<String>>> unanswered = new HashMap<>();
  private boolean wereFine = true;

  public Checks(Duration deadline, List<Check> checks) {
    this.deadline = deadline;
    this.checks = List.copyOf(checks);
  }

  /** Asks all of them now. */
  public List<Finding> findings() {
    lock.lock();
    try {
      List<Future<Optional<String>>> asked = new ArrayList<>();
      for (Check check : checks) {
        asked.add(ask(check));
      }
      long until = System.nanoTime() + deadline.toNanos();
      List<Finding> findings = new ArrayList<>();
      for (int i = 0; i < checks.size(); i++) {
        findings.add(new Finding(checks.get(i).name(), answer(asked.get(i), until)));
      }
      note(findings);
      return findings;
    } finally {
      lock.unlock();
    }
  }

  /** Whether all is well now. */
  public boolean areFine() {
    return areFine(findings());
  }

  static boolean areFine(List<Finding> findings) {
    return findings.stream().allMatch(it -> it.trouble().isEmpty());
  }

  // Once for each change: probes come every few seconds.
  private void note(List<Finding> findings) {
    boolean fine = areFine(findings);
    if (fine != wereFine) {
      wereFine = fine;
      if (fine) {
        LOG.info("ready again");
      } else {
        findings.forEach(
            it -> it.trouble().ifPresent(why -> LOG.warn("not ready: {}: {}", it.name(), why)));
      }
    }
  }

  // One that has not answered yet is waited for again: asking once more would only pile up.
  private Future<Optional<String>> ask(Check check) {
    Future<Optional<String>> before = unanswered.remove(check);
    return before != null && !before.isDone()
        ? keep(check, before)
        : keep(check, executor.submit(() -> check.question().trouble()));
  }

  private Future<Optional<String>> keep(Check check, Future<Optional<String>> asked) {
    unanswered.put(check, asked);
    return asked;
  }

  private Optional<String> answer(Future<Optional<String>> asked, long until) {
    try {
      return asked.get(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return Optional.of("no answer within " + deadline.toMillis() + " ms");
    } catch (ExecutionException e) {
      LOG.debug("a check failed", e);
      return Optional.of(
          e.getCause() == null ? "it failed" : e.getCause().getClass().getSimpleName());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
