package dev.cairn.keyserver.engine;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.KeyRing;
import dev.cairn.journal.record.EpochOpened;
import dev.cairn.journal.record.RecordCodec;
import dev.cairn.journal.record.SignedHeader;
import dev.cairn.keyserver.KeyserverOptions;
import dev.cairn.keyserver.Receipt;
import dev.cairn.keyserver.Transaction;
import dev.cairn.keyserver.commitfile.CommitFiles;
import dev.cairn.keyserver.commitfile.CommitStorage;
import dev.cairn.keyserver.error.CairnException;
import dev.cairn.keyserver.error.FencedException;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.home.HomeIdentity;
import dev.cairn.keyserver.object.ObjectName;
import dev.cairn.keyserver.object.StoredObject;
import dev.cairn.keyserver.object.Value;
import dev.cairn.keyserver.publish.AcknowledgedMark;
import dev.cairn.keyserver.publish.Outbox;
import dev.cairn.keyserver.state.StateStore;
import dev.cairn.keyserver.state.StateWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store of a keyserver: the commit files first, the database behind them.
 *
 * <table>
 * <caption>Threads, each handing on to the next</caption>
 * <tr><th>thread</th><th>does</th></tr>
 * <tr><td>caller</td><td>checks bounds, queues</td></tr>
 * <tr><td>writer</td><td>folds, numbers, seals, signs; closes a record when it is full, or when the disk has nothing else
 * to do</td></tr>
 * <tr><td>disk</td><td>appends what is waiting, forces once, makes it visible, completes {@code durable}</td></tr>
 * <tr><td>applier</td><td>brings groups into SQLite, removes commit files that nobody needs any more</td></tr>
 * </table>
 *
 * <p>Kafka is nobody's business here: {@link #outbox()} is what the publisher sees.
 */
public final class Engine implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
  private static final String FENCED_FILE = "fenced";
  private static final int EAGER_BYTES = 256 * 1024;
  private static final int BATCH_BYTES = 256 * 1024;
  private static final int DISK_BACKLOG_BYTES = 16 * 1024 * 1024;
  private static final int OPERATIONS_A_COMMIT = 5_000;
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final HomeIdentity identity;
  private final KeyRing keys;
  private final CommitStorage storage;
  private final CommitFiles files;
  private final StateStore store;
  private final KeyserverOptions options;
  private final Clock clock;
  private final Overlay overlay = new Overlay();
  private final Ledger ledger;
  private final Composer composer;
  private final Optional<EpochOpened> epochOpened;
  private final boolean wasFenced;
  private final Optional<AcknowledgedMark> markAtStart;
  private final List<Thread> threads = new ArrayList<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition writerWork = lock.newCondition();
  private final Condition diskWork = lock.newCondition();
  private final Condition applierWork = lock.newCondition();
  private final Condition room = lock.newCondition();
  private final Condition appliedSomething = lock.newCondition();
  private final Deque<Submission> queue = new ArrayDeque<>();
  private final Deque<Part> diskQueue = new ArrayDeque<>();
  private final Deque<Group> applyQueue = new ArrayDeque<>();
  private final Deque<Group> unsettled = new ArrayDeque<>();
  private final Set<Submission> open = ConcurrentHashMap.newKeySet();
  private long queuedBytes;
  private long diskQueueBytes;
  private long overlayBytes;
  private boolean diskBusy;
  private boolean writerDone;
  private boolean diskDone;
  private boolean closing;
  private long appliedIndex;
  private boolean rollBack;
  private @Nullable CairnException rollBackCause;
  private @Nullable CairnException failure;
  private @Nullable CairnException storeTrouble;
  private LongConsumer durableListener = index -> {};
  private volatile long coveredIndex = -1;
  private volatile long persistedMarkIndex;
  private boolean retentionDue;

  private Engine(
      HomeIdentity identity,
      KeyRing keys,
      RecordCodec codec,
      CommitStorage storage,
      CommitFiles files,
      StateStore store,
      KeyserverOptions options,
      Clock clock,
      Startup.Result start)
      throws IOException {
    this.identity = identity;
    this.keys = keys;
    this.storage = storage;
    this.files = files;
    this.store = store;
    this.options = options;
    this.clock = clock;
    this.epochOpened = start.epochOpened();
    this.wasFenced = storage.read(FENCED_FILE).isPresent();
    this.markAtStart = start.mark();
    this.appliedIndex = start.tip().index();
    this.persistedMarkIndex = start.mark().map(AcknowledgedMark::index).orElse(-1L);
    long acknowledged =
        start
            .mark()
            .map(AcknowledgedMark::index)
            .orElseGet(() -> files.isEmpty() ? start.tip().index() : files.firstIndex() - 1);
    this.ledger = new Ledger(files, codec, start.tip(), acknowledged, start.acknowledgedSequence());
    this.ledger.loadOutbox();
    this.composer =
        new Composer(keys, codec, overlay, store::liveTags, start.tip(), this::toDisk, clock);
  }

  /**
   * Opens the store and brings commit files and database together. Nothing runs before {@link
   * #start}. The engine owns none of the arguments: whoever opened them closes them after {@link
   * #close()}.
   */
  public static Engine open(
      HomeIdentity identity,
      KeyRing keys,
      CommitStorage storage,
      CommitFiles files,
      StateStore store,
      KeyserverOptions options,
      Clock clock)
      throws IOException {
    return open(
        identity, keys, storage, files, store, options, clock, RecordCodec.withBuiltInSchemas());
  }

  /** As the other one; {@code codec} writes the schema ids that a registry gave. */
  public static Engine open(
      HomeIdentity identity,
      KeyRing keys,
      CommitStorage storage,
      CommitFiles files,
      StateStore store,
      KeyserverOptions options,
      Clock clock,
      RecordCodec codec)
      throws IOException {
    Startup.Result start = new Startup(identity, keys, codec, storage, files, store, clock).run();
    return new Engine(identity, keys, codec, storage, files, store, options, clock, start);
  }

  /**
   * Starts the threads.
   *
   * @param listener hears the index of each record that has become durable; must not block
   */
  public void start(LongConsumer listener) {
    durableListener = listener;
    run("cairn-writer", this::write);
    run("cairn-disk", this::force);
    run("cairn-applier", this::apply);
  }

  private void run(String name, Runnable body) {
    Thread thread =
        new Thread(
            () -> {
              try {
                body.run();
              } catch (RuntimeException | Error e) {
                LOG.error("The thread {} of the keyserver died: nothing more is accepted", name, e);
                fail(
                    e instanceof CairnException known
                        ? known
                        : new UnavailableException(
                            "The keyserver stopped after an internal error ("
                                + e
                                + "). What is durable stays in the commit files:"
                                + " open the home again",
                            e));
              }
            },
            name);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  // ---- callers

  /** Queues a transaction; see {@link dev.cairn.keyserver.Keyserver#transact}. */
  public Receipt transact(Transaction transaction) {
    if (identity.readOnly()) {
      throw new MalformedInputException(
          "This home is read-only: it was recovered for a drill and has not taken the log over. Nothing was changed");
    }
    long bytes = transaction.bytes();
    if (bytes > options.transactionMaxBytes()) {
      throw new MalformedInputException(
          "The transaction has about "
              + bytes
              + " bytes; at most "
              + options.transactionMaxBytes()
              + " are allowed (transaction.max.bytes). Nothing was changed");
    }
    Submission submission = Submission.of(transaction);
    lock.lock();
    try {
      requireAccepting();
      while (queuedBytes >= options.queueMaxBytes()) {
        room.awaitUninterruptibly();
        requireAccepting();
      }
      enqueue(submission);
    } finally {
      lock.unlock();
    }
    return submission.receipt();
  }

  private void enqueue(Submission submission) {
    open.add(submission);
    queue.addLast(submission);
    queuedBytes += submission.transaction().bytes();
    writerWork.signal();
  }

  private void fail(Submission submission, CairnException cause) {
    open.remove(submission);
    submission.fail(cause);
  }

  private void requireAccepting() {
    if (failure != null) {
      throw again(failure);
    }
    if (closing) {
      throw new UnavailableException("The keyserver is closed. Nothing was changed");
    }
    ledger
        .refusal()
        .ifPresent(cause -> {
          throw again(cause);
        });
    if (storeTrouble != null) {
      throw again(storeTrouble);
    }
    long waiting = ledger.outboxBytes();
    if (waiting + queuedBytes >= options.outboxMaxBytes()) {
      throw new UnavailableException(
          "The outbox is full: "
              + waiting
              + " bytes are durable here and not yet backed up, the bound is "
              + options.outboxMaxBytes()
              + ". They stay queued and are sent when Kafka is back; this transaction was not accepted: try again then");
    }
  }

  /** The same failure with this call's stack. */
  private static CairnException again(CairnException cause) {
    return switch (cause) {
      case FencedException fenced -> new FencedException(fenced.getMessage(), fenced);
      case UnavailableException unavailable ->
          new UnavailableException(unavailable.getMessage(), unavailable);
      default -> cause;
    };
  }

  /** The value of an object, as it durably is. */
  public Optional<Value> get(ObjectName name) {
    Optional<ObjectState> known = overlay.durable(name);
    return known.isPresent() ? known.get().value : store.get(name);
  }

  /**
   * Names in export order, as one state that holds everything that was durable when this was
   * called.
   */
  public void forEachName(Optional<String> collection, Consumer<ObjectName> action) {
    awaitApplied();
    store.forEachName(collection, action);
  }

  /**
   * Every object in export order, as one state that holds everything that was durable when this was
   * called.
   */
  public void forEachObject(Consumer<StoredObject> action) {
    awaitApplied();
    store.forEachObject(action);
  }

  private void awaitApplied() {
    long wanted = ledger.tip().index();
    lock.lock();
    try {
      while (appliedIndex < wanted) {
        if (failure != null) {
          throw again(failure);
        }
        if (storeTrouble != null) {
          throw again(storeTrouble);
        }
        appliedSomething.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Counts. */
  Ledger ledger() {
    return ledger;
  }

  /**
   * What is durable and what of it is backed up.
   *
   * @param objects objects, not slices
   */
  public record Position(
      int keyVersion,
      long epoch,
      long index,
      Bytes head,
      long sequence,
      long objects,
      long acknowledgedIndex,
      long acknowledgedSequence,
      long outboxTransactions,
      long outboxBytes,
      boolean fenced) {}

  /** One consistent look at the counts. */
  public Position position() {
    Ledger.Snapshot now = ledger.look();
    return new Position(
        now.tip().point().keyVersion(),
        now.tip().point().epoch(),
        now.tip().index(),
        now.tip().head(),
        now.tip().sequence(),
        now.tip().objects(),
        now.acknowledgedIndex(),
        now.acknowledgedSequence(),
        now.outboxTransactions(),
        now.outboxBytes(),
        wasFenced || ledger.refusal().filter(FencedException.class::isInstance).isPresent());
  }

  /**
   * Waits until everything submitted before this call is backed up.
   *
   * @return false if for that long there was no progress
   * @throws CairnException why it never will be
   */
  public boolean drain(Duration withoutProgress) throws InterruptedException {
    settle();
    return ledger.awaitAcknowledged(ledger.tip().index(), withoutProgress.toNanos());
  }

  /** Waits until everything submitted before this call is durable, or never will be. */
  private void settle() throws InterruptedException {
    if (epochOpened.isEmpty()) {
      return;
    }
    Submission marker =
        Submission.of(Transaction.of()); // changes nothing: it is done when all before it are
    lock.lock();
    try {
      if (failure != null) {
        throw again(failure);
      }
      if (closing) {
        throw new UnavailableException("The keyserver is closed");
      }
      enqueue(marker);
    } finally {
      lock.unlock();
    }
    try {
      marker.durable().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CairnException known) {
        throw again(known);
      }
      throw new IllegalStateException("Waiting for what was submitted failed", e);
    }
  }

  // ---- writer

  private void write() {
    try {
      while (true) {
        List<Submission> batch = new ArrayList<>();
        boolean close = false;
        boolean idle = false;
        lock.lock();
        try {
          while (true) {
            if (failure != null) {
              return;
            }
            if (rollBack) {
              rollBack();
            }
            boolean diskIdle = diskQueue.isEmpty() && !diskBusy;
            boolean roomInOverlay = overlayBytes < options.overlayMaxBytes();
            boolean mayTake = !queue.isEmpty() && roomInOverlay;
            if (!composer.isEmpty()
                && (diskIdle || closing)
                && (!mayTake || composer.gatheredBytes() >= EAGER_BYTES)) {
              close = true;
              break;
            }
            if (mayTake) {
              long bytes = 0;
              while (!queue.isEmpty() && bytes < BATCH_BYTES) {
                Submission next = queue.removeFirst();
                bytes += next.transaction().bytes();
                batch.add(next);
              }
              queuedBytes -= bytes;
              room.signalAll();
              break;
            }
            if (closing && queue.isEmpty() && composer.isEmpty()) {
              return;
            }
            if (isIdleCommitDue()) {
              idle = true;
              break;
            }
            writerWork.awaitNanos(Math.max(nanosToIdleCommit(), TimeUnit.MILLISECONDS.toNanos(10)));
          }
        } finally {
          lock.unlock();
        }
        if (close) {
          composer.close();
        } else if (idle) {
          composer.closeWithEmptyRecord();
        } else {
          add(batch);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.lock();
      try {
        writerDone = true;
        diskWork.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private void add(List<Submission> batch) {
    Optional<CairnException> refused = ledger.refusal();
    for (Submission submission : batch) {
      if (refused.isPresent()) {
        fail(submission, refused.get());
        continue;
      }
      try {
        composer.add(submission);
      } catch (CairnException e) {
        fail(submission, e); // planned only: the composer has not changed
      }
    }
  }

  private boolean isIdleCommitDue() {
    return epochOpened.isPresent()
        && !closing
        && ledger.refusal().isEmpty()
        && unsettled.isEmpty()
        && nanosToIdleCommit() <= 0;
  }

  private long nanosToIdleCommit() {
    if (epochOpened.isEmpty() || ledger.refusal().isPresent()) {
      return TimeUnit.HOURS.toNanos(1);
    }
    long since = clock.millis() - ledger.tip().timestamp();
    long left = options.idleCommitInterval().toMillis() - since;
    return TimeUnit.MILLISECONDS.toNanos(Math.min(left, TimeUnit.HOURS.toMillis(1)));
  }

  /** Takes a record from the composer, in the writer's thread. */
  private void toDisk(Part part) {
    lock.lock();
    try {
      if (part.last()) {
        unsettled.addLast(part.group());
      }
      while (diskQueueBytes >= DISK_BACKLOG_BYTES && failure == null && !rollBack) {
        room.awaitUninterruptibly();
      }
      if (failure != null || rollBack) {
        return; // what the composer did is taken back anyway
      }
      diskQueue.addLast(part);
      diskQueueBytes += part.bytes();
      diskWork.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Everything that is not durable never happened: in the writer's thread, with the lock. */
  private void rollBack() {
    CairnException cause =
        rollBackCause != null
            ? rollBackCause
            : new UnavailableException("The disk did not take it");
    List<Group> newestFirst = new ArrayList<>();
    newestFirst.add(composer.gathering());
    unsettled.descendingIterator().forEachRemaining(newestFirst::add);
    overlay.revert(newestFirst);
    for (Group group : newestFirst) {
      group.waiters.forEach(waiter -> fail(waiter.submission(), cause));
    }
    unsettled.clear();
    composer.reset(ledger.tip());
    rollBack = false;
    rollBackCause = null;
    room.signalAll();
    diskWork.signalAll();
  }

  // ---- disk

  private void force() {
    List<Part> spanning = new ArrayList<>();
    try {
      while (true) {
        List<Part> parts = new ArrayList<>();
        lock.lock();
        try {
          while (diskQueue.isEmpty() || rollBack) {
            if (failure != null || (writerDone && diskQueue.isEmpty())) {
              return;
            }
            diskWork.await();
          }
          parts.addAll(diskQueue);
          diskQueue.clear();
          diskBusy = true;
        } finally {
          lock.unlock();
        }
        boolean written = write(parts);
        if (written) {
          settle(spanning, parts);
        } else {
          spanning.clear();
        }
        lock.lock();
        try {
          diskBusy = false;
          for (Part part : parts) {
            diskQueueBytes -= part.bytes();
          }
          room.signalAll();
          writerWork.signal();
        } finally {
          lock.unlock();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.lock();
      try {
        diskDone = true;
        applierWork.signalAll();
      } finally {
        lock.unlock();
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
                + "). What was promised as durable is; nothing more is accepted: check the disk and open the home again",
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
              + "). What was promised as durable is; nothing more is accepted: check the disk and open the home again",
          e);
    }
    lock.lock();
    try {
      rollBack = true;
      rollBackCause =
          new UnavailableException(
              "The disk did not take the transaction ("
                  + cause.getMessage()
                  + "). Nothing of it was kept; make room and try again",
              cause);
      for (Part part : diskQueue) {
        diskQueueBytes -= part.bytes();
      }
      diskQueue.clear();
      room.signalAll();
      writerWork.signal();
    } finally {
      lock.unlock();
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
      group.waiters.forEach(waiter -> open.remove(waiter.submission()));
      ledger.durable(group, spanning);
      spanning.clear();
      if (part.record().isPresent()) {
        durableListener.accept(part.index());
      }
      lock.lock();
      try {
        unsettled.remove(group);
        overlayBytes += group.bytes;
        applyQueue.addLast(group);
        applierWork.signal();
        writerWork.signal();
      } finally {
        lock.unlock();
      }
    }
  }

  // ---- applier

  private void apply() {
    StateWriter writer = store.writer();
    try {
      while (true) {
        List<Group> groups = new ArrayList<>();
        boolean maintain = false;
        lock.lock();
        try {
          while (applyQueue.isEmpty() && !retentionDue) {
            if (failure != null || diskDone) {
              return;
            }
            applierWork.await();
          }
          int operations = 0;
          while (!applyQueue.isEmpty() && operations < OPERATIONS_A_COMMIT) {
            Group next = applyQueue.removeFirst();
            operations += next.changes.size();
            groups.add(next);
          }
          maintain = retentionDue && applyQueue.isEmpty();
        } finally {
          lock.unlock();
        }
        if (!groups.isEmpty()) {
          applyAll(writer, groups);
        }
        if (maintain) {
          removeOldFiles();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void applyAll(StateWriter writer, List<Group> groups) throws InterruptedException {
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
    lock.lock();
    try {
      storeTrouble = null;
      overlayBytes -= bytes;
      appliedIndex = groups.get(groups.size() - 1).requireTip().index();
      appliedSomething.signalAll();
      writerWork.signal();
    } finally {
      lock.unlock();
    }
  }

  private boolean waitOutTrouble(UnavailableException trouble) throws InterruptedException {
    lock.lock();
    try {
      if (storeTrouble == null) {
        LOG.warn("The store cannot be written; it is tried again", trouble);
      }
      storeTrouble = trouble;
      appliedSomething.signalAll();
      room.signalAll();
      long left = RETRY.toNanos();
      while (left > 0) {
        if (diskDone || failure != null) {
          return false;
        }
        left = applierWork.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  // ---- commit files that nobody needs any more

  /**
   * A kept snapshot holds everything up to that record.
   *
   * @param index of the oldest snapshot that is kept, or -1
   */
  public void snapshotCovers(long index) {
    coveredIndex = index;
    lock.lock();
    try {
      retentionDue = true;
      applierWork.signal();
    } finally {
      lock.unlock();
    }
  }

  private void removeOldFiles() {
    lock.lock();
    try {
      retentionDue = false;
    } finally {
      lock.unlock();
    }
    long backedUp = persistedMarkIndex;
    long held = Math.min(backedUp, appliedIndex);
    long covered = Math.min(held, coveredIndex + 1);
    try {
      boolean tooMuch = files.totalBytes() > options.retainedMaxBytes();
      if ((tooMuch ? held : covered) <= files.firstIndex() || !store.checkpoint()) {
        return;
      }
      int removed = files.removeBefore(covered);
      if (removed > 0) {
        LOG.info("Removed {} commit files that a snapshot covers", removed);
      }
      int pressed = files.removeBefore(held, options.retainedMaxBytes());
      if (pressed > 0) {
        LOG.warn(
            "Removed {} commit files that are backed up, because all of them exceeded {} bytes, and no snapshot covers them"
                + " yet: if the log loses them, this keyserver cannot send them again. See why the provider does not compact",
            pressed,
            options.retainedMaxBytes());
      }
    } catch (IOException e) {
      LOG.warn("Commit files that are no longer needed cannot be removed; tried again later", e);
    }
  }

  // ---- the publisher's side

  /** The opening of this home's epoch; absent for a home that never writes. */
  public Optional<EpochOpened> epochOpened() {
    return epochOpened;
  }

  /** Up to where everything was known to be backed up when the home was opened. */
  public Optional<AcknowledgedMark> markAtStart() {
    return markAtStart;
  }

  /** Keeps up to where everything is known to be backed up; it may lag. */
  public void persist(AcknowledgedMark mark) {
    try {
      mark.write(storage);
      persistedMarkIndex = mark.index();
    } catch (IOException e) {
      LOG.warn("Where the backup stands cannot be kept; after a restart more is judged again", e);
    }
  }

  /** What there is to publish. */
  public Outbox outbox() {
    return new Outbox() {
      @Override
      public long firstIndex() {
        return files.firstIndex();
      }

      @Override
      public long durableIndex() {
        return ledger.tip().index();
      }

      @Override
      public Bytes record(long index) {
        return ledger.bytes(index);
      }

      @Override
      public SignedHeader signedHeader(long index) {
        return ledger.record(index).signedHeader();
      }

      @Override
      public boolean endsTransaction(long index) {
        return ledger.endsTransaction(index);
      }

      @Override
      public void acknowledged(long index) {
        ledger.acknowledged(index);
      }

      @Override
      public void fenced(FencedException cause) {
        long stranded = ledger.look().outboxTransactions();
        refuse(
            new FencedException(
                cause.getMessage()
                    + ". "
                    + (stranded == 0
                        ? "Everything that was durable here had been acknowledged"
                        : stranded
                            + " transactions are durable here and not backed up; export --unbacked gives them out, as lines"
                            + " that apply accepts")
                    + ". This home cannot write any more; recover into a new one to take the log over again",
                cause));
      }
    };
  }

  private void refuse(FencedException cause) {
    ledger.refuse(cause);
    try {
      storage.replace(FENCED_FILE, cause.getMessage().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      LOG.debug("That this home is fenced cannot be kept; the next start finds out again", e);
    }
    lock.lock();
    try {
      room.signalAll();
      writerWork.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Gives out what is durable and not known to be backed up, in order, decoded from the commit
   * files.
   *
   * @param action takes one transaction after the other
   */
  public void forEachUnbacked(Consumer<Transaction> action) {
    Ledger.Snapshot now = ledger.look();
    awaitApplied(); // the store then knows the names of what was deleted
    new UnbackedReader(keys, ledger, store::departed)
        .read(now.acknowledgedIndex() + 1, now.tip().index() + 1, action);
  }

  // ---- the end

  private void fail(CairnException cause) {
    lock.lock();
    try {
      if (failure == null) {
        failure = cause;
      }
      queue.clear();
      queuedBytes = 0;
      for (Condition condition :
          List.of(writerWork, diskWork, applierWork, room, appliedSomething)) {
        condition.signalAll();
      }
    } finally {
      lock.unlock();
    }
    failOpen(cause);
    ledger.refuse(cause);
  }

  private void failOpen(CairnException cause) {
    for (Submission submission : List.copyOf(open)) {
      fail(submission, cause);
    }
  }

  /**
   * Takes nothing more, brings what was submitted to disk and into the store, and stops the
   * threads. What is not backed up stays queued on disk.
   */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      for (Condition condition : List.of(writerWork, diskWork, applierWork, room)) {
        condition.signalAll();
      }
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    for (Thread thread : threads) {
      boolean joined = false;
      while (!joined) {
        try {
          thread.join();
          joined = true;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    failOpen(
        new UnavailableException(
            "The keyserver was closed before this was durable. Nothing of it was kept"));
    ledger.refuse(
        new UnavailableException(
            "The keyserver was closed before this was backed up. It is durable and is sent when the home is opened again"));
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** For tests: whether nothing is under way. */
  boolean isQuiet() {
    lock.lock();
    try {
      return queue.isEmpty() && unsettled.isEmpty() && applyQueue.isEmpty() && overlay.isEmpty();
    } finally {
      lock.unlock();
    }
  }
}
