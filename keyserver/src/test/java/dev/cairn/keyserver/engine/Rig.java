package dev.cairn.keyserver.engine;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.KeyRing;
import dev.cairn.journal.judge.Judge;
import dev.cairn.journal.judge.Judgement;
import dev.cairn.journal.judge.TrustedKeys;
import dev.cairn.journal.record.LogRecord;
import dev.cairn.keyserver.KeyserverOptions;
import dev.cairn.keyserver.commitfile.CommitFiles;
import dev.cairn.keyserver.commitfile.SimulatedStorage;
import dev.cairn.keyserver.object.ObjectName;
import dev.cairn.keyserver.object.Value;
import dev.cairn.keyserver.publish.InMemoryLog;
import dev.cairn.keyserver.publish.Publisher;
import dev.cairn.keyserver.publish.PublisherTiming;
import dev.cairn.keyserver.state.RecordApplier;
import dev.cairn.keyserver.state.StateStore;
import dev.cairn.keyserver.threading.Threading;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** An engine and its publisher over a simulated disk, real SQLite, and a log in memory. */
final class Rig implements AutoCloseable {
  static final PublisherTiming TIMING =
      new PublisherTiming(Duration.ofMillis(2), Duration.ofMillis(20), Duration.ofMillis(5));

  final SimulatedStorage storage;
  final Path database;
  final InMemoryLog log;
  final FakeService service;
  final KeyRing keys = TestOwner.keys();
  final CommitFiles files;
  final StateStore store;
  final Engine engine;
  final Publisher publisher;
  private boolean closed;

  private Rig(
      SimulatedStorage storage,
      Path database,
      InMemoryLog log,
      FakeService service,
      KeyserverOptions options)
      throws IOException {
    this.storage = storage;
    this.database = database;
    this.log = log;
    this.service = service;
    this.files = CommitFiles.open(storage, options.commitFileBytes());
    this.store = StateStore.open(database, TestOwner.USER);
    KeyRings rings = new KeyRings();
    rings.add(keys);
    this.engine =
        Engine.open(
            TestOwner.identity(1),
            rings,
            database.resolveSibling("base.db"),
            storage,
            files,
            store,
            options,
            Clock.systemUTC());
    this.publisher =
        new Publisher(
            TestOwner.USER,
            TrustedKeys.of(1, keys.author().publicKey()),
            engine.epochOpened().orElseThrow(),
            engine.outbox(),
            service,
            connection -> log.open(),
            engine.mark(),
            engine.position().acknowledgedIndex(),
            engine::persist,
            TIMING,
            Threading.PLATFORM);
  }

  static KeyserverOptions options() {
    return KeyserverOptions.defaults().withCommitFileBytes(16 * 1024);
  }

  static Rig fresh(Path directory, InMemoryLog log) throws IOException {
    return fresh(directory, log, new FakeService(), options());
  }

  static Rig fresh(Path directory, InMemoryLog log, FakeService service, KeyserverOptions options)
      throws IOException {
    Path database = directory.resolve("store.db");
    StateStore.createEmpty(database, TestOwner.USER);
    return open(new SimulatedStorage(), database, log, service, options);
  }

  static Rig open(
      SimulatedStorage storage,
      Path database,
      InMemoryLog log,
      FakeService service,
      KeyserverOptions options)
      throws IOException {
    Rig rig = new Rig(storage, database, log, service, options);
    rig.engine.start(rig.publisher::durable);
    rig.publisher.start();
    return rig;
  }

  /** As {@link #open}, but nothing is published. */
  static Rig openWithoutPublisher(
      SimulatedStorage storage, Path database, InMemoryLog log, KeyserverOptions options)
      throws IOException {
    Rig rig = new Rig(storage, database, log, new FakeService(), options);
    rig.engine.start(index -> {});
    return rig;
  }

  /** What a recovery finds in the log: judged from genesis, opened, verified. */
  static Map<ObjectName, Value> recover(InMemoryLog log, Path database) {
    StateStore.createEmpty(database, TestOwner.USER);
    Map<ObjectName, Value> found = new TreeMap<>();
    try (KeyRing keys = TestOwner.keys();
        StateStore store = StateStore.open(database, TestOwner.USER)) {
      RecordApplier applier = new RecordApplier(store.writer(), keys, store.pointAtOpen());
      for (LogRecord record : accepted(log)) {
        applier.apply(record);
      }
      applier.commit();
      store.forEachObject(object -> found.put(object.name(), object.value()));
    }
    return found;
  }

  /** The accepted chain; fails if the log ends damaged. */
  static List<LogRecord> accepted(InMemoryLog log) {
    Judge judge = Judge.fromGenesis(TestOwner.USER, Optional.empty());
    List<LogRecord> chain = new ArrayList<>();
    List<Bytes> contents = log.contents();
    for (int offset = 0; offset < contents.size(); offset++) {
      Judgement judgement = judge.judge(offset, contents.get(offset));
      judgement.accepted().ifPresent(chain::add);
    }
    if (judge.isDamaged()) {
      throw new AssertionError("The log is damaged: " + judge.damage());
    }
    return chain;
  }

  /** Every object, through the engine. */
  Map<ObjectName, Value> contents() {
    Map<ObjectName, Value> found = new TreeMap<>();
    engine.forEachObject(object -> found.put(object.name(), object.value()));
    return found;
  }

  /** Ends all threads as if the process had been killed: nothing more reaches the disk. */
  void kill() throws IOException {
    storage.kill();
    close();
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    publisher.close();
    engine.close();
    store.close();
    files.close();
    keys.close();
  }
}
