package dev.cairn.e2e.simulation;

import dev.cairn.compactor.log.LogTruncatedException;
import dev.cairn.compactor.log.UserLog;
import dev.cairn.compactor.log.UserLogs;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.record.EpochOpened;
import dev.cairn.journal.record.LogRecord;
import dev.cairn.journal.record.MalformedRecordException;
import dev.cairn.journal.record.RecordCodec;
import dev.cairn.keyserver.publish.LogExtent;
import dev.cairn.keyserver.publish.LogPort;
import dev.cairn.keyserver.publish.LogRefusedException;
import dev.cairn.keyserver.publish.LogUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * The owner's topic on a broker that may be away, answer late or not at all, show an end that is no
 * longer the newest, lose its newest records, and take requests of producers that are long gone.
 */
final class SimulatedLog implements UserLogs {
  private static final int BATCH = 7;
  private static final RecordCodec CODEC = RecordCodec.withBuiltInSchemas();

  /** Looks before records are deleted. */
  interface TruncationAudit {
    void truncates(long from, long to);
  }

  final Scheduler scheduler;
  final Random random;
  final Faults faults;
  final Weather weather;
  final Chain chain = new Chain();
  private final Machine broker;
  private final Map<Bytes, Long> epochs = new HashMap<>();
  private final Map<Long, EpochOpened> openings = new HashMap<>();
  private long start;
  private long writersFrom = 1;
  private int losses;
  TruncationAudit audit = (from, to) -> {};

  SimulatedLog(Scheduler scheduler, Random random, Faults faults, Weather weather) {
    this.scheduler = scheduler;
    this.random = random;
    this.faults = faults;
    this.weather = weather;
    this.broker = scheduler.machine("broker");
  }

  long start() {
    return start;
  }

  long end() {
    return chain.everything().size();
  }

  Bytes at(long offset) {
    return chain.everything().get((int) offset);
  }

  private void remember(LogRecord accepted) {
    if (accepted instanceof EpochOpened opened) {
      openings.put(opened.epoch(), opened);
    }
  }

  /** The opening of an epoch that was accepted once. */
  EpochOpened opening(long epoch) {
    EpochOpened opened = openings.get(epoch);
    if (opened == null) {
      throw new AssertionError("The opening of epoch " + epoch + " was never accepted");
    }
    return opened;
  }

  /** What a record is, if it is one. */
  static Optional<LogRecord> decoded(Bytes value) {
    try {
      return Optional.of(CODEC.decode(value));
    } catch (MalformedRecordException e) {
      return Optional.empty();
    }
  }

  /**
   * The opening that a new home begins with. Where brokers lost records that only a snapshot covers
   * now, a reader from the beginning cannot accept it.
   */
  void opened(EpochOpened opening) {
    openings.put(opening.epoch(), opening);
  }

  /** In which epoch a record was written that once stood here. */
  long epochOf(Bytes head) {
    Long epoch = epochs.get(head);
    if (epoch == null) {
      throw new AssertionError("Somebody goes on from a record that never stood here");
    }
    return epoch;
  }

  /** How often newest records were lost. */
  int losses() {
    return losses;
  }

  /** From now on only writers of that epoch, or a later one, may append. */
  void refuseBefore(long epoch) {
    writersFrom = Math.max(writersFrom, epoch);
  }

  boolean refuses(long epoch) {
    return epoch < writersFrom;
  }

  long append(Bytes value) {
    chain.append(value);
    decoded(value).ifPresent(record -> epochs.put(record.head(), record.epoch()));
    chain.last().ifPresent(this::remember);
    return end() - 1;
  }

  /** The brokers lose the newest records, and drop every connection. */
  void loseTail(int records) {
    long from = Math.max(start, end() - records);
    scheduler.note("loses offsets " + from + " to " + end());
    chain.loseFrom(from);
    losses++;
  }

  /** The newest records arrive once more, in their order: a client has sent them twice. */
  void repeat(int records) {
    long end = end();
    long from = Math.max(start, end - records);
    scheduler.note("offsets " + from + " to " + end + " arrive once more");
    for (long offset = from; offset < end; offset++) {
      append(at(offset));
    }
  }

  /** Requests of a producer that is gone arrive after all, in their order. */
  void arriveLate(long epoch, List<Bytes> values) {
    if (values.isEmpty() || broker.dead) {
      return;
    }
    int lossesBefore = losses;
    scheduler.start(
        broker,
        "late",
        () -> {
          for (Bytes value : values) {
            scheduler.sleep(Duration.ofNanos(random.nextInt(3_000_000)));
            if (refuses(epoch) || losses != lossesBefore) {
              return;
            }
            append(value);
            scheduler.note("a late record arrives at " + (end() - 1));
          }
        });
  }

  /** Nothing that is under way arrives any more. */
  void settle() {
    scheduler.await(() -> broker.threads.isEmpty(), Duration.ofSeconds(1));
  }

  private long visibleEnd() {
    return weather.isStale(random) ? Math.max(start, end() - 1 - random.nextInt(4)) : end();
  }

  // ---- as the keyserver uses it

  LogPort open(Machine machine, long epoch) {
    return new OwnerPort(machine, epoch);
  }

  private final class OwnerPort implements LogPort {
    private final Machine machine;
    private final long epoch;

    OwnerPort(Machine machine, long epoch) {
      this.machine = machine;
      this.epoch = epoch;
    }

    private void answer(String what) {
      scheduler.point(what);
      if (refuses(epoch)) {
        throw new LogRefusedException("Not authorized", new IllegalStateException("simulated"));
      }
      if (weather.fails(random) || weather.isBrokerAway()) {
        throw new LogUnavailableException("No answer", new IllegalStateException("simulated"));
      }
    }

    @Override
    public LogExtent extent() {
      answer("asks for the extent");
      return new LogExtent(start, visibleEnd());
    }

    @Override
    public LogBatch read(long from, long end) {
      answer("reads from " + from);
      if (from < start || from > end()) {
        throw new LogUnavailableException(
            "Out of range", new IllegalStateException("offset " + from));
      }
      List<LogEntry> some = new ArrayList<>();
      long at = from;
      long count = 1L + random.nextInt(BATCH);
      for (; at < Math.min(end, end()) && some.size() < count; at++) {
        some.add(new LogEntry(at, at(at)));
      }
      if (some.isEmpty()) {
        throw new LogUnavailableException("Nothing came", new IllegalStateException("simulated"));
      }
      return new LogBatch(some, at);
    }

    @Override
    public Sender openSender(SendListener listener) {
      answer("opens a sender");
      return new SimulatedSender(SimulatedLog.this, machine, epoch, listener);
    }

    @Override
    public void close() {}
  }

  // ---- as the compactor uses it

  @Override
  public UserLog open(UserId userId) throws dev.cairn.compactor.log.LogUnavailableException {
    return new WorkersLog();
  }

  @Override
  public void setCompacted(UserId userId, long offset) {
    scheduler.point("sets the compacted position");
  }

  private final class WorkersLog implements UserLog {
    private void answer(String what) throws dev.cairn.compactor.log.LogUnavailableException {
      scheduler.point(what);
      if (weather.fails(random) || weather.isBrokerAway()) {
        throw new dev.cairn.compactor.log.LogUnavailableException("No answer");
      }
    }

    @Override
    public dev.cairn.compactor.log.LogExtent extent()
        throws dev.cairn.compactor.log.LogUnavailableException {
      answer("asks for the extent");
      return new dev.cairn.compactor.log.LogExtent(start, visibleEnd());
    }

    @Override
    public <E extends Exception> void read(long from, long toExclusive, Visitor<E> visitor)
        throws dev.cairn.compactor.log.LogUnavailableException, E {
      for (long at = from; at < toExclusive; ) {
        answer("reads from " + at);
        if (at < start) {
          throw new LogTruncatedException("Offset " + at + " is gone");
        }
        if (at >= end()) {
          throw new dev.cairn.compactor.log.LogUnavailableException("Nothing came");
        }
        List<dev.cairn.compactor.log.LogEntry> some = new ArrayList<>();
        long count = 1L + random.nextInt(BATCH);
        for (; at < Math.min(toExclusive, end()) && some.size() < count; at++) {
          some.add(new dev.cairn.compactor.log.LogEntry(at, at(at)));
        }
        if (!visitor.visit(some)) {
          return;
        }
      }
    }

    @Override
    public void truncateBefore(long offset) throws dev.cairn.compactor.log.LogUnavailableException {
      answer("truncates to " + offset);
      if (offset > end()) {
        throw new dev.cairn.compactor.log.LogUnavailableException("Out of range");
      }
      if (offset > start) {
        audit.truncates(start, offset);
        start = offset;
      }
      if (weather.fails(random)) {
        throw new dev.cairn.compactor.log.LogUnavailableException("The answer is lost");
      }
    }

    @Override
    public void close() {}
  }
}
