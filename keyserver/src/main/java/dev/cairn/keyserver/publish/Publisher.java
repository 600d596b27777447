package dev.cairn.keyserver.publish;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.judge.TrustedKeys;
import dev.cairn.journal.record.EpochOpened;
import dev.cairn.keyserver.error.CairnException;
import dev.cairn.keyserver.error.FencedException;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.publish.LogPort.SendListener;
import dev.cairn.keyserver.publish.LogPort.Sender;
import dev.cairn.keyserver.service.BrokerConnection;
import dev.cairn.keyserver.threading.Threading;
import dev.cairn.keyserver.threading.Threading.Running;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what is durable to the log, verbatim and in order, and says what is backed up.
 *
 * <table>
 * <caption>States</caption>
 * <tr><th>state</th><th>does</th><th>next</th></tr>
 * <tr><td>connecting</td><td>asks the service for the way to the log</td><td>judging; fenced, if the service says
 * so</td></tr>
 * <tr><td>judging</td><td>reads the log behind the last acknowledged record and judges it: our own records that stand
 * there are acknowledged</td><td>sending; fenced, if a record was accepted that is not ours</td></tr>
 * <tr><td>sending</td><td>sends the records behind the last acknowledged one; an acknowledgement counts if it is for the
 * next record, at the next offset</td><td>judging, if an offset does not follow or is unknown; connecting, after a
 * pause, if anything fails</td></tr>
 * <tr><td>fenced</td><td>nothing more</td><td></td></tr>
 * </table>
 *
 * <p>Whatever ends the sending also ends the sender, and no acknowledgement of it counts any more:
 * the next one starts with the first record that is not acknowledged. Damage never stops it. That
 * the log refuses this writer is believed only when the service says that a later epoch was
 * granted.
 */
public final class Publisher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
  private static final long WINDOW_BYTES = 32L * 1024 * 1024;
  private static final int WINDOW_RECORDS = 4096;
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(1);

  private final long epoch;
  private final Outbox outbox;
  private final ConnectionSource service;
  private final Function<BrokerConnection, LogPort> logs;
  private final Consumer<AcknowledgedMark> marks;
  private final PublisherTiming timing;
  private final LogJudge judge;
  private final Threading threading;
  private volatile @Nullable Running thread;

  private final ReentrantLock lock;
  private final Condition changed;
  private boolean closing;
  private long acknowledged;
  private Optional<AcknowledgedMark> mark;
  private Optional<AcknowledgedMark> keptMark;
  private long keptAtNanos;
  private @Nullable Sending sending;
  private Optional<RuntimeException> trouble = Optional.empty();
  private @Nullable BrokerConnection lastConnection;

  /** Why sending ended. */
  private enum End {
    NOT_YET,
    JUDGE,
    FAILED
  }

  private record InFlight(long index, int bytes) {}

  /** One sender and what it has sent. Its methods need the lock. */
  private static final class Sending {
    final Deque<InFlight> inFlight = new ArrayDeque<>();
    long inFlightBytes;
    long nextOffset;
    End end = End.NOT_YET;
    @Nullable RuntimeException failure;

    Sending(long nextOffset) {
      this.nextOffset = nextOffset;
    }

    boolean hasRoom() {
      return inFlightBytes < WINDOW_BYTES && inFlight.size() < WINDOW_RECORDS;
    }

    void end(End how) {
      if (end == End.NOT_YET) {
        end = how;
      }
    }
  }

  /**
   * @param epochOpened the opening of the epoch that this keyserver writes in
   * @param trusted the author keys that this keyserver holds
   * @param known where the backup was known to stand
   * @param acknowledgedIndex the same, where no mark is known yet: one before the oldest record to
   *     send
   * @param logs opens the log
   * @param marks keeps where the backup stands
   * @param threading runs the one thread
   */
  public Publisher(
      UserId userId,
      TrustedKeys trusted,
      EpochOpened epochOpened,
      Outbox outbox,
      ConnectionSource service,
      Function<BrokerConnection, LogPort> logs,
      Optional<AcknowledgedMark> known,
      long acknowledgedIndex,
      Consumer<AcknowledgedMark> marks,
      PublisherTiming timing,
      Threading threading) {
    this.threading = threading;
    this.lock = threading.newLock();
    this.changed = lock.newCondition();
    this.keptAtNanos = threading.nanoTime();
    this.epoch = epochOpened.epoch();
    this.outbox = outbox;
    this.service = service;
    this.logs = logs;
    this.mark = known;
    this.keptMark = known;
    this.acknowledged = acknowledgedIndex;
    this.marks = marks;
    this.timing = timing;
    this.judge = new LogJudge(userId, trusted, epochOpened.signedHeader(), outbox, service);
  }

  /** Starts publishing. */
  public void start() {
    thread = threading.start("cairn-publisher", this::run);
  }

  /** Records up to that one are durable. Does not block. */
  public void durable(long index) {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Why nothing is backed up right now, if something is in the way. */
  public Optional<String> trouble() {
    lock.lock();
    try {
      return trouble.map(RuntimeException::getMessage);
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    Duration pause = timing.firstPause();
    boolean refused = false;
    while (!isClosing()) {
      long before = acknowledgedIndex();
      try {
        BrokerConnection connection = connect(refused);
        refused = false;
        try (LogPort log = logs.apply(connection)) {
          publish(log);
        }
        pause = timing.firstPause();
        continue;
      } catch (FencedException e) {
        fenced(e);
        return;
      } catch (LogRefusedException e) {
        refused = true;
        report(e);
      } catch (LogUnavailableException | CairnException e) {
        report(e);
      } catch (RuntimeException e) {
        LOG.error("Publishing failed unexpectedly; it is tried again", e);
        report(e);
      }
      if (acknowledgedIndex() > before) {
        pause = timing.firstPause();
      }
      pause(pause);
      Duration doubled = pause.multipliedBy(2);
      pause = doubled.compareTo(timing.longestPause()) > 0 ? timing.longestPause() : doubled;
    }
  }

  /**
   * The service may be away while the log is not: then the last answer serves, unless the log has
   * refused it.
   */
  private BrokerConnection connect(boolean refused) {
    try {
      BrokerConnection connection = service.connect(epoch);
      lastConnection = connection;
      return connection;
    } catch (UnavailableException e) {
      BrokerConnection last = lastConnection;
      if (last == null || refused) {
        throw e;
      }
      return last;
    }
  }

  private void publish(LogPort log) {
    while (!isClosing()) {
      LogJudge.Found found = judge.judge(log, currentMark());
      take(found);
      if (!send(log, found.endOffset())) {
        return;
      }
    }
  }

  private Optional<AcknowledgedMark> currentMark() {
    lock.lock();
    try {
      return mark;
    } finally {
      lock.unlock();
    }
  }

  private void take(LogJudge.Found found) {
    lock.lock();
    try {
      if (found.index() < acknowledged) {
        LOG.warn(
            "The log goes up to record {} of {} that it had acknowledged: sending the others again",
            found.index(),
            acknowledged);
      }
      acknowledged = found.index();
      mark = found.mark();
      trouble = Optional.empty();
    } finally {
      lock.unlock();
    }
    outbox.acknowledged(found.index());
    keepMark(true);
  }

  /**
   * Sends until something is in the way; false if this log will not do any more, true if it must be
   * judged first.
   */
  private boolean send(LogPort log, long endOffset) {
    Sending mine = new Sending(endOffset);
    long next;
    lock.lock();
    try {
      sending = mine;
      next = acknowledged + 1;
    } finally {
      lock.unlock();
    }
    try (Sender sender = log.openSender(new Acknowledgements(mine))) {
      while (awaitWork(mine, next)) {
        Bytes record = outbox.record(next);
        lock.lock();
        try {
          mine.inFlight.addLast(new InFlight(next, record.size()));
          mine.inFlightBytes += record.size();
        } finally {
          lock.unlock();
        }
        sender.send(next, record);
        next++;
      }
    } finally {
      lock.lock();
      try {
        sending = null;
      } finally {
        lock.unlock();
      }
      keepMark(true);
    }
    if (mine.failure != null) {
      throw mine.failure;
    }
    return mine.end == End.JUDGE;
  }

  /** Waits for a durable record and room to send it; false if this sender must end. */
  private boolean awaitWork(Sending mine, long next) {
    while (true) {
      keepMark(false);
      lock.lock();
      try {
        if (closing || mine.end != End.NOT_YET) {
          return false;
        }
        if (next <= outbox.durableIndex() && mine.hasRoom()) {
          return true;
        }
        boolean unkept = !mark.equals(keptMark);
        if (unkept) {
          long wait = timing.markInterval().toNanos() - (threading.nanoTime() - keptAtNanos);
          changed.awaitNanos(Math.max(wait, 1));
        } else {
          changed.await();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      } finally {
        lock.unlock();
      }
    }
  }

  private final class Acknowledgements implements SendListener {
    private final Sending mine;

    Acknowledgements(Sending mine) {
      this.mine = mine;
    }

    @Override
    public void acknowledged(long index, OptionalLong offset) {
      boolean ends = outbox.endsTransaction(index);
      lock.lock();
      try {
        if (sending != mine || mine.end != End.NOT_YET) {
          return;
        }
        InFlight first = mine.inFlight.peekFirst();
        if (first == null
            || first.index() != index
            || offset.isEmpty()
            || offset.getAsLong() != mine.nextOffset) {
          LOG.warn(
              "Record {} was acknowledged at offset {} where {} was next: somebody else may write"
                  + " here, judging the log",
              index,
              offset.isPresent() ? offset.getAsLong() : "unknown",
              mine.nextOffset);
          mine.end(End.JUDGE);
          changed.signalAll();
          return;
        }
        boolean hadRoom = mine.hasRoom();
        mine.inFlight.removeFirst();
        mine.inFlightBytes -= first.bytes();
        if (ends) {
          mark = Optional.of(new AcknowledgedMark(index, mine.nextOffset));
        }
        mine.nextOffset++;
        Publisher.this.acknowledged = index;
        if (mine.inFlight.isEmpty() || !hadRoom) {
          changed.signalAll();
        }
      } finally {
        lock.unlock();
      }
      outbox.acknowledged(index);
    }

    @Override
    public void failed(long index, RuntimeException cause) {
      lock.lock();
      try {
        if (sending == mine && mine.end == End.NOT_YET) {
          mine.failure = cause;
          mine.end(End.FAILED);
          changed.signalAll();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private void keepMark(boolean now) {
    Optional<AcknowledgedMark> toKeep;
    lock.lock();
    try {
      boolean due = now || threading.nanoTime() - keptAtNanos >= timing.markInterval().toNanos();
      if (!due || mark.equals(keptMark) || mark.isEmpty()) {
        return;
      }
      toKeep = mark;
      keptMark = mark;
      keptAtNanos = threading.nanoTime();
    } finally {
      lock.unlock();
    }
    boolean interrupted = Thread.interrupted(); // would close the file that is being written
    toKeep.ifPresent(marks);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void fenced(FencedException cause) {
    long stranded = outbox.durableIndex() - acknowledgedIndex();
    LOG.error("{} ({} records are not backed up)", cause.getMessage(), stranded);
    lock.lock();
    try {
      trouble = Optional.of(cause);
    } finally {
      lock.unlock();
    }
    outbox.fenced(cause);
  }

  private void report(RuntimeException cause) {
    lock.lock();
    try {
      boolean repeated =
          trouble.isPresent()
              && String.valueOf(trouble.get().getMessage()).equals(cause.getMessage());
      if (!repeated) {
        if (cause instanceof IntegrityException) {
          LOG.error("Nothing can be backed up: {}", cause.getMessage(), cause);
        } else {
          LOG.warn("Nothing can be backed up right now, it is tried again: {}", cause.getMessage());
        }
      }
      trouble = Optional.of(cause);
    } finally {
      lock.unlock();
    }
  }

  private void pause(Duration length) {
    lock.lock();
    try {
      long left = length.toNanos();
      while (left > 0 && !closing) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  private boolean isClosing() {
    lock.lock();
    try {
      return closing;
    } finally {
      lock.unlock();
    }
  }

  private long acknowledgedIndex() {
    lock.lock();
    try {
      return acknowledged;
    } finally {
      lock.unlock();
    }
  }

  /** Stops sending, at once; what is not acknowledged is judged and sent by the next one. */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    Running started = thread;
    if (started == null) {
      return;
    }
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = started.join(CLOSE_PATIENCE);
        if (!ended) {
          started.interrupt(); // it waits for a service or a log that is away
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
