package dev.cairn.keyserver.engine;

import dev.cairn.keyserver.error.CairnException;
import dev.cairn.keyserver.error.FencedException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.threading.Threading;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the threads of an engine hand on to one another, and what each has to know of the others.
 *
 * <p>Every field that is not final is guarded by {@link #lock}, unless it says otherwise. Nobody
 * holds the lock while it works on a disk, on the store or with keys.
 *
 * <table>
 * <caption>Who waits for what</caption>
 * <tr><th>condition</th><th>waits</th><th>signalled when</th></tr>
 * <tr><td>{@link #writerWork}</td><td>writer</td><td>something is queued, the disk is idle, the overlay has room</td></tr>
 * <tr><td>{@link #diskWork}</td><td>disk</td><td>a record is handed on</td></tr>
 * <tr><td>{@link #applierWork}</td><td>applier</td><td>a group is durable, commit files may go</td></tr>
 * <tr><td>{@link #room}</td><td>callers, writer</td><td>a queue before them has become shorter</td></tr>
 * <tr><td>{@link #progress}</td><td>readers, whoever wants the engine for itself</td><td>the store has more, a thread has
 * nothing to do</td></tr>
 * </table>
 */
final class Pipeline {
  final ReentrantLock lock;
  final Condition writerWork;
  final Condition diskWork;
  final Condition applierWork;
  final Condition room;
  final Condition progress;

  /** From callers to the writer. */
  final Deque<Submission> queue = new ArrayDeque<>();

  /** From the writer to the disk. */
  final Deque<Part> diskQueue = new ArrayDeque<>();

  /** From the disk to the applier. */
  final Deque<Group> applyQueue = new ArrayDeque<>();

  /** Closed by the writer, not on disk yet. */
  final Deque<Group> unsettled = new ArrayDeque<>();

  /** Everything that is not durable yet; thread-safe without the lock. */
  final Set<Submission> open = ConcurrentHashMap.newKeySet();

  long queuedBytes;
  long diskQueueBytes;
  long overlayBytes;
  long appliedIndex;
  boolean diskBusy;
  boolean applierBusy;
  boolean writerDone;
  boolean diskDone;
  boolean closing;

  /** The home is being handed over: nothing more is taken. */
  boolean yielding;

  /** Somebody wants the engine for itself: the writer seals nothing more. */
  boolean pausing;

  /** The writer holds still, with nothing in its hands. */
  boolean writerParked;

  /** The disk did not take something: the writer takes back all that is not durable. */
  boolean rollBack;

  @Nullable CairnException rollBackCause;
  @Nullable CairnException failure;
  @Nullable CairnException storeTrouble;
  boolean retentionDue;

  /** Somebody asks for a record, even if it holds nothing. */
  boolean emptyRecordDue;

  Pipeline(Threading threading, long appliedIndex) {
    this.lock = threading.newLock();
    this.writerWork = lock.newCondition();
    this.diskWork = lock.newCondition();
    this.applierWork = lock.newCondition();
    this.room = lock.newCondition();
    this.progress = lock.newCondition();
    this.appliedIndex = appliedIndex;
  }

  /** Queues a submission; with the lock. */
  void enqueue(Submission submission) {
    open.add(submission);
    queue.addLast(submission);
    queuedBytes += submission.transaction().bytes();
    writerWork.signal();
  }

  /** Whether nothing is on its way, the queue of callers aside; with the lock. */
  boolean isStill() {
    return writerParked
        && diskQueue.isEmpty()
        && !diskBusy
        && unsettled.isEmpty()
        && applyQueue.isEmpty()
        && !applierBusy;
  }

  void signalAll() {
    for (Condition condition : List.of(writerWork, diskWork, applierWork, room, progress)) {
      condition.signalAll();
    }
  }

  void fail(Submission submission, CairnException cause) {
    open.remove(submission);
    submission.fail(cause);
  }

  void failOpen(CairnException cause) {
    for (Submission submission : List.copyOf(open)) {
      fail(submission, cause);
    }
  }

  /** Throws if nothing more can be done, with this call's stack; with the lock. */
  void requireRunning() {
    if (failure != null) {
      throw again(failure);
    }
    if (closing) {
      throw new UnavailableException("The keyserver is closed. Nothing was changed");
    }
  }

  /** The same failure with this call's stack. */
  static CairnException again(CairnException cause) {
    return switch (cause) {
      case FencedException fenced -> new FencedException(fenced.getMessage(), fenced);
      case UnavailableException unavailable ->
          new UnavailableException(unavailable.getMessage(), unavailable);
      default -> cause;
    };
  }
}
