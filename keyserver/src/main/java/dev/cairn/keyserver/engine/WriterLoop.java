package dev.cairn.keyserver.engine;

import dev.cairn.keyserver.error.CairnException;
import dev.cairn.keyserver.error.UnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The writer: folds, numbers, seals and signs what callers queued. Closes a record when it is full,
 * or when the disk has nothing else to do. The only thread that touches the composer, except for
 * whoever has the engine for itself while this one is parked.
 */
final class WriterLoop implements Runnable {
  private static final int EAGER_BYTES = 256 * 1024;
  private static final int BATCH_BYTES = 256 * 1024;
  private static final int DISK_BACKLOG_BYTES = 16 * 1024 * 1024;

  private final Pipeline pipeline;
  private final Composer composer;
  private final Overlay overlay;
  private final Ledger ledger;
  private final boolean writes;
  private final long overlayMaxBytes;
  private final Duration idleInterval;
  private final Clock clock;

  private enum Next {
    WORK,
    CLOSE,
    IDLE,
    END
  }

  /**
   * @param writes whether this home ever signs anything
   */
  WriterLoop(
      Pipeline pipeline,
      Composer composer,
      Overlay overlay,
      Ledger ledger,
      boolean writes,
      long overlayMaxBytes,
      Duration idleInterval,
      Clock clock) {
    this.pipeline = pipeline;
    this.composer = composer;
    this.overlay = overlay;
    this.ledger = ledger;
    this.writes = writes;
    this.overlayMaxBytes = overlayMaxBytes;
    this.idleInterval = idleInterval;
    this.clock = clock;
  }

  @Override
  public void run() {
    try {
      while (true) {
        List<Submission> batch = new ArrayList<>();
        switch (await(batch)) {
          case WORK -> add(batch);
          case CLOSE -> composer.close();
          case IDLE -> composer.closeWithEmptyRecord();
          case END -> {
            return;
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      pipeline.lock.lock();
      try {
        pipeline.writerDone = true;
        pipeline.diskWork.signalAll();
        pipeline.progress.signalAll();
      } finally {
        pipeline.lock.unlock();
      }
    }
  }

  private Next await(List<Submission> batch) throws InterruptedException {
    pipeline.lock.lock();
    try {
      while (true) {
        if (pipeline.failure != null) {
          return Next.END;
        }
        if (pipeline.rollBack) {
          rollBack();
        }
        boolean diskIdle = pipeline.diskQueue.isEmpty() && !pipeline.diskBusy;
        boolean roomInOverlay = pipeline.overlayBytes < overlayMaxBytes;
        boolean pausing = pipeline.pausing && !pipeline.closing;
        boolean mayTake = !pipeline.queue.isEmpty() && roomInOverlay && !pausing;
        if (!composer.isEmpty()
            && (diskIdle || pipeline.closing)
            && (!mayTake || composer.gatheredBytes() >= EAGER_BYTES)) {
          return Next.CLOSE;
        }
        if (mayTake) {
          take(batch);
          return Next.WORK;
        }
        if (pausing && composer.isEmpty()) {
          park();
          continue;
        }
        if (pipeline.closing && pipeline.queue.isEmpty() && composer.isEmpty()) {
          return Next.END;
        }
        if (isIdleCommitDue()) {
          pipeline.emptyRecordDue = false;
          return Next.IDLE;
        }
        pipeline.writerWork.awaitNanos(
            Math.max(nanosToIdleCommit(), TimeUnit.MILLISECONDS.toNanos(10)));
      }
    } finally {
      pipeline.lock.unlock();
    }
  }

  private void park() throws InterruptedException {
    pipeline.writerParked = true;
    pipeline.progress.signalAll();
    try {
      while (pipeline.pausing && !pipeline.closing && pipeline.failure == null) {
        pipeline.writerWork.await();
      }
    } finally {
      pipeline.writerParked = false;
    }
  }

  private void take(List<Submission> batch) {
    long bytes = 0;
    while (!pipeline.queue.isEmpty() && bytes < BATCH_BYTES) {
      Submission next = pipeline.queue.removeFirst();
      bytes += next.transaction().bytes();
      batch.add(next);
    }
    pipeline.queuedBytes -= bytes;
    pipeline.room.signalAll();
  }

  private void add(List<Submission> batch) {
    Optional<CairnException> refused = ledger.refusal();
    for (Submission submission : batch) {
      if (refused.isPresent()) {
        pipeline.fail(submission, refused.get());
        continue;
      }
      try {
        composer.add(submission);
      } catch (CairnException e) {
        pipeline.fail(submission, e); // planned only: the composer has not changed
      }
    }
  }

  private boolean isIdleCommitDue() {
    return writes
        && !pipeline.closing
        && !pipeline.pausing
        && ledger.refusal().isEmpty()
        && pipeline.unsettled.isEmpty()
        && (pipeline.emptyRecordDue || nanosToIdleCommit() <= 0);
  }

  private long nanosToIdleCommit() {
    if (!writes || ledger.refusal().isPresent()) {
      return TimeUnit.HOURS.toNanos(1);
    }
    long since = clock.millis() - ledger.tip().timestamp();
    long left = idleInterval.toMillis() - since;
    return TimeUnit.MILLISECONDS.toNanos(Math.min(left, TimeUnit.HOURS.toMillis(1)));
  }

  /** Takes a record from the composer, in the writer's thread. */
  void toDisk(Part part) {
    pipeline.lock.lock();
    try {
      if (part.last()) {
        pipeline.unsettled.addLast(part.group());
      }
      while (pipeline.diskQueueBytes >= DISK_BACKLOG_BYTES
          && pipeline.failure == null
          && !pipeline.rollBack) {
        pipeline.room.awaitUninterruptibly();
      }
      if (pipeline.failure != null || pipeline.rollBack) {
        return; // what the composer did is taken back anyway
      }
      pipeline.diskQueue.addLast(part);
      pipeline.diskQueueBytes += part.bytes();
      pipeline.diskWork.signal();
    } finally {
      pipeline.lock.unlock();
    }
  }

  /** Everything that is not durable never happened; with the lock. */
  private void rollBack() {
    CairnException cause =
        pipeline.rollBackCause != null
            ? pipeline.rollBackCause
            : new UnavailableException("The disk did not take it");
    List<Group> newestFirst = new ArrayList<>();
    newestFirst.add(composer.gathering());
    pipeline.unsettled.descendingIterator().forEachRemaining(newestFirst::add);
    overlay.revert(newestFirst);
    for (Group group : newestFirst) {
      group.waiters.forEach(waiter -> pipeline.fail(waiter.submission(), cause));
    }
    pipeline.unsettled.clear();
    composer.reset(ledger.tip());
    pipeline.rollBack = false;
    pipeline.rollBackCause = null;
    pipeline.room.signalAll();
    pipeline.diskWork.signalAll();
  }
}
