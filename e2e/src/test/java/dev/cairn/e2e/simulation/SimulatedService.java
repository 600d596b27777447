package dev.cairn.e2e.simulation;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.opaque.KE1;
import dev.cairn.crypto.opaque.KE3;
import dev.cairn.crypto.opaque.LoginState;
import dev.cairn.crypto.opaque.OpaqueException;
import dev.cairn.crypto.opaque.OpaqueSuite;
import dev.cairn.crypto.opaque.ServerLogin;
import dev.cairn.crypto.statements.PossessionStatement;
import dev.cairn.journal.snapshot.Manifest;
import dev.cairn.journal.snapshot.ManifestCodec;
import dev.cairn.journal.snapshot.SnapshotBrokenException;
import dev.cairn.journal.snapshot.SnapshotFormat;
import dev.cairn.keyserver.error.FencedException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.error.WrongSecretException;
import dev.cairn.keyserver.publish.ConnectionSource;
import dev.cairn.keyserver.publish.LogExtent;
import dev.cairn.keyserver.service.AccessToken;
import dev.cairn.keyserver.service.BrokerConnection;
import dev.cairn.keyserver.service.Challenge;
import dev.cairn.keyserver.service.LogPage;
import dev.cairn.keyserver.service.LogRecordBytes;
import dev.cairn.keyserver.service.LogTruncatedException;
import dev.cairn.keyserver.service.LoginOffer;
import dev.cairn.keyserver.service.PossessionSigner;
import dev.cairn.keyserver.service.RecoveryPort;
import dev.cairn.keyserver.service.SecretProven;
import dev.cairn.keyserver.service.ServerDescription;
import dev.cairn.keyserver.service.SnapshotRef;
import dev.cairn.keyserver.service.TakeoverGrant;
import dev.cairn.keyserver.setup.EpochAppender;
import dev.cairn.keyserver.wallet.SignedLogin;
import dev.cairn.provider.store.InMemoryObjectStore;
import dev.cairn.provider.store.ObjectStat;
import dev.cairn.provider.store.StoreUnavailableException;
import dev.cairn.schemas.names.ObjectKeys;
import dev.cairn.schemas.names.ObjectKeys.SnapshotFileKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * The recovery service: grants epochs, shuts old writers out, hands out what is stored. A model of
 * the real one, whose accounts have tests of their own; what it keeps survives everything.
 *
 * <p>Requests come from simulated threads and, for downloads, from threads outside of the world.
 */
final class SimulatedService implements RecoveryPort, ConnectionSource, EpochAppender {
  private static final int PAGE = 5;
  private static final String PREFIX = ObjectKeys.user(SimulatedOwner.USER.value());

  private final Scheduler scheduler;
  private final Random random;
  private final Weather weather;
  private final SimulatedLog log;
  private final InMemoryObjectStore bucket;
  private final Map<String, Long> grants = new HashMap<>();
  private final Map<Bytes, LoginState> logins = new HashMap<>();
  private long granted = 1;

  SimulatedService(
      Scheduler scheduler,
      Random random,
      Weather weather,
      SimulatedLog log,
      InMemoryObjectStore bucket) {
    this.scheduler = scheduler;
    this.random = random;
    this.weather = weather;
    this.log = log;
    this.bucket = bucket;
  }

  private void answer(String what) {
    scheduler.point(what);
    if (weather.fails(random)) {
      throw new UnavailableException("The service does not answer");
    }
  }

  private static BrokerConnection connection(long epoch) {
    return new BrokerConnection(
        SimulatedOwner.USER,
        "c1",
        "topic",
        "127.0.0.1:1",
        "PLAINTEXT",
        "",
        "principal",
        "",
        epoch,
        Map.of());
  }

  // ---- for a keyserver that runs

  @Override
  public BrokerConnection connect(long epoch) {
    answer("connects");
    if (epoch < granted) {
      throw new FencedException("Epoch " + granted + " was granted");
    }
    return connection(epoch);
  }

  @Override
  public List<KnownSnapshot> snapshots() {
    answer("asks for snapshots");
    List<KnownSnapshot> known = new ArrayList<>();
    for (SnapshotRef ref : refs()) {
      try {
        Optional<Bytes> bytes =
            read(ref, SnapshotFormat.MANIFEST_NAME, SnapshotFormat.MAX_MANIFEST_BYTES);
        if (bytes.isPresent()) {
          Manifest manifest = ManifestCodec.decode(bytes.get());
          if (manifest.origin() instanceof Manifest.AtRecord at) {
            known.add(
                new KnownSnapshot(
                    at.last(), at.epochOpened(), manifest.entries(), manifest.bytes()));
          }
        }
      } catch (SnapshotBrokenException e) {
        throw new IllegalStateException("A manifest in the bucket does not parse", e);
      }
    }
    return known;
  }

  @Override
  public LogExtent logExtent() {
    answer("asks for the extent");
    return new LogExtent(log.start(), log.end());
  }

  // ---- storage

  private List<SnapshotRef> refs() {
    List<SnapshotRef> refs = new ArrayList<>();
    for (ObjectStat stat : bucket.list(PREFIX)) {
      ObjectKeys.parseSnapshotFile(stat.key())
          .filter(key -> key.file().equals(ObjectKeys.MANIFEST))
          .map(SimulatedService::ref)
          .ifPresent(refs::add);
    }
    refs.sort(Comparator.comparing((SnapshotRef ref) -> ref.directory().name()).reversed());
    return refs;
  }

  private static SnapshotRef ref(SnapshotFileKey key) {
    return new SnapshotRef(key.keyVersion(), key.directory());
  }

  private Optional<Bytes> read(SnapshotRef snapshot, String name, int limit) {
    try {
      return bucket.get(
          ObjectKeys.snapshotFile(
              SimulatedOwner.USER.value(), snapshot.keyVersion(), snapshot.directory(), name),
          limit);
    } catch (StoreUnavailableException e) {
      throw new UnavailableException("too large", e);
    }
  }

  @Override
  public List<SnapshotRef> snapshots(AccessToken possession) {
    answer("asks for snapshots");
    return refs();
  }

  @Override
  public Optional<Bytes> file(
      AccessToken possession, SnapshotRef snapshot, String name, int limit) {
    answer("asks for " + name);
    return read(snapshot, name, limit);
  }

  @Override
  public Optional<Bytes> range(
      AccessToken possession, SnapshotRef snapshot, String name, long from, long toExclusive) {
    return read(snapshot, name, Integer.MAX_VALUE)
        .map(bytes ->
            bytes.slice(
                (int) Math.min(from, bytes.size()), (int) Math.min(toExclusive, bytes.size())));
  }

  // ---- the ladder

  @Override
  public ServerDescription server() {
    answer("asks who it is");
    return new ServerDescription(SimulatedOwner.SERVER, OpaqueSuite.NAME, SimulatedOwner.KSF, 10);
  }

  @Override
  public LoginOffer startLogin(String username, Bytes ke1) {
    answer("logs in");
    try {
      ServerLogin login =
          SimulatedOwner.OPAQUE.generateKE2(
              KE1.parse(ke1),
              SimulatedOwner.RECORD,
              SimulatedOwner.CREDENTIAL,
              username,
              SimulatedOwner.KSF);
      byte[] id = new byte[PossessionStatement.SESSION_ID_SIZE];
      SimulatedOwner.RANDOM.nextBytes(id);
      logins.put(Bytes.wrap(id.clone()), login.state());
      return new LoginOffer(Bytes.wrap(id), login.ke2().toBytes(), 9);
    } catch (OpaqueException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public SecretProven finishLogin(Bytes sessionId, Bytes ke3) {
    answer("proves the secret");
    LoginState state = logins.remove(sessionId);
    if (state == null) {
      throw new WrongSecretException("no such attempt");
    }
    try {
      SecretBytes key = state.serverFinish(KE3.parse(ke3));
      key.close();
      return new SecretProven(new AccessToken("secret"), SimulatedOwner.USER, 1, List.of());
    } catch (OpaqueException e) {
      throw new WrongSecretException("wrong", e);
    }
  }

  @Override
  public Challenge challenge(String identity) {
    throw new IllegalStateException("the simulated owner has a password");
  }

  @Override
  public SecretProven loginByWallet(String identity, SignedLogin login) {
    throw new IllegalStateException("the simulated owner has a password");
  }

  @Override
  public SecretProven loginByRecoveryKey(String identity, Challenge challenge, Bytes signature) {
    throw new IllegalStateException("the simulated owner has a password");
  }

  @Override
  public SecretProven proveFactor(AccessToken secret, String code) {
    throw new IllegalStateException("the simulated owner has no second factor");
  }

  @Override
  public Bytes bundle(AccessToken secret) {
    answer("asks for the bundle");
    return SimulatedOwner.BUNDLE;
  }

  @Override
  public AccessToken provePossession(AccessToken secret, PossessionSigner signer) {
    answer("proves possession");
    return new AccessToken("possession");
  }

  @Override
  public LogExtent log(AccessToken possession) {
    answer("asks for the extent");
    return new LogExtent(log.start(), log.end());
  }

  @Override
  public LogPage records(AccessToken possession, long from) throws LogTruncatedException {
    answer("asks for records from " + from);
    if (from < log.start()) {
      throw new LogTruncatedException(log.start());
    }
    List<LogRecordBytes> page = new ArrayList<>();
    long at = from;
    for (; at < log.end() && page.size() < PAGE; at++) {
      page.add(new LogRecordBytes(at, log.at(at)));
    }
    return new LogPage(page, at, log.end());
  }

  @Override
  public TakeoverGrant takeOver(AccessToken possession, PossessionSigner signer, String id) {
    answer("asks for the log");
    long epoch = grants.computeIfAbsent(id, unused -> ++granted);
    scheduler.point("granted " + epoch);
    log.refuseBefore(epoch);
    scheduler.point("shut the old writer out");
    long end = log.end();
    if (weather.fails(random)) {
      throw new UnavailableException("The answer is lost");
    }
    return new TakeoverGrant.Issued(epoch, end, connection(epoch));
  }

  @Override
  public long append(BrokerConnection connection, Bytes record) {
    answer("opens epoch " + connection.epoch());
    if (log.refuses(connection.epoch())) {
      throw new FencedException("shut out");
    }
    long offset = log.append(record);
    scheduler.point("opened at " + offset);
    if (weather.fails(random)) {
      throw new UnavailableException("The answer is lost");
    }
    return offset;
  }
}
