package dev.cairn.recovery.accounts;

import dev.cairn.crypto.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** The accounts topic of a test: shared by any number of instances, and able to fail. */
public final class InMemoryTopic {
  private final List<CommandLog.Entry> entries = new ArrayList<>();
  private final LongSupplier clock;
  private long start;
  private boolean down;

  public InMemoryTopic(LongSupplier clock) {
    this.clock = clock;
  }

  /** A view for one instance. */
  public CommandLog open() {
    return new View();
  }

  /** From now on nothing answers, or everything again. */
  public synchronized void setDown(boolean down) {
    this.down = down;
  }

  /** What a broker that loses its tail leaves. */
  public synchronized void loseFrom(long offset) {
    while (entries.size() > offset) {
      entries.remove(entries.size() - 1);
    }
  }

  public synchronized long size() {
    return entries.size();
  }

  public synchronized long start() {
    return start;
  }

  public synchronized List<CommandLog.Entry> entries() {
    return List.copyOf(entries);
  }

  private final class View implements CommandLog {
    @Override
    public long append(byte[] value) throws AccountsUnavailableException {
      synchronized (InMemoryTopic.this) {
        requireUp();
        entries.add(new Entry(entries.size(), clock.getAsLong(), Bytes.copyOf(value)));
        return entries.size() - 1L;
      }
    }

    @Override
    public long startOffset() throws AccountsUnavailableException {
      synchronized (InMemoryTopic.this) {
        requireUp();
        return start;
      }
    }

    @Override
    public long endOffset() throws AccountsUnavailableException {
      synchronized (InMemoryTopic.this) {
        requireUp();
        return entries.size();
      }
    }

    @Override
    public void read(long from, long to, Reader reader)
        throws AccountsUnavailableException, UnreadableCommandException {
      List<Entry> part;
      synchronized (InMemoryTopic.this) {
        requireUp();
        if (from < start) {
          throw new AccountsUnavailableException("out of range");
        }
        part = List.copyOf(entries.subList((int) from, (int) to));
      }
      for (Entry entry : part) {
        reader.accept(entry);
      }
    }

    @Override
    public void truncate(long beforeOffset) throws AccountsUnavailableException {
      synchronized (InMemoryTopic.this) {
        requireUp();
        start = Math.max(start, beforeOffset);
      }
    }

    private void requireUp() throws AccountsUnavailableException {
      if (down) {
        throw new AccountsUnavailableException("Kafka is down");
      }
    }

    @Override
    public void close() {}
  }
}
