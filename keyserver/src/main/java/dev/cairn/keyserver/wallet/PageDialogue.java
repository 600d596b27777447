package dev.cairn.keyserver.wallet;

import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.wallet.PageMessages.Answer;
import dev.cairn.keyserver.wallet.PageMessages.Ask;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One question at a time from the program to the page, and its answer back. Thread-safe; one thread
 * asks.
 */
final class PageDialogue {
  /** How long a page is left waiting before it asks again. */
  private static final Duration POLL = Duration.ofSeconds(20);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Duration patience;
  private Ask current = Ask.of(0, "wait");
  private @Nullable Answer answer;
  private long lastSeen = System.nanoTime();
  private int delivered;
  private boolean over;

  /**
   * @param patience how long a page may be away before nobody is believed to come
   */
  PageDialogue(Duration patience) {
    this.patience = patience;
  }

  /**
   * Asks, and waits as long as the page is there.
   *
   * @param asked its number is replaced
   * @throws MalformedInputException if its owner cancels
   * @throws UnavailableException if no page has come, or it went away
   */
  Answer ask(Ask asked, Optional<String> problem) {
    lock.lock();
    try {
      answer = null;
      lastSeen = System.nanoTime();
      current = asked.numbered(current.number() + 1, problem);
      changed.signalAll();
      while (true) {
        Answer given = answer;
        if (given != null) {
          answer = null;
          current = Ask.of(current.number() + 1, "wait");
          changed.signalAll();
          if (given.kind.equals("cancel")) {
            throw new MalformedInputException(
                "It was cancelled on the wallet's page. Nothing was changed");
          }
          return given;
        }
        long left = lastSeen + patience.toNanos() - System.nanoTime();
        if (left <= 0) {
          throw new UnavailableException(
              "Nobody has been at the wallet's page for "
                  + patience.toMinutes()
                  + " minutes. Nothing was changed; run the command again and open the address that"
                  + " it prints");
        }
        changed.await(left, TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException(
          "Interrupted while a wallet was asked. Nothing was changed", e);
    } finally {
      lock.unlock();
    }
  }

  /** Says how it ended; nothing is asked after it, and what was said first stays. */
  void end(Ask last) {
    lock.lock();
    try {
      if (!over) {
        over = true;
        current = last.numbered(current.number() + 1, Optional.empty());
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits, within limits, until the page has been told what {@link #end} said. */
  void awaitDelivery(Duration atMost) {
    lock.lock();
    try {
      long end = System.nanoTime() + atMost.toNanos();
      while (over && delivered < current.number()) {
        long left = end - System.nanoTime();
        if (left <= 0) {
          return;
        }
        changed.await(left, TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /** What the page is to do next, once that is newer than what it knows; else the same again. */
  Ask next(int after) {
    lock.lock();
    try {
      long end = System.nanoTime() + POLL.toNanos();
      while (current.number() <= after) {
        lastSeen = System.nanoTime();
        long left = end - System.nanoTime();
        if (left <= 0) {
          break;
        }
        changed.await(left, TimeUnit.NANOSECONDS);
      }
      lastSeen = System.nanoTime();
      return current;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return current;
    } finally {
      lock.unlock();
    }
  }

  /** The page has been sent this one. */
  void delivered(int number) {
    lock.lock();
    try {
      delivered = Math.max(delivered, number);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The page answers.
   *
   * @return whether that was still being asked
   */
  boolean answer(Answer given) {
    lock.lock();
    try {
      lastSeen = System.nanoTime();
      boolean asked =
          !over
              && answer == null
              && !current.kind().equals("wait")
              && current.number() == given.number;
      if (asked) {
        answer = given;
        changed.signalAll();
      }
      return asked;
    } finally {
      lock.unlock();
    }
  }
}
