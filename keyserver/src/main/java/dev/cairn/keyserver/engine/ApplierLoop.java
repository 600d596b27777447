package dev.cairn.keyserver.engine;

import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.state.StateWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The applier: brings durable groups into SQLite, and lets {@link Retention} remove commit files
 * when there is nothing else to do. The only thread that touches the store's writer, except for
 * whoever has the engine for itself.
 */
final class ApplierLoop implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(ApplierLoop.class);
  private static final int OPERATIONS_A_COMMIT = 5_000;
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Pipeline pipeline;
  private final StateWriter writer;
  private final Overlay overlay;
  private final Ledger ledger;
  private final Retention retention;

  ApplierLoop(
      Pipeline pipeline, StateWriter writer, Overlay overlay, Ledger ledger, Retention retention) {
    this.pipeline = pipeline;
    this.writer = writer;
    this.overlay = overlay;
    this.ledger = ledger;
    this.retention = retention;
  }

  @Override
  public void run() {
    try {
      while (true) {
        List<Group> groups = new ArrayList<>();
        boolean maintain = false;
        pipeline.lock.lock();
        try {
          pipeline.applierBusy = false;
          pipeline.progress.signalAll();
          while (pipeline.applyQueue.isEmpty() && (!pipeline.retentionDue || pipeline.pausing)) {
            if (pipeline.failure != null || pipeline.diskDone) {
              return;
            }
            pipeline.applierWork.await();
          }
          int operations = 0;
          while (!pipeline.applyQueue.isEmpty() && operations < OPERATIONS_A_COMMIT) {
            Group next = pipeline.applyQueue.removeFirst();
            operations += next.changes.size();
            groups.add(next);
          }
          maintain = pipeline.retentionDue && !pipeline.pausing && pipeline.applyQueue.isEmpty();
          if (maintain) {
            pipeline.retentionDue = false;
          }
          pipeline.applierBusy = true;
        } finally {
          pipeline.lock.unlock();
        }
        if (!groups.isEmpty()) {
          applyAll(groups);
        }
        if (maintain) {
          retention.removeOldFiles(appliedIndex());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private long appliedIndex() {
    pipeline.lock.lock();
    try {
      return pipeline.appliedIndex;
    } finally {
      pipeline.lock.unlock();
    }
  }

  private void applyAll(List<Group> groups) throws InterruptedException {
    while (true) {
      try {
        for (Group group : groups) {
          for (SliceChange change : group.changes) {
            change.applyTo(writer, group.requireTip().index());
          }
        }
        writer.forgetDeparted(ledger.look().acknowledgedIndex());
        writer.commit(groups.get(groups.size() - 1).requireTip().point());
        break;
      } catch (UnavailableException e) {
        writer.rollback();
        if (!waitOutTrouble(e)) {
          return; // closing: the next start applies it from the commit files
        }
      }
    }
    long bytes = 0;
    for (Group group : groups) {
      overlay.applied(group);
      bytes += group.bytes;
    }
    pipeline.lock.lock();
    try {
      pipeline.storeTrouble = null;
      pipeline.overlayBytes -= bytes;
      pipeline.appliedIndex = groups.get(groups.size() - 1).requireTip().index();
      pipeline.progress.signalAll();
      pipeline.writerWork.signal();
    } finally {
      pipeline.lock.unlock();
    }
  }

  private boolean waitOutTrouble(UnavailableException trouble) throws InterruptedException {
    pipeline.lock.lock();
    try {
      if (pipeline.storeTrouble == null) {
        LOG.warn("The store cannot be written; it is tried again", trouble);
      }
      pipeline.storeTrouble = trouble;
      pipeline.progress.signalAll();
      pipeline.room.signalAll();
      long left = RETRY.toNanos();
      while (left > 0) {
        if (pipeline.diskDone || pipeline.failure != null) {
          return false;
        }
        left = pipeline.applierWork.awaitNanos(left);
      }
      return true;
    } finally {
      pipeline.lock.unlock();
    }
  }
}
