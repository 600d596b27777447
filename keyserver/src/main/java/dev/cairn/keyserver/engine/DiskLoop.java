package dev.cairn.keyserver.engine;

import dev.cairn.crypto.Bytes;
import dev.cairn.keyserver.commitfile.CommitFiles;
import dev.cairn.keyserver.error.UnavailableException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The disk: appends what is waiting, forces once, makes it visible to readers, completes {@code
 * durable}. What cannot be appended is cut again and given back to the writer; what cannot be
 * forced ends the engine.
 */
final class DiskLoop implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(DiskLoop.class);

  private final Pipeline pipeline;
  private final CommitFiles files;
  private final Overlay overlay;
  private final Ledger ledger;
  private final LongConsumer durableListener;

  /**
   * @param durableListener hears the index of each record that has become durable; must not block
   */
  DiskLoop(
      Pipeline pipeline,
      CommitFiles files,
      Overlay overlay,
      Ledger ledger,
      LongConsumer durableListener) {
    this.pipeline = pipeline;
    this.files = files;
    this.overlay = overlay;
    this.ledger = ledger;
    this.durableListener = durableListener;
  }

  @Override
  public void run() {
    List<Part> spanning = new ArrayList<>();
    try {
      while (true) {
        List<Part> parts = new ArrayList<>();
        pipeline.lock.lock();
        try {
          while (pipeline.diskQueue.isEmpty() || pipeline.rollBack) {
            if (pipeline.failure != null || (pipeline.writerDone && pipeline.diskQueue.isEmpty())) {
              return;
            }
            pipeline.diskWork.await();
          }
          parts.addAll(pipeline.diskQueue);
          pipeline.diskQueue.clear();
          pipeline.diskBusy = true;
        } finally {
          pipeline.lock.unlock();
        }
        if (write(parts)) {
          settle(spanning, parts);
        } else {
          spanning.clear();
        }
        pipeline.lock.lock();
        try {
          pipeline.diskBusy = false;
          for (Part part : parts) {
            pipeline.diskQueueBytes -= part.bytes();
          }
          pipeline.room.signalAll();
          pipeline.writerWork.signal();
          pipeline.progress.signalAll();
        } finally {
          pipeline.lock.unlock();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      pipeline.lock.lock();
      try {
        pipeline.diskDone = true;
        pipeline.applierWork.signalAll();
      } finally {
        pipeline.lock.unlock();
      }
    }
  }

  /**
   * Writes and, where a group ends, forces; false if the disk did not take it and it was cut again.
   */
  private boolean write(List<Part> parts) {
    List<Bytes> records = new ArrayList<>(parts.size());
    long first = -1;
    boolean ends = false;
    for (Part part : parts) {
      if (part.record().isPresent()) {
        first = records.isEmpty() ? part.index() : first;
        records.add(part.record().get());
        ends |= part.last();
      }
    }
    if (records.isEmpty()) {
      return true;
    }
    try {
      files.append(first, records);
    } catch (IOException e) {
      takeBack(e);
      return false;
    }
    if (ends) {
      try {
        files.force();
      } catch (IOException e) {
        // After that nobody knows what is on disk: pages that failed may count as written.
        throw new UnavailableException(
            "The disk failed to keep what was written ("
                + e.getMessage()
                + "). What was promised as durable is; nothing more is accepted: check the disk and"
                + " open the home again",
            e);
      }
    }
    return true;
  }

  private void takeBack(IOException cause) {
    long durable = ledger.tip().index();
    LOG.warn("The commit file cannot be written; records after {} are taken back", durable, cause);
    try {
      files.cutAfter(durable);
    } catch (IOException e) {
      e.addSuppressed(cause);
      throw new UnavailableException(
          "The disk does not take anything ("
              + cause.getMessage()
              + "). What was promised as durable is; nothing more is accepted: check the disk and"
              + " open the home again",
          e);
    }
    pipeline.lock.lock();
    try {
      pipeline.rollBack = true;
      pipeline.rollBackCause =
          new UnavailableException(
              "The disk did not take the transaction ("
                  + cause.getMessage()
                  + "). Nothing of it was kept; make room and try again",
              cause);
      for (Part part : pipeline.diskQueue) {
        pipeline.diskQueueBytes -= part.bytes();
      }
      pipeline.diskQueue.clear();
      pipeline.room.signalAll();
      pipeline.writerWork.signal();
    } finally {
      pipeline.lock.unlock();
    }
  }

  private void settle(List<Part> spanning, List<Part> parts) {
    for (Part part : parts) {
      spanning.add(part);
      if (!part.last()) {
        continue;
      }
      Group group = part.group();
      overlay.becameDurable(group);
      group.waiters.forEach(waiter -> pipeline.open.remove(waiter.submission()));
      ledger.durable(group, spanning);
      spanning.clear();
      if (part.record().isPresent()) {
        durableListener.accept(part.index());
      }
      pipeline.lock.lock();
      try {
        pipeline.unsettled.remove(group);
        pipeline.overlayBytes += group.bytes;
        pipeline.applyQueue.addLast(group);
        pipeline.applierWork.signal();
        pipeline.writerWork.signal();
      } finally {
        pipeline.lock.unlock();
      }
    }
  }
}
