package dev.cairn.compactor.work;

import dev.cairn.compactor.log.LogEntry;
import dev.cairn.compactor.log.LogExtent;
import dev.cairn.compactor.log.UserLog;
import dev.cairn.compactor.log.UserLogs;
import dev.cairn.crypto.AuthorKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Elements;
import dev.cairn.crypto.Sha256;
import dev.cairn.crypto.StateAccumulator;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.record.CommitDraft;
import dev.cairn.journal.record.EpochDraft;
import dev.cairn.journal.record.LogRecord;
import dev.cairn.journal.record.Operation;
import dev.cairn.journal.record.RecordCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A log of many objects that takes no memory: its records are made while they are read. First every
 * object is put once, then every hundredth, or a thousand, are put again.
 */
final class GeneratedLog implements UserLogs {
  static final int PER_COMMIT = 1_000;
  private static final RecordCodec CODEC = RecordCodec.withBuiltInSchemas();

  private final UserId userId;
  private final int objects;
  private final AtomicLong start = new AtomicLong();
  private long end;

  GeneratedLog(UserId userId, int objects) {
    this.userId = userId;
    this.objects = objects;
    this.end = 1L + objects / PER_COMMIT;
  }

  /** The second part, too, can be read from now on. */
  void goOn() {
    end = 1L + objects / PER_COMMIT + commitsAgain();
  }

  private int commitsAgain() {
    return Math.max(1, objects / 100 / PER_COMMIT);
  }

  /** So far apart are the objects that are put again. */
  private int stride() {
    return objects / (commitsAgain() * PER_COMMIT);
  }

  long start() {
    return start.get();
  }

  long end() {
    return end;
  }

  @Override
  public UserLog open(UserId user) {
    return new Open();
  }

  @Override
  public void setCompacted(UserId user, long offset) {}

  private final class Open implements UserLog {
    @Override
    public LogExtent extent() {
      return new LogExtent(start.get(), end);
    }

    @Override
    public <E extends Exception> void read(long from, long toExclusive, Visitor<E> visitor)
        throws E {
      try (Writer writer = new Writer()) {
        List<LogEntry> entries = new ArrayList<>();
        for (long offset = 0; offset < toExclusive; offset++) {
          LogRecord record = writer.next();
          if (offset >= from) {
            entries.add(new LogEntry(offset, CODEC.encode(record)));
            if (entries.size() == 10 || offset == toExclusive - 1) {
              if (!visitor.visit(entries)) {
                return;
              }
              entries = new ArrayList<>();
            }
          }
        }
      }
    }

    @Override
    public void truncateBefore(long offset) {
      start.accumulateAndGet(offset, Math::max);
    }

    @Override
    public void close() {}
  }

  private final class Writer implements AutoCloseable {
    private final AuthorKey author =
        AuthorKey.takeOwnershipOfSeed(Sha256.hash(Bytes.utf8("seed")).toByteArray());
    private final StateAccumulator accumulator = new StateAccumulator();
    private long index = -1;
    private long count;
    private Bytes head = Bytes.EMPTY;

    LogRecord next() {
      index++;
      LogRecord record =
          index == 0
              ? EpochDraft.genesis(userId, author.publicKey(), 1_000).sign(author)
              : commit(index);
      head = record.head();
      return record;
    }

    private LogRecord commit(long number) {
      boolean first = number <= objects / PER_COMMIT;
      long before = number - 1;
      List<Operation> operations = new ArrayList<>(PER_COMMIT);
      for (int i = 0; i < PER_COMMIT; i++) {
        int object =
            first
                ? (int) (before * PER_COMMIT + i)
                : (int) (((before - objects / PER_COMMIT) * PER_COMMIT + i) * stride());
        if (first) {
          operations.add(Operation.put(tag(object), sealed(object, number)));
          count++;
        } else {
          long old = object / PER_COMMIT + 1L;
          Bytes element = element(object, old);
          accumulator.subtract(element);
          operations.add(Operation.replace(tag(object), sealed(object, number), element));
        }
        accumulator.add(element(object, number));
      }
      return new CommitDraft(
              userId,
              1,
              1,
              number,
              head,
              before,
              List.of(PER_COMMIT),
              0,
              CommitDraft.number(userId, 1, 1, before, List.of(PER_COMMIT), operations),
              accumulator.digest(),
              count,
              1_000 + number)
          .sign(author);
    }

    private Bytes element(int object, long sequence) {
      return Elements.element(userId, 1, 1, sequence, tag(object), sealed(object, sequence));
    }

    @Override
    public void close() {
      author.close();
    }
  }

  private static Bytes tag(int object) {
    return Sha256.hash(Bytes.utf8("object " + object));
  }

  private static Bytes sealed(int object, long version) {
    byte[] bytes = new byte[100 + object % 100];
    new Random(object * 31L + version).nextBytes(bytes);
    return Bytes.wrap(bytes);
  }
}
