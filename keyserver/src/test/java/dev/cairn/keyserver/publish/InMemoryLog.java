package dev.cairn.keyserver.publish;

import dev.cairn.crypto.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A log in memory. Each sender has a thread of its own, as a Kafka producer has; a {@link Script}
 * decides what becomes of each record.
 */
public final class InMemoryLog {
  /** What becomes of one record that is sent. */
  public enum Fate {
    /** Appended and acknowledged. */
    LANDS,
    /** Not appended; the sender hears of a failure. */
    REFUSED,
    /** Appended, but the sender hears of a failure. */
    TIMES_OUT,
    /** Appended and acknowledged without an offset. */
    LANDS_SOMEWHERE,
    /** Appended twice, and acknowledged at the second place. */
    LANDS_TWICE,
    /** The writer has no right any more. */
    NOT_AUTHORIZED
  }

  /** Decides. */
  public interface Script {
    Fate of(long index, Bytes value);
  }

  private final List<Bytes> entries = new ArrayList<>();
  private long start;
  private Script script = (index, value) -> Fate.LANDS;
  private boolean away;
  private int sendersOpened;

  public synchronized void script(Script replacement) {
    script = replacement;
  }

  public synchronized void away(boolean now) {
    away = now;
  }

  /** Somebody appends. */
  public synchronized long append(Bytes value) {
    entries.add(value);
    return entries.size() - 1L;
  }

  /** A broker loses its newest records. */
  public synchronized void loseFrom(long offset) {
    while (entries.size() > offset) {
      entries.remove(entries.size() - 1);
    }
  }

  /** The provider truncates. */
  public synchronized void truncateBefore(long offset) {
    start = Math.max(start, Math.min(offset, entries.size()));
  }

  public synchronized List<Bytes> contents() {
    return List.copyOf(entries);
  }

  public synchronized int sendersOpened() {
    return sendersOpened;
  }

  private synchronized void checkThere() {
    if (away) {
      throw new LogUnavailableException("The log is away", new IllegalStateException("away"));
    }
  }

  public LogPort open() {
    return new Port();
  }

  private final class Port implements LogPort {
    @Override
    public LogExtent extent() {
      synchronized (InMemoryLog.this) {
        checkThere();
        return new LogExtent(start, entries.size());
      }
    }

    @Override
    public LogBatch read(long from, long end) {
      synchronized (InMemoryLog.this) {
        checkThere();
        if (from < start || from > entries.size()) {
          throw new LogUnavailableException(
              "Out of range", new IllegalStateException("offset " + from));
        }
        List<LogEntry> some = new ArrayList<>();
        long at = from;
        for (; at < Math.min(end, entries.size()) && some.size() < 7; at++) {
          some.add(new LogEntry(at, entries.get((int) at)));
        }
        return new LogBatch(some, at == from ? end : at);
      }
    }

    @Override
    public Sender openSender(SendListener listener) {
      checkThere();
      synchronized (InMemoryLog.this) {
        sendersOpened++;
      }
      return new ThreadedSender(listener);
    }

    @Override
    public void close() {}
  }

  private record Queued(long index, Bytes value) {}

  private final class ThreadedSender implements LogPort.Sender {
    private final LogPort.SendListener listener;
    private final LinkedBlockingQueue<Queued> queue = new LinkedBlockingQueue<>();
    private final Thread thread = new Thread(this::run, "in-memory-log-sender");
    private volatile boolean closed;

    ThreadedSender(LogPort.SendListener listener) {
      this.listener = listener;
      thread.setDaemon(true);
      thread.start();
    }

    private void run() {
      try {
        while (!closed) {
          @Nullable Queued next = queue.poll(20, TimeUnit.MILLISECONDS);
          if (next == null) {
            continue;
          }
          boolean waited = false;
          while (isAway() && !closed) {
            waited = true;
            LockSupport.parkNanos(1_000_000);
          }
          if (closed && waited) {
            return;
          }
          answer(next);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private boolean isAway() {
      synchronized (InMemoryLog.this) {
        return away;
      }
    }

    private void answer(Queued next) {
      OptionalLong offset = OptionalLong.empty();
      Fate fate;
      synchronized (InMemoryLog.this) {
        if (closed) {
          return;
        }
        fate = script.of(next.index(), next.value());
        switch (fate) {
          case LANDS -> offset = OptionalLong.of(append(next.value()));
          case TIMES_OUT, LANDS_SOMEWHERE -> append(next.value());
          case LANDS_TWICE -> {
            append(next.value());
            offset = OptionalLong.of(append(next.value()));
          }
          case REFUSED, NOT_AUTHORIZED -> {}
        }
      }
      switch (fate) {
        case LANDS, LANDS_SOMEWHERE, LANDS_TWICE -> listener.acknowledged(next.index(), offset);
        case REFUSED, TIMES_OUT -> {
          closed = true;
          listener.failed(
              next.index(),
              new LogUnavailableException(
                  "Refused by the script", new IllegalStateException("script")));
        }
        case NOT_AUTHORIZED -> {
          closed = true;
          listener.failed(
              next.index(),
              new LogRefusedException("Not authorized", new IllegalStateException("script")));
        }
      }
    }

    @Override
    public void send(long index, Bytes value) {
      queue.add(new Queued(index, value));
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
