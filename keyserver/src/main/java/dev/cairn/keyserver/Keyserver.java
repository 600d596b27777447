package dev.cairn.keyserver;

import dev.cairn.crypto.BackupKey;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.journal.checkpoint.Checkpoint;
import dev.cairn.journal.record.RecordCodec;
import dev.cairn.keyserver.commitfile.CommitFiles;
import dev.cairn.keyserver.commitfile.DiskCommitStorage;
import dev.cairn.keyserver.engine.Engine;
import dev.cairn.keyserver.engine.KeyRings;
import dev.cairn.keyserver.error.CairnException;
import dev.cairn.keyserver.error.FencedException;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.home.Home;
import dev.cairn.keyserver.home.HomeIdentity;
import dev.cairn.keyserver.home.KnownSchemaIds;
import dev.cairn.keyserver.object.ObjectName;
import dev.cairn.keyserver.object.StoredObject;
import dev.cairn.keyserver.object.Value;
import dev.cairn.keyserver.publish.CompactionWait;
import dev.cairn.keyserver.publish.ConnectionSource;
import dev.cairn.keyserver.publish.KafkaLogPort;
import dev.cairn.keyserver.publish.LearningConnectionSource;
import dev.cairn.keyserver.publish.LogExtent;
import dev.cairn.keyserver.publish.LogPort;
import dev.cairn.keyserver.publish.PublisherTiming;
import dev.cairn.keyserver.publish.ServiceConnectionSource;
import dev.cairn.keyserver.rebase.BaseAnnouncer;
import dev.cairn.keyserver.rebase.RebaseListener;
import dev.cairn.keyserver.rebase.RebaseReport;
import dev.cairn.keyserver.rebase.RebaseStep;
import dev.cairn.keyserver.rebase.Workshop;
import dev.cairn.keyserver.recover.AccountPorts;
import dev.cairn.keyserver.recover.Proof;
import dev.cairn.keyserver.recover.RecoveryKeyChoice;
import dev.cairn.keyserver.service.BrokerConnection;
import dev.cairn.keyserver.service.OwnerConfig;
import dev.cairn.keyserver.service.ServiceClient;
import dev.cairn.keyserver.service.Signers;
import dev.cairn.keyserver.state.StateStore;
import dev.cairn.keyserver.threading.Threading;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A keyserver: a store of named values of which every change is sealed and backed up as it happens.
 *
 * <pre>{@code
 * try (Keyserver keyserver = Keyserver.open(Path.of("/var/lib/notes"))) {
 *   Receipt receipt = keyserver.transact(
 *       Transaction.builder().putJson("notes", "42", "{\"text\":\"hello\"}").delete("notes", "41").build());
 *   receipt.durable().join();   // survives a crash of this machine; reads see it
 *   receipt.backedUp().join();  // survives the loss of this machine
 * }
 * }</pre>
 *
 * <p>A home is made by {@code cairn keyserver init} or {@code recover}, and belongs to one process
 * at a time.
 *
 * <p><b>Guaranteed:</b> transactions are atomic and take effect in the order in which {@link
 * #transact} was called by one thread. What {@link Receipt#durable} completed for survives a kill
 * at any instruction; what {@link Receipt#backedUp} completed for can be recovered elsewhere with
 * nothing but the owner's secret. While Kafka is away, transactions go on locally up to a bound,
 * and everything is published in order, once, when it is back. <b>Not guaranteed:</b> that a
 * transaction whose receipt failed left no trace: one that failed with {@link FencedException} may
 * have been durable.
 *
 * <p>Thread-safe. Methods block on disk: call them from platform threads.
 */
public final class Keyserver implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Keyserver.class);
  private static final Duration KEEPER_INTERVAL = Duration.ofMinutes(5);

  private final Deque<AutoCloseable> resources;
  private final Home home;
  private final KeyRings keys;
  private final Engine engine;
  private final Provider provider;
  private final Rebasing rebasing;
  private final Optional<Publishing> publishing;
  private boolean closed;

  private Keyserver(
      Deque<AutoCloseable> resources,
      Home home,
      KeyRings keys,
      Engine engine,
      Provider provider,
      Rebasing rebasing,
      Optional<Publishing> publishing) {
    this.resources = resources;
    this.home = home;
    this.keys = keys;
    this.engine = engine;
    this.provider = provider;
    this.rebasing = rebasing;
    this.publishing = publishing;
  }

  /** Opens a home with the options of its {@code keyserver.properties} and the environment. */
  public static Keyserver open(Path home) {
    return open(home, KeyserverOptions.of(home));
  }

  /**
   * Opens a home and starts to publish. What the last run left is sorted out first; the provider is
   * not waited for.
   *
   * @throws MalformedInputException if the directory is not a home
   * @throws UnavailableException if the home is open elsewhere
   * @throws IntegrityException if what is on disk is damaged
   */
  public static Keyserver open(Path home, KeyserverOptions options) {
    return open(
        home,
        options,
        Keyserver::service,
        connection -> new KafkaLogPort(connection, options.clients()),
        PublisherTiming.defaults(),
        Clock.systemUTC());
  }

  /** How to reach the service with the keys of a home. */
  interface ServiceFactory {
    Provider open(HomeIdentity identity, KeyRings keys, Consumer<AutoCloseable> closing);
  }

  private static Provider service(
      HomeIdentity identity, KeyRings keys, Consumer<AutoCloseable> closing) {
    ServiceClient client =
        new ServiceClient(
            new OwnerConfig(
                identity.serviceUrl(), identity.serverName(), identity.certificateAuthority()));
    closing.accept(client);
    Signers signers = new Signers(keys::signers);
    return new Provider(
        new ServiceConnectionSource(client.owner(), signers),
        client.owner(),
        client.rebase(),
        AccountPorts.of(client),
        signers);
  }

  /** With other ways to service and log, for tests. */
  static Keyserver open(
      Path directory,
      KeyserverOptions options,
      ServiceFactory services,
      Function<BrokerConnection, LogPort> logs,
      PublisherTiming timing,
      Clock clock) {
    Deque<AutoCloseable> resources = new ArrayDeque<>();
    boolean done = false;
    try {
      Home home = Home.open(directory);
      resources.push(home);
      KeyRings keys = new KeyRings();
      resources.push(keys);
      HomeIdentity identity = home.identity();
      home.readBackupKey().close(); // the one in force must be whole
      for (int version : home.keyVersions()) {
        try (BackupKey key = home.readBackupKey(version)) {
          keys.add(key.deriveKeys(identity.userId(), version));
        }
      }
      DiskCommitStorage storage = DiskCommitStorage.in(home.commitDirectory());
      CommitFiles files = CommitFiles.open(storage, options.commitFileBytes());
      resources.push(files);
      StateStore store = StateStore.open(home.storeFile(), identity.userId());
      resources.push(store);
      Workshop workshop = new Workshop(home.rebaseDirectory(), home.storeFile());
      KnownSchemaIds ids = KnownSchemaIds.in(directory);
      Engine engine =
          Engine.open(
              identity,
              keys,
              workshop.database(),
              storage,
              files,
              store,
              options,
              clock,
              new RecordCodec(ids.ids()),
              Threading.PLATFORM);
      resources.push(engine);
      follow(home, engine);
      Provider provider = services.open(identity, keys, resources::push);
      BaseAnnouncer announcer =
          new BaseAnnouncer(
              new LearningConnectionSource(provider.connections(), ids),
              provider.rebase(),
              provider.signers(),
              storage,
              workshop,
              engine::epochOpened);
      Rebasing rebasing =
          new Rebasing(home, keys, engine, provider, announcer, storage, store, workshop);
      rebasing.clearAfterCrash();
      Optional<Publishing> publishing =
          options.publish() && engine.epochOpened().isPresent() && !engine.isHandedOver()
              ? Optional.of(start(resources, keys, engine, provider, announcer, logs, timing))
              : Optional.empty();
      Keyserver opened =
          new Keyserver(resources, home, keys, engine, provider, rebasing, publishing);
      done = true;
      return opened;
    } catch (IOException e) {
      throw new UncheckedIOException("The home " + directory + " cannot be opened", e);
    } finally {
      if (!done) {
        closeAll(resources);
      }
    }
  }

  /** The commit files decide in which epoch a home writes: a crash may have kept that from it. */
  private static void follow(Home home, Engine engine) {
    Engine.Position now = engine.position();
    if (engine.epochOpened().isPresent() && now.epoch() > home.identity().epoch()) {
      home.replaceIdentity(home.identity().at(now.keyVersion(), now.epoch()));
    }
  }

  private static Publishing start(
      Deque<AutoCloseable> resources,
      KeyRings keys,
      Engine engine,
      Provider provider,
      BaseAnnouncer announcer,
      Function<BrokerConnection, LogPort> logs,
      PublisherTiming timing) {
    Publishing publishing = new Publishing(engine, keys::trusted, announcer, logs, timing);
    SnapshotKeeper keeper =
        new SnapshotKeeper(provider.connections(), engine::snapshotCovers, KEEPER_INTERVAL);
    resources.push(publishing);
    resources.push(keeper);
    engine.start(publishing::durable);
    publishing.start();
    keeper.start();
    return publishing;
  }

  /** Whose home it is, and as which writer it acts. */
  public HomeIdentity identity() {
    return home.identity();
  }

  /**
   * Takes a transaction. The receipt comes at once, unless much more is waiting than the disk can
   * take.
   *
   * @throws MalformedInputException if the transaction is too large, or the home refuses writes
   * @throws UnavailableException if too much waits to be backed up already: try again when Kafka is
   *     back
   * @throws FencedException if another keyserver has taken the log over
   */
  public Receipt transact(Transaction transaction) {
    if (publishing.isEmpty() && !home.identity().readOnly() && !engine.isHandedOver()) {
      throw new MalformedInputException(
          "This keyserver was opened for reading only. Nothing was changed");
    }
    return engine.transact(transaction);
  }

  /** The value of an object, if there is one: what was last durable. */
  public Optional<Value> get(String collection, String id) {
    return engine.get(new ObjectName(collection, id));
  }

  /**
   * The names in one collection, or in all of them, sorted by unsigned UTF-8 bytes of collection,
   * then id.
   */
  public List<ObjectName> list(Optional<String> collection) {
    List<ObjectName> names = new ArrayList<>();
    list(collection, names::add);
    return names;
  }

  /** As {@link #list(Optional)}, streamed. */
  public void list(Optional<String> collection, Consumer<ObjectName> action) {
    engine.forEachName(collection, action);
  }

  /** Every object, sorted by unsigned UTF-8 bytes of collection, then id; one state, streamed. */
  public void export(Consumer<StoredObject> action) {
    engine.forEachObject(action);
  }

  /**
   * Every transaction that is durable here and not known to be backed up, in order, streamed. After
   * a {@link FencedException} these are stranded: nobody else has them.
   */
  public void exportUnbacked(Consumer<Transaction> action) {
    engine.forEachUnbacked(action);
  }

  /** Where it stands, as known here: the provider is not asked. */
  public KeyserverStatus localStatus() {
    return status(Optional.empty(), Optional.empty(), false);
  }

  /** Where it stands, with what the provider says of log and snapshots. */
  public KeyserverStatus status() {
    Optional<KeyserverStatus.Log> log = Optional.empty();
    Optional<KeyserverStatus.Snapshot> snapshot = Optional.empty();
    try {
      ConnectionSource asked = provider.connections();
      LogExtent extent = asked.logExtent();
      log = Optional.of(new KeyserverStatus.Log(extent.startOffset(), extent.endOffset()));
      snapshot =
          asked.snapshots().stream()
              .findFirst()
              .map(newest ->
                  new KeyserverStatus.Snapshot(
                      newest.lastRecord().header().index(),
                      newest.lastRecord().header().sequenceAfter(),
                      newest.entries(),
                      newest.bytes(),
                      Instant.ofEpochMilli(newest.lastRecord().header().timestamp())));
    } catch (UnavailableException | FencedException e) {
      LOG.debug("The service does not say where log and snapshots stand", e);
    }
    return status(snapshot, log, isFencedBySomebody());
  }

  /**
   * Asks the service who may write. A publisher finds out by itself, but only when it has something
   * to send.
   *
   * @throws FencedException if the log was granted to another keyserver
   * @throws UnavailableException if the service does not answer
   */
  public void requireWriter() {
    long epoch = home.identity().epoch();
    if (engine.epochOpened().isEmpty() || rebasing.isPending()) {
      return; // never writes, or is about to go over to an epoch of its own
    }
    if (provider.connections().connect(epoch).epoch() > epoch) {
      throw new FencedException(
          "Another keyserver has taken this log over: the service has granted it a later epoch");
    }
  }

  /** The publisher finds out by itself; where none runs, the service is asked. */
  private boolean isFencedBySomebody() {
    if (publishing.isPresent()) {
      return false;
    }
    try {
      requireWriter();
      return false;
    } catch (FencedException e) {
      return true;
    } catch (UnavailableException e) {
      LOG.debug("The service does not say who may write", e);
      return false;
    }
  }

  private KeyserverStatus status(
      Optional<KeyserverStatus.Snapshot> snapshot,
      Optional<KeyserverStatus.Log> log,
      boolean fencedElsewhere) {
    Engine.Position now = engine.position();
    return new KeyserverStatus(
        home.identity().userId().value(),
        home.identity().username(),
        now.epoch(),
        now.keyVersion(),
        now.sequence(),
        now.index(),
        now.head(),
        new Checkpoint(now.keyVersion(), now.epoch(), now.index(), now.head()).toString(),
        now.objects(),
        now.outboxTransactions(),
        now.outboxBytes(),
        now.acknowledgedSequence(),
        now.fenced() || fencedElsewhere,
        snapshot,
        log);
  }

  /** When the oldest record that is not backed up was written; empty if everything is. */
  public Optional<Instant> oldestUnbacked() {
    return engine.oldestUnbacked();
  }

  /**
   * Asks the provider for a compaction.
   *
   * @param timeout how long to wait for the snapshot; absent: not at all
   * @throws UnavailableException if the service does not answer, or no snapshot appeared in time
   */
  public CompactionWait.Outcome compact(Optional<Duration> timeout) throws InterruptedException {
    return timeout.isPresent()
        ? CompactionWait.await(provider.owner(), provider.signers(), timeout.get())
        : CompactionWait.ask(provider.owner(), provider.signers());
  }

  /** Why nothing is accepted any more until the home is opened again, if it is so. */
  public Optional<CairnException> failure() {
    return engine.failure();
  }

  /** What keeps transactions from being backed up right now, in words. */
  public Optional<String> trouble() {
    return publishing.flatMap(Publishing::trouble);
  }

  /**
   * Waits until everything that was submitted before is backed up.
   *
   * @param withoutProgress how long to go on waiting while nothing becomes backed up
   * @throws UnavailableException if for that long nothing did: everything stays queued on disk
   * @throws FencedException if another keyserver has taken the log over
   */
  public void drain(Duration withoutProgress) throws InterruptedException {
    requirePublishing();
    if (!engine.drain(withoutProgress)) {
      Engine.Position now = engine.position();
      throw new UnavailableException(
          "Nothing was backed up for "
              + withoutProgress.toSeconds()
              + " seconds; "
              + now.outboxTransactions()
              + " transactions are durable here and stay queued: they are sent when the home is"
              + " opened again"
              + trouble().map(why -> " (" + why + ")").orElse(""));
    }
  }

  /**
   * Goes over to a new backup key: makes it, adds it to the recovery bundle, seals the whole state
   * anew under it and opens the next epoch on that, and takes the key before out of the bundle and
   * of this home. Where an earlier rotation went over and did not come to its end, this only brings
   * that to its end. Recovery with the same password works at every moment.
   *
   * <p>Everything in {@link #rebase} holds here as well.
   *
   * @param password of the account; stays the caller's to close
   * @return what was uploaded; empty where an earlier rotation was finished
   */
  public Optional<RebaseReport> rotate(
      SecretBytes password, Duration withoutProgress, RebaseListener listener)
      throws InterruptedException {
    return rotate(
        Proof.ofPassword(password), new RecoveryKeyChoice.Unnamed(), withoutProgress, listener);
  }

  /**
   * As above, for an account with a recovery key or a second factor, which is asked for at the
   * beginning and at the end.
   *
   * @param proof of the account; stays the caller's to close
   * @param recoveryKey what becomes of the recovery key
   */
  public Optional<RebaseReport> rotate(
      Proof proof, RecoveryKeyChoice recoveryKey, Duration withoutProgress, RebaseListener listener)
      throws InterruptedException {
    Publishing running = requirePublishing();
    Rotation rotation = new Rotation(home, keys, engine, provider, proof, recoveryKey, listener);
    Optional<RebaseReport> report = Optional.empty();
    if (!rotation.isUnfinished()) {
      int next = rotation.begin();
      report = Optional.of(rebasing.run(running, next, listener));
    }
    drain(withoutProgress);
    listener.reached(RebaseStep.BACKED_UP);
    rotation.finish();
    rebasing.finish();
    return report;
  }

  /**
   * Takes nothing more, waits until everything is backed up, and gives the log up: a recovery
   * elsewhere then strands nothing. This home refuses writes from then on, also when it is opened
   * again; there is no way back but a recovery.
   *
   * @param withoutProgress how long to wait while nothing becomes backed up
   * @throws UnavailableException if for that long nothing did: this home goes on as before
   */
  public void handOver(Duration withoutProgress) throws InterruptedException {
    if (engine.isHandedOver()) {
      return;
    }
    Publishing running = requirePublishing();
    if (rebasing.isPending()) {
      drain(withoutProgress);
    }
    if (!engine.handOver(withoutProgress)) {
      throw new UnavailableException(
          "Nothing was backed up for "
              + withoutProgress.toSeconds()
              + " seconds: the home is not handed over and goes on as before"
              + trouble().map(why -> " (" + why + ")").orElse(""));
    }
    running.stop();
  }

  private Publishing requirePublishing() {
    return publishing.orElseThrow(() ->
        new MalformedInputException(
            "This keyserver was opened for reading only: it publishes nothing"));
  }

  /**
   * Uploads the whole state anew and opens the next epoch on it, under the same keys. That repairs
   * what the provider lost and a log that does not come to what was signed. Transactions go on;
   * they wait while the last changes are uploaded. Needs room for the state's ciphertext in the
   * home.
   *
   * <p>Returns when the opening is backed up. Where it fails before the home has gone over, what
   * was uploaded so far stays, and the next attempt goes on with it; afterwards the keyserver
   * finishes by itself, as soon as the provider can be reached.
   *
   * @param withoutProgress how long to wait for the backup while nothing becomes backed up
   * @throws FencedException if another keyserver has taken the log over
   * @throws UnavailableException if the provider cannot be reached
   */
  public RebaseReport rebase(Duration withoutProgress, RebaseListener listener)
      throws InterruptedException {
    Publishing running = requirePublishing();
    RebaseReport report = rebasing.run(running, engine.position().keyVersion(), listener);
    drain(withoutProgress);
    listener.reached(RebaseStep.BACKED_UP);
    rebasing.finish();
    return report;
  }

  /**
   * Brings what was submitted to disk and stops. Does not wait for the backup, see {@link #drain}:
   * what is not backed up stays queued in the home.
   */
  @Override
  public void close() {
    synchronized (resources) {
      if (closed) {
        return;
      }
      closed = true;
    }
    closeAll(resources);
  }

  private static void closeAll(Deque<AutoCloseable> resources) {
    @Nullable RuntimeException failure = null;
    while (!resources.isEmpty()) {
      try {
        resources.pop().close();
      } catch (Exception e) {
        if (e instanceof InterruptedException) {
          Thread.currentThread().interrupt();
        }
        RuntimeException wrapped =
            e instanceof RuntimeException unchecked
                ? unchecked
                : new IllegalStateException("Closing failed", e);
        if (failure == null) {
          failure = wrapped;
        } else {
          failure.addSuppressed(wrapped);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
