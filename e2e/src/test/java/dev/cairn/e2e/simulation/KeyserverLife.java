package dev.cairn.e2e.simulation;

import dev.cairn.crypto.Bytes;
import dev.cairn.journal.judge.TrustedKeys;
import dev.cairn.journal.record.LogRecord;
import dev.cairn.journal.record.RecordCodec;
import dev.cairn.journal.record.SignedHeader;
import dev.cairn.keyserver.KeyserverOptions;
import dev.cairn.keyserver.Receipt;
import dev.cairn.keyserver.Transaction;
import dev.cairn.keyserver.commitfile.CommitFiles;
import dev.cairn.keyserver.engine.Engine;
import dev.cairn.keyserver.engine.KeyRings;
import dev.cairn.keyserver.error.CairnException;
import dev.cairn.keyserver.error.FencedException;
import dev.cairn.keyserver.object.ObjectName;
import dev.cairn.keyserver.object.Value;
import dev.cairn.keyserver.publish.ConnectionSource.KnownSnapshot;
import dev.cairn.keyserver.publish.Outbox;
import dev.cairn.keyserver.publish.Publisher;
import dev.cairn.keyserver.publish.PublisherTiming;
import dev.cairn.keyserver.state.StateStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One run of a keyserver, from its start to its death: the real engine and publisher, and an
 * application that gives it transactions.
 */
final class KeyserverLife {
  private static final PublisherTiming TIMING =
      new PublisherTiming(Duration.ofMillis(2), Duration.ofMillis(20), Duration.ofMillis(5));

  private record Waiting(long sequence, Receipt receipt) {}

  final Home home;
  final Machine machine;
  private final World world;
  private final Model.Writer writer;
  private final Random random;
  private final KeyserverOptions options;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private final Deque<AutoCloseable> resources = new ArrayDeque<>();
  private @Nullable Engine engine;
  private int toSubmit;
  private boolean ended;

  KeyserverLife(World world, Home home, int transactions) {
    this.world = world;
    this.home = home;
    this.random = world.random;
    this.writer = world.writer(home.epoch());
    this.machine = world.scheduler.machine(home.name());
    this.toSubmit = transactions;
    this.options =
        KeyserverOptions.defaults()
            .withCommitFileBytes(500 + random.nextInt(6000))
            .withOverlayMaxBytes(1 + random.nextInt(100_000))
            .withRetainedMaxBytes(random.nextInt(4) == 0 ? 6_000 : 100_000_000);
    machine.start("application", this::live);
  }

  private void live() {
    try {
      Engine opened = open();
      while (true) {
        noticePromises();
        if (toSubmit > 0 && random.nextInt(4) > 0) {
          submit(opened);
        } else {
          other(opened);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Engine open() throws IOException {
    CommitFiles files = CommitFiles.open(home.disk(), options.commitFileBytes(), machine);
    resources.push(files);
    StateStore store = StateStore.open(home.database().file, SimulatedOwner.USER);
    resources.push(store);
    KeyRings keys = new KeyRings();
    keys.add(SimulatedOwner.keys());
    resources.push(keys);
    Path base = home.database().file.resolveSibling("base.db");
    Engine opened =
        Engine.open(
            SimulatedOwner.identity(home.epoch()),
            keys,
            base,
            home.disk(),
            files,
            store,
            options,
            world.scheduler.clock(),
            RecordCodec.withBuiltInSchemas(),
            machine);
    writer.restartedAt(opened.position().sequence());
    Publisher publisher =
        new Publisher(
            SimulatedOwner.USER,
            TrustedKeys.of(1, SimulatedOwner.KEYS.author().publicKey()),
            opened.epochOpened().orElseThrow(),
            new WatchedOutbox(opened.outbox()),
            world.service,
            connection -> world.log.open(machine, home.epoch()),
            opened.mark(),
            opened.position().acknowledgedIndex(),
            opened::persist,
            TIMING,
            machine);
    opened.start(publisher::durable);
    publisher.start();
    engine = opened;
    world.require(
        contents(opened).equals(writer.stateAt(opened.position().sequence())),
        () -> "After a restart the state is not that of its transactions");
    return opened;
  }

  private void submit(Engine opened) {
    Transaction transaction = Workload.transaction(random);
    long before = writer.sequence();
    long expected = writer.give(transaction);
    try {
      Receipt receipt = opened.transact(transaction);
      toSubmit--;
      waiting.addLast(new Waiting(expected, receipt));
    } catch (CairnException refused) {
      writer.takeBack(before);
      if (!(refused instanceof FencedException) && opened.failure().isPresent()) {
        world.fail("A keyserver gave up: " + refused);
      }
      world.scheduler.sleep(Duration.ofMillis(5));
    }
  }

  private void other(Engine opened) {
    if (toSubmit == 0 && waiting.isEmpty()) {
      world.scheduler.sleep(Duration.ofMillis(20));
    }
    switch (random.nextInt(12)) {
      case 0 -> learnSnapshots(opened);
      case 1 -> {
        if (toSubmit > 0) {
          opened.signEmptyRecord();
        }
      }
      default ->
          world.scheduler.sleep(
              Duration.ofNanos(toSubmit > 0 ? random.nextInt(2_000_000) : 5_000_000));
    }
  }

  private void learnSnapshots(Engine opened) {
    try {
      List<KnownSnapshot> known = world.service.snapshots();
      opened.snapshotCovers(
          known.isEmpty() ? -1 : known.get(known.size() - 1).lastRecord().header().index());
    } catch (CairnException e) {
      world.scheduler.note("learns nothing of snapshots");
    }
  }

  /** Keeps what the receipts say. */
  private void noticePromises() {
    while (!waiting.isEmpty()) {
      Waiting first = waiting.peekFirst();
      if (!first.receipt().durable().isDone()) {
        return;
      }
      waiting.removeFirst();
      if (first.receipt().durable().isCompletedExceptionally()) {
        continue; // fenced, or the end of this keyserver
      }
      long sequence = first.receipt().durable().join().sequence();
      world.require(
          sequence == first.sequence(),
          () -> "A transaction got number " + sequence + " instead of " + first.sequence());
      writer.promise(sequence);
    }
  }

  /** Whether the application has nothing more to give and everything is backed up. */
  boolean isDrained() {
    Engine running = engine;
    if (running == null || toSubmit > 0 || !waiting.isEmpty()) {
      return false;
    }
    Engine.Position position = running.position();
    return position.acknowledgedIndex() == position.index();
  }

  boolean isFenced() {
    Engine running = engine;
    return running != null && running.position().fenced();
  }

  /** The application gives it nothing more. */
  void submitNoMore() {
    toSubmit = 0;
  }

  /** The application gives it so many transactions more. */
  void submitSome(int transactions) {
    toSubmit += transactions;
  }

  static Map<ObjectName, Value> contents(Engine engine) {
    Map<ObjectName, Value> found = new TreeMap<>();
    engine.forEachObject(object -> found.put(object.name(), object.value()));
    return found;
  }

  /** Kills it, with or without the power; what is left of its home. */
  Home die(boolean powerLost) throws IOException {
    noticePromises();
    ended = true;
    // Before the threads unwind: from here on nothing reaches a disk.
    Home left =
        new Home(
            home.name(),
            home.epoch(),
            powerLost ? home.disk().afterPowerLoss(random) : home.disk().afterKill(),
            home.database().afterDeath(world.newDirectory(), powerLost, random));
    world.scheduler.kill(machine);
    for (AutoCloseable resource : resources) {
      try {
        resource.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
    return left;
  }

  boolean hasEnded() {
    return ended;
  }

  /** Sees that nothing is called backed up which the log has not accepted. */
  private final class WatchedOutbox implements Outbox {
    private final Outbox outbox;

    WatchedOutbox(Outbox outbox) {
      this.outbox = outbox;
    }

    @Override
    public void acknowledged(long index) {
      if (index >= firstIndex() && world.log.losses() == 0) {
        Optional<LogRecord> accepted = world.log.chain.at(index);
        world.require(
            accepted.isPresent() && accepted.get().head().equals(signedHeader(index).head()),
            () ->
                "Record "
                    + index
                    + " of "
                    + home.name()
                    + " is called backed up, and readers do not accept it");
      }
      outbox.acknowledged(index);
      world.acknowledged(home.epoch(), index);
    }

    @Override
    public long firstIndex() {
      return outbox.firstIndex();
    }

    @Override
    public long durableIndex() {
      return outbox.durableIndex();
    }

    @Override
    public Bytes record(long index) {
      return outbox.record(index);
    }

    @Override
    public SignedHeader signedHeader(long index) {
      return outbox.signedHeader(index);
    }

    @Override
    public Optional<SignedHeader> openingAt(long index) {
      return outbox.openingAt(index);
    }

    @Override
    public boolean endsTransaction(long index) {
      return outbox.endsTransaction(index);
    }

    @Override
    public void fenced(FencedException cause) {
      world.scheduler.note("is fenced: " + cause.getMessage());
      world.fenced(home, cause);
      outbox.fenced(cause);
    }
  }
}
