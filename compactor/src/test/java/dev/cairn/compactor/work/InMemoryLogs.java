package dev.cairn.compactor.work;

import dev.cairn.compactor.log.LogAbsentException;
import dev.cairn.compactor.log.LogEntry;
import dev.cairn.compactor.log.LogExtent;
import dev.cairn.compactor.log.LogTruncatedException;
import dev.cairn.compactor.log.LogUnavailableException;
import dev.cairn.compactor.log.UserLog;
import dev.cairn.compactor.log.UserLogs;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.record.LogRecord;
import dev.cairn.journal.record.RecordCodec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One user's log in memory, with gaps where a test wants them. */
final class InMemoryLogs implements UserLogs {
  private static final RecordCodec CODEC = RecordCodec.withBuiltInSchemas();

  private final UserId userId;
  private final TreeMap<Long, Bytes> records = new TreeMap<>();
  private final Map<UserId, Long> compacted = new HashMap<>();
  private long start;
  private long end;
  private int truncations;
  private int batch = 3;

  InMemoryLogs(UserId userId) {
    this.userId = userId;
  }

  /** Copies, so that a test can go on from the same state several times. */
  InMemoryLogs copy() {
    InMemoryLogs copy = new InMemoryLogs(userId);
    copy.records.putAll(records);
    copy.compacted.putAll(compacted);
    copy.start = start;
    copy.end = end;
    return copy;
  }

  long append(LogRecord record) {
    return append(CODEC.encode(record));
  }

  long append(Bytes value) {
    records.put(end, value);
    return end++;
  }

  void skip(int offsets) {
    end += offsets;
  }

  /** Cuts the end off, as a broker that lost data does. */
  void loseFrom(long offset) {
    records.tailMap(offset, true).clear();
    end = offset;
  }

  Bytes valueAt(long offset) {
    Bytes value = records.get(offset);
    if (value == null) {
      throw new AssertionError("no record at " + offset);
    }
    return value;
  }

  void readInBatchesOf(int size) {
    batch = size;
  }

  long start() {
    return start;
  }

  long end() {
    return end;
  }

  int truncations() {
    return truncations;
  }

  long compacted() {
    return compacted.getOrDefault(userId, -1L);
  }

  @Override
  public UserLog open(UserId user) throws LogUnavailableException {
    if (!user.equals(userId)) {
      throw new LogAbsentException("There is no log of user " + user);
    }
    return new Open();
  }

  @Override
  public void setCompacted(UserId user, long offset) {
    compacted.put(user, offset);
  }

  private final class Open implements UserLog {
    @Override
    public LogExtent extent() {
      return new LogExtent(start, end);
    }

    @Override
    public <E extends Exception> void read(long from, long toExclusive, Visitor<E> visitor)
        throws LogUnavailableException, E {
      long at = from;
      while (at < toExclusive) {
        if (at < start) {
          throw new LogTruncatedException("offset " + at + " is gone");
        }
        List<LogEntry> entries =
            records.subMap(at, toExclusive).entrySet().stream()
                .limit(batch)
                .map(each -> new LogEntry(each.getKey(), each.getValue()))
                .toList();
        if (entries.isEmpty()) {
          return;
        }
        at = entries.getLast().offset() + 1;
        if (!visitor.visit(entries)) {
          return;
        }
      }
    }

    @Override
    public void truncateBefore(long offset) {
      if (offset > start) {
        truncations++;
        start = offset;
        records.headMap(offset).clear();
      }
    }

    @Override
    public void close() {}
  }
}
