package dev.cairn.keyserver.engine;

import dev.cairn.crypto.Bytes;
import dev.cairn.journal.record.LogRecord;
import dev.cairn.journal.record.MalformedRecordException;
import dev.cairn.journal.record.RecordCodec;
import dev.cairn.keyserver.CommitPosition;
import dev.cairn.keyserver.commitfile.CommitFiles;
import dev.cairn.keyserver.error.CairnException;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.threading.Threading;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What is durable and what of it is backed up: counts, and who waits. Thread-safe; futures are
 * completed outside of the lock.
 */
final class Ledger {
  private record Entry(long index, long sequence, long bytes, long since) {}

  private record Waiting(CommitPosition position, CompletableFuture<CommitPosition> future) {}

  private final CommitFiles files;
  private final RecordCodec codec;
  private final ReentrantLock lock;
  private final Condition progress;
  private final Deque<Entry> outbox = new ArrayDeque<>();
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private final Set<Long> unfinished = new HashSet<>();
  private ChainTip tip;
  private long acknowledgedIndex;
  private long acknowledgedSequence;
  private long announcedIndex;
  private long outboxBytes;
  private Optional<CairnException> refusal = Optional.empty();

  Ledger(
      Threading threading,
      CommitFiles files,
      RecordCodec codec,
      ChainTip tip,
      long acknowledgedIndex,
      long acknowledgedSequence) {
    this.lock = threading.newLock();
    this.progress = lock.newCondition();
    this.files = files;
    this.codec = codec;
    this.tip = tip;
    this.acknowledgedIndex = acknowledgedIndex;
    this.announcedIndex = acknowledgedIndex;
    this.acknowledgedSequence = acknowledgedSequence;
  }

  /** Takes in what the commit files hold beyond what is known to be backed up. */
  void loadOutbox() throws IOException {
    for (long index = Math.max(acknowledgedIndex + 1, files.firstIndex());
        index <= tip.index();
        index++) {
      Bytes value = files.read(index);
      LogRecord record = decode(value, index);
      outbox.add(
          new Entry(
              index, record.header().sequenceAfter(), value.size(), record.header().timestamp()));
      outboxBytes += value.size();
      if (record.header().openOperations() > 0) {
        unfinished.add(index);
      }
    }
  }

  LogRecord decode(Bytes value, long index) {
    try {
      return codec.decode(value);
    } catch (MalformedRecordException e) {
      throw new IntegrityException(
          "Record " + index + " in the commit files is not one of ours: " + e.getMessage(), e);
    }
  }

  LogRecord record(long index) {
    return decode(bytes(index), index);
  }

  Bytes bytes(long index) {
    try {
      return files.read(index);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Record " + index + " cannot be read from the commit files", e);
    }
  }

  /** A group is on disk. */
  void durable(Group group, List<Part> parts) {
    ChainTip now = group.requireTip();
    List<Group.Waiter> done = group.waiters;
    List<Group.Waiter> backedUp = new ArrayList<>();
    Optional<CairnException> refused;
    long written = System.currentTimeMillis();
    lock.lock();
    try {
      for (Part part : parts) {
        if (part.record().isPresent()) {
          outbox.add(
              new Entry(
                  part.index(),
                  part.last() ? now.sequence() : now.sequence() - 1,
                  part.bytes(),
                  written));
          outboxBytes += part.bytes();
        }
      }
      unfinished.addAll(group.unfinishedIndexes);
      tip = now;
      refused = refusal;
      if (refused.isEmpty()) {
        for (Group.Waiter waiter : done) {
          if (waiter.position().index() <= acknowledgedIndex) {
            backedUp.add(waiter);
          } else {
            waiting.add(new Waiting(waiter.position(), waiter.submission().backedUp()));
          }
        }
      }
    } finally {
      lock.unlock();
    }
    for (Group.Waiter waiter : done) {
      waiter.submission().durable().complete(waiter.position());
      refused.ifPresent(cause -> waiter.submission().backedUp().completeExceptionally(cause));
    }
    for (Group.Waiter waiter : backedUp) {
      waiter.submission().backedUp().complete(waiter.position());
    }
  }

  /** A record that opens an epoch on a base is on disk, and the state is the base's. */
  void opened(ChainTip now, long bytes) {
    lock.lock();
    try {
      outbox.add(new Entry(now.index(), now.sequence(), bytes, System.currentTimeMillis()));
      outboxBytes += bytes;
      tip = now;
    } finally {
      lock.unlock();
    }
  }

  /** Every record up to this one is backed up. */
  void acknowledged(long index) {
    List<Waiting> done = new ArrayList<>();
    lock.lock();
    try {
      if (index <= acknowledgedIndex) {
        return;
      }
      acknowledgedIndex = index;
      while (!outbox.isEmpty() && outbox.peekFirst().index() <= index) {
        Entry entry = outbox.removeFirst();
        acknowledgedSequence = entry.sequence();
        outboxBytes -= entry.bytes();
        unfinished.remove(entry.index());
      }
      while (!waiting.isEmpty() && waiting.peekFirst().position().index() <= index) {
        done.add(waiting.removeFirst());
      }
    } finally {
      lock.unlock();
    }
    for (Waiting each : done) {
      each.future().complete(each.position());
    }
    lock.lock();
    try {
      announcedIndex = Math.max(announcedIndex, index);
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Nothing more can be backed up by this keyserver, as it is open now. */
  void refuse(CairnException cause) {
    List<Waiting> failed;
    lock.lock();
    try {
      if (refusal.isEmpty()) {
        refusal = Optional.of(cause);
      }
      failed = List.copyOf(waiting);
      waiting.clear();
      progress.signalAll();
    } finally {
      lock.unlock();
    }
    failed.forEach(each -> each.future().completeExceptionally(cause));
  }

  Optional<CairnException> refusal() {
    lock.lock();
    try {
      return refusal;
    } finally {
      lock.unlock();
    }
  }

  boolean endsTransaction(long index) {
    lock.lock();
    try {
      return !unfinished.contains(index);
    } finally {
      lock.unlock();
    }
  }

  /** One consistent look. */
  record Snapshot(
      ChainTip tip, long acknowledgedIndex, long acknowledgedSequence, long outboxBytes) {
    long outboxTransactions() {
      return tip.sequence() - acknowledgedSequence;
    }
  }

  Snapshot look() {
    lock.lock();
    try {
      return new Snapshot(tip, acknowledgedIndex, acknowledgedSequence, outboxBytes);
    } finally {
      lock.unlock();
    }
  }

  /** When the oldest record that is not backed up was written here. */
  Optional<Instant> oldestUnbacked() {
    lock.lock();
    try {
      return Optional.ofNullable(outbox.peekFirst())
          .map(oldest -> Instant.ofEpochMilli(oldest.since()));
    } finally {
      lock.unlock();
    }
  }

  long outboxBytes() {
    lock.lock();
    try {
      return outboxBytes;
    } finally {
      lock.unlock();
    }
  }

  ChainTip tip() {
    lock.lock();
    try {
      return tip;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until that record is backed up, and everybody who waited for it knows.
   *
   * @return false if for that long there was no progress
   */
  boolean awaitAcknowledged(long index, long nanosWithoutProgress) throws InterruptedException {
    lock.lock();
    try {
      long left = nanosWithoutProgress;
      long seen = announcedIndex;
      while (announcedIndex < index) {
        if (refusal.isPresent()) {
          throw refusal.get();
        }
        if (left <= 0) {
          return false;
        }
        left = progress.awaitNanos(left);
        if (announcedIndex > seen) {
          seen = announcedIndex;
          left = nanosWithoutProgress;
        }
      }
      return true;
    } finally {
      lock.unlock();
    }
  }
}
