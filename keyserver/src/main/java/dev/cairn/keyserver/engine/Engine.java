package dev.cairn.keyserver.engine;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.KeyRing;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.checkpoint.Checkpoint;
import dev.cairn.journal.record.EpochOpened;
import dev.cairn.journal.record.LogRecord;
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
import dev.cairn.keyserver.state.SealedBase;
import dev.cairn.keyserver.state.StatePoint;
import dev.cairn.keyserver.state.StateStore;
import dev.cairn.keyserver.threading.Threading;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
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
  private static final String HANDED_OVER_FILE = "handed-over";

  private final HomeIdentity identity;
  private final KeyRings keys;
  private final RecordCodec codec;
  private final CommitStorage storage;
  private final CommitFiles files;
  private final StateStore store;
  private final KeyserverOptions options;
  private final Clock clock;
  private final Threading threading;
  private final Pipeline pipeline;
  private final Overlay overlay = new Overlay();
  private final Ledger ledger;
  private final Composer composer;
  private final WriterLoop writer;
  private final Retention retention;
  private volatile boolean handedOver;
  private volatile Optional<EpochOpened> epochOpened;
  private volatile Optional<EpochOpened> openingBefore;
  private final boolean wasFenced;
  private volatile Optional<AcknowledgedMark> mark;
  private final List<Threading.Running> threads = new ArrayList<>();

  private Engine(
      HomeIdentity identity,
      KeyRings keys,
      RecordCodec codec,
      CommitStorage storage,
      CommitFiles files,
      StateStore store,
      KeyserverOptions options,
      Clock clock,
      Threading threading,
      Startup.Result start)
      throws IOException {
    this.identity = identity;
    this.keys = keys;
    this.codec = codec;
    this.storage = storage;
    this.files = files;
    this.store = store;
    this.options = options;
    this.clock = clock;
    this.threading = threading;
    this.epochOpened = start.epochOpened();
    this.openingBefore = start.before();
    this.wasFenced = storage.read(FENCED_FILE).isPresent();
    this.mark = start.mark();
    this.pipeline = new Pipeline(threading, start.tip().index());
    this.retention =
        new Retention(
            files,
            store,
            options.retainedMaxBytes(),
            start.mark().map(AcknowledgedMark::index).orElse(-1L));
    long acknowledged =
        start
            .mark()
            .map(AcknowledgedMark::index)
            .orElseGet(() -> files.isEmpty() ? start.tip().index() : files.firstIndex() - 1);
    this.ledger =
        new Ledger(
            threading, files, codec, start.tip(), acknowledged, start.acknowledgedSequence());
    this.ledger.loadOutbox();
    this.handedOver = storage.read(HANDED_OVER_FILE).isPresent();
    if (handedOver) {
      ledger.refuse(handedOver());
    }
    this.composer =
        new Composer(
            keys.of(start.tip().point().keyVersion()),
            codec,
            overlay,
            store::liveTags,
            start.tip(),
            this::toDisk,
            clock);
    this.writer =
        new WriterLoop(
            pipeline,
            composer,
            overlay,
            ledger,
            epochOpened.isPresent(),
            options.overlayMaxBytes(),
            options.idleCommitInterval(),
            clock);
  }

  private void toDisk(Part part) {
    writer.toDisk(part);
  }

  /**
   * Opens the store and brings commit files and database together. Nothing runs before {@link
   * #start}. The engine owns none of the arguments: whoever opened them closes them after {@link
   * #close()}.
   *
   * @param baseFile where a base is sealed before the home goes over to it
   */
  public static Engine open(
      HomeIdentity identity,
      KeyRings keys,
      Path baseFile,
      CommitStorage storage,
      CommitFiles files,
      StateStore store,
      KeyserverOptions options,
      Clock clock)
      throws IOException {
    return open(
        identity,
        keys,
        baseFile,
        storage,
        files,
        store,
        options,
        clock,
        RecordCodec.withBuiltInSchemas(),
        Threading.PLATFORM);
  }

  /**
   * As the other one; {@code codec} writes the schema ids that a registry gave, {@code threading}
   * runs the threads.
   */
  public static Engine open(
      HomeIdentity identity,
      KeyRings keys,
      Path baseFile,
      CommitStorage storage,
      CommitFiles files,
      StateStore store,
      KeyserverOptions options,
      Clock clock,
      RecordCodec codec,
      Threading threading)
      throws IOException {
    Startup.Result start =
        new Startup(identity, keys, baseFile, codec, storage, files, store, clock).run();
    return new Engine(
        identity, keys, codec, storage, files, store, options, clock, threading, start);
  }

  /**
   * Starts the threads.
   *
   * @param listener hears the index of each record that has become durable; must not block
   */
  public void start(LongConsumer listener) {
    run("cairn-writer", writer);
    run("cairn-disk", new DiskLoop(pipeline, files, overlay, ledger, listener));
    run("cairn-applier", new ApplierLoop(pipeline, store.writer(), overlay, ledger, retention));
  }

  private void run(String name, Runnable body) {
    threads.add(
        threading.start(
            name,
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
            }));
  }

  // ---- callers

  /** Queues a transaction; see {@link dev.cairn.keyserver.Keyserver#transact}. */
  public Receipt transact(Transaction transaction) {
    if (identity.readOnly()) {
      throw new MalformedInputException(
          "This home is read-only: it was recovered for a drill and has not taken the log over."
              + " Nothing was changed");
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
    pipeline.lock.lock();
    try {
      requireAccepting();
      while (pipeline.queuedBytes >= options.queueMaxBytes()) {
        pipeline.room.awaitUninterruptibly();
        requireAccepting();
      }
      pipeline.enqueue(submission);
    } finally {
      pipeline.lock.unlock();
    }
    return submission.receipt();
  }

  private void requireAccepting() {
    pipeline.requireRunning();
    if (pipeline.yielding) {
      throw handedOver();
    }
    ledger
        .refusal()
        .ifPresent(cause -> {
          throw Pipeline.again(cause);
        });
    if (pipeline.storeTrouble != null) {
      throw Pipeline.again(pipeline.storeTrouble);
    }
    long waiting = ledger.outboxBytes();
    if (waiting + pipeline.queuedBytes >= options.outboxMaxBytes()) {
      throw new UnavailableException(
          "The outbox is full: "
              + waiting
              + " bytes are durable here and not yet backed up, the bound is "
              + options.outboxMaxBytes()
              + ". They stay queued and are sent when Kafka is back; this transaction was not"
              + " accepted: try again then");
    }
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
    pipeline.lock.lock();
    try {
      while (pipeline.appliedIndex < wanted) {
        if (pipeline.failure != null) {
          throw Pipeline.again(pipeline.failure);
        }
        if (pipeline.storeTrouble != null) {
          throw Pipeline.again(pipeline.storeTrouble);
        }
        pipeline.progress.awaitUninterruptibly();
      }
    } finally {
      pipeline.lock.unlock();
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

  /** When the oldest record that is not backed up was written here. */
  public Optional<Instant> oldestUnbacked() {
    return ledger.oldestUnbacked();
  }

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

  /** Why nothing is accepted any more until the home is opened again, if it is so. */
  public Optional<CairnException> failure() {
    pipeline.lock.lock();
    try {
      return Optional.ofNullable(pipeline.failure);
    } finally {
      pipeline.lock.unlock();
    }
  }

  /** Waits until everything submitted before this call is durable, or never will be. */
  private void settle() throws InterruptedException {
    if (epochOpened.isEmpty()) {
      return;
    }
    Submission marker =
        Submission.of(Transaction.of()); // changes nothing: it is done when all before it are
    pipeline.lock.lock();
    try {
      pipeline.requireRunning();
      pipeline.enqueue(marker);
    } finally {
      pipeline.lock.unlock();
    }
    try {
      marker.durable().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CairnException known) {
        throw Pipeline.again(known);
      }
      throw new IllegalStateException("Waiting for what was submitted failed", e);
    }
  }

  // ---- handing over

  /** Whether this home was handed over: it takes nothing and publishes nothing any more. */
  public boolean isHandedOver() {
    return handedOver;
  }

  /**
   * Takes nothing more, waits until everything is backed up, and gives the log up for good.
   *
   * @return false if for that long nothing became backed up: then nothing has changed
   */
  public boolean handOver(Duration withoutProgress) throws InterruptedException {
    yielding(true);
    boolean done = false;
    try {
      settle();
      if (!ledger.awaitAcknowledged(ledger.tip().index(), withoutProgress.toNanos())) {
        return false;
      }
      storage.replace(HANDED_OVER_FILE, new byte[] {'\n'});
      handedOver = true;
      done = true;
      refuse(handedOver());
      return true;
    } catch (IOException e) {
      throw new UnavailableException(
          "The disk does not take anything (" + e.getMessage() + "). Nothing was changed", e);
    } finally {
      if (!done) {
        yielding(false);
      }
    }
  }

  private void yielding(boolean now) {
    pipeline.lock.lock();
    try {
      pipeline.yielding = now;
      pipeline.room.signalAll();
    } finally {
      pipeline.lock.unlock();
    }
  }

  private static FencedException handedOver() {
    return new FencedException(
        "This home was handed over: everything in it is backed up, and it takes nothing more."
            + " Nothing was changed; recover into a new home");
  }

  // ---- going over to a base

  /** What is done while the engine holds still. */
  public interface StillWork<T> {
    T run() throws InterruptedException;
  }

  /**
   * Does something while the engine holds still: everything sealed is durable and in the store, and
   * nothing more is sealed. What is submitted meanwhile waits.
   */
  public <T> T holdingStill(StillWork<T> work) throws InterruptedException {
    return new Standstill(pipeline).during(work::run);
  }

  /**
   * Opens the next epoch on a base: signs the record, appends it to the commit files, and goes over
   * to what it says. While the engine holds still. The record's being on disk decides: what a crash
   * leaves undone after that, the next start does.
   *
   * @param base the live state, sealed anew as it is now
   * @param baseFile its database, forced to disk
   * @param manifestSha256 of the base's manifest
   * @param decided hears of the record when it is on disk, and the store has not gone over yet
   */
  public EpochOpened openOnBase(
      SealedBase base, Path baseFile, Bytes manifestSha256, Consumer<EpochOpened> decided) {
    ChainTip tip = ledger.tip();
    KeyRing next = keys.of(base.target().keyVersion());
    EpochOpened before = epochOpened.orElseThrow();
    EpochOpened opened =
        BaseOpening.sign(
            tip, base, manifestSha256, keys.of(tip.point().keyVersion()), next, clock.millis());
    Bytes record = codec.encode(opened);
    try {
      storage.replace(Startup.EPOCH_BEFORE_FILE, codec.encode(before).toByteArray());
      files.append(opened.index(), List.of(record));
    } catch (IOException e) {
      cutAfter(tip.index(), e);
      throw new UnavailableException(
          "The disk did not take the opening of the epoch ("
              + e.getMessage()
              + "). Nothing was changed; make room and try again",
          e);
    }
    boolean done = false;
    try {
      files.force();
      decided.accept(opened);
      storage.replace(Startup.EPOCH_FILE, record.toByteArray());
      StatePoint point = BaseOpening.pointAfter(opened, base);
      store.writer().adopt(baseFile, point);
      ChainTip now = new ChainTip(point, tip.objects(), opened.header().timestamp());
      openingBefore = Optional.of(before);
      epochOpened = Optional.of(opened);
      ledger.opened(now, record.size());
      composer.adopt(next, now);
      pipeline.lock.lock();
      try {
        pipeline.appliedIndex = now.index();
      } finally {
        pipeline.lock.unlock();
      }
      done = true;
      return opened;
    } catch (IOException e) {
      throw new UnavailableException(
          "The disk failed to keep the opening of the epoch ("
              + e.getMessage()
              + "). Nothing more is accepted: check the disk and open the home again, which goes on"
              + " from there",
          e);
    } finally {
      if (!done) {
        fail(
            new UnavailableException(
                "The keyserver stopped on its way to a base. What is durable stays: open the home"
                    + " again, which goes on from there"));
      }
    }
  }

  private void cutAfter(long index, IOException cause) {
    try {
      files.cutAfter(index);
    } catch (IOException e) {
      e.addSuppressed(cause);
      UnavailableException failed =
          new UnavailableException(
              "The disk does not take anything. What was promised as durable is; nothing more is"
                  + " accepted: check the disk and open the home again",
              e);
      fail(failed);
      throw failed;
    }
  }

  /** Signs a record without operations, unless something else becomes durable first. */
  public void signEmptyRecord() {
    pipeline.lock.lock();
    try {
      pipeline.emptyRecordDue = true;
      pipeline.writerWork.signal();
    } finally {
      pipeline.lock.unlock();
    }
  }

  /** Makes everything that the store holds survive a loss of power; false if it could not now. */
  public boolean checkpointStore() throws InterruptedException {
    return holdingStill(store::checkpoint);
  }

  // ---- commit files that nobody needs any more

  /**
   * A kept snapshot holds everything up to that record.
   *
   * @param index of the oldest snapshot that is kept, or -1
   */
  public void snapshotCovers(long index) {
    retention.covered(index);
    pipeline.lock.lock();
    try {
      pipeline.retentionDue = true;
      pipeline.applierWork.signal();
    } finally {
      pipeline.lock.unlock();
    }
  }

  // ---- the publisher's side

  /** The opening of this home's epoch; absent for a home that never writes. */
  public Optional<EpochOpened> epochOpened() {
    return epochOpened;
  }

  /** Up to where everything is known to be backed up, as far as that is kept. */
  public Optional<AcknowledgedMark> mark() {
    return mark;
  }

  /** The newest record that is known to be backed up and still held here, if there is one. */
  public Optional<Checkpoint> backedUp() {
    return mark.filter(
            known -> known.index() >= files.firstIndex() && known.index() < files.nextIndex())
        .map(known -> {
          LogRecord record = ledger.record(known.index());
          return new Checkpoint(record.keyVersion(), record.epoch(), record.index(), record.head());
        });
  }

  /** Whose home it is. */
  public UserId userId() {
    return identity.userId();
  }

  /** Keeps up to where everything is known to be backed up; it may lag. */
  public void persist(AcknowledgedMark mark) {
    try {
      mark.write(storage);
      retention.backedUp(mark.index());
      this.mark = Optional.of(mark);
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
      public Optional<SignedHeader> openingAt(long index) {
        Optional<EpochOpened> inForce = epochOpened;
        return inForce
            .filter(opened -> opened.index() <= index)
            .or(() -> openingBefore.filter(opened -> opened.index() <= index))
            .map(EpochOpened::signedHeader);
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
                            + " transactions are durable here and not backed up; export --unbacked"
                            + " gives them out, as lines that apply accepts")
                    + ". This home cannot write any more; recover into a new one to take the log"
                    + " over again",
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
    pipeline.lock.lock();
    try {
      pipeline.room.signalAll();
      pipeline.writerWork.signalAll();
    } finally {
      pipeline.lock.unlock();
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
    pipeline.lock.lock();
    try {
      if (pipeline.failure == null) {
        pipeline.failure = cause;
      }
      pipeline.queue.clear();
      pipeline.queuedBytes = 0;
      pipeline.signalAll();
    } finally {
      pipeline.lock.unlock();
    }
    pipeline.failOpen(cause);
    ledger.refuse(cause);
  }

  /**
   * Takes nothing more, brings what was submitted to disk and into the store, and stops the
   * threads. What is not backed up stays queued on disk.
   */
  @Override
  public void close() {
    pipeline.lock.lock();
    try {
      pipeline.closing = true;
      pipeline.signalAll();
    } finally {
      pipeline.lock.unlock();
    }
    boolean interrupted = false;
    for (Threading.Running thread : threads) {
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
    pipeline.failOpen(
        new UnavailableException(
            "The keyserver was closed before this was durable. Nothing of it was kept"));
    ledger.refuse(
        new UnavailableException(
            "The keyserver was closed before this was backed up. It is durable and is sent when the"
                + " home is opened again"));
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** For tests: whether nothing is under way. */
  boolean isQuiet() {
    pipeline.lock.lock();
    try {
      return pipeline.queue.isEmpty()
          && pipeline.unsettled.isEmpty()
          && pipeline.applyQueue.isEmpty()
          && overlay.isEmpty();
    } finally {
      pipeline.lock.unlock();
    }
  }
}
