package dev.cairn.keyserver.recover;

import dev.cairn.crypto.AuthorPublicKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.opaque.KE1;
import dev.cairn.crypto.opaque.KE3;
import dev.cairn.crypto.opaque.KsfParameters;
import dev.cairn.crypto.opaque.KsfPolicy;
import dev.cairn.crypto.opaque.LoginState;
import dev.cairn.crypto.opaque.OpaqueException;
import dev.cairn.crypto.opaque.OpaqueServer;
import dev.cairn.crypto.opaque.OpaqueSuite;
import dev.cairn.crypto.opaque.RegistrationRecord;
import dev.cairn.crypto.opaque.RegistrationRequest;
import dev.cairn.crypto.opaque.ServerLogin;
import dev.cairn.crypto.opaque.ServerSetup;
import dev.cairn.crypto.statements.PossessionStatement;
import dev.cairn.crypto.statements.RecoveryKeyStatement;
import dev.cairn.crypto.wallet.EthereumAddress;
import dev.cairn.journal.record.LogRecord;
import dev.cairn.journal.record.RecordCodec;
import dev.cairn.journal.snapshot.LiveEntry;
import dev.cairn.journal.snapshot.Manifest;
import dev.cairn.journal.snapshot.ManifestCodec;
import dev.cairn.journal.snapshot.SnapshotFile;
import dev.cairn.journal.snapshot.SnapshotFormat;
import dev.cairn.journal.snapshot.SnapshotWriter;
import dev.cairn.keyserver.error.FencedException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.error.WrongSecretException;
import dev.cairn.keyserver.home.DurableFiles;
import dev.cairn.keyserver.publish.LogExtent;
import dev.cairn.keyserver.service.AccessToken;
import dev.cairn.keyserver.service.AccountSummary;
import dev.cairn.keyserver.service.AuditEntry;
import dev.cairn.keyserver.service.BrokerConnection;
import dev.cairn.keyserver.service.Challenge;
import dev.cairn.keyserver.service.LogPage;
import dev.cairn.keyserver.service.LogRecordBytes;
import dev.cairn.keyserver.service.LogTruncatedException;
import dev.cairn.keyserver.service.LoginOffer;
import dev.cairn.keyserver.service.OwnerPort;
import dev.cairn.keyserver.service.OwnerSigner;
import dev.cairn.keyserver.service.PossessionSigner;
import dev.cairn.keyserver.service.RecoveryPort;
import dev.cairn.keyserver.service.RegistrationOffer;
import dev.cairn.keyserver.service.RegistrationPort;
import dev.cairn.keyserver.service.SecretProven;
import dev.cairn.keyserver.service.ServerDescription;
import dev.cairn.keyserver.service.SnapshotRef;
import dev.cairn.keyserver.service.TakeoverGrant;
import dev.cairn.keyserver.service.TokenInvalidException;
import dev.cairn.keyserver.service.UsernameTakenException;
import dev.cairn.keyserver.setup.EpochAppender;
import dev.cairn.keyserver.wallet.SignedLogin;
import dev.cairn.schemas.names.SnapshotDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A provider in memory: one account, one log, its snapshots. Whatever it holds, a test may change.
 */
public final class FakeProvider
    implements RecoveryPort, RegistrationPort, OwnerPort, EpochAppender {
  public static final String NAME = "cairn.test";
  public static final KsfParameters KSF = new KsfParameters(8, 1, 1);
  public static final KsfPolicy POLICY = KsfPolicy.withFloorForTests(KSF);

  private static final Bytes CREDENTIAL = Bytes.utf8("the one account");
  private static final int PAGE_RECORDS = 3;

  private final SecureRandom random = new SecureRandom();
  private final OpaqueServer server = new OpaqueServer(ServerSetup.generate(random), NAME, random);
  private final RecordCodec codec = RecordCodec.withBuiltInSchemas();

  private @Nullable RegistrationRecord record;
  private @Nullable AuthorPublicKey author;
  private Optional<UserId> userId = Optional.empty();
  private final Map<Bytes, LoginState> logins = new HashMap<>();
  private final Map<Bytes, Bytes> bindings = new HashMap<>();
  private final Set<AccessToken> secretTokens = new HashSet<>();
  private final Set<AccessToken> possessionTokens = new HashSet<>();

  // What a test looks at and changes.
  Bytes bundle = Bytes.EMPTY;
  final List<LogRecordBytes> log = new ArrayList<>();
  long startOffset;
  long endOffset;
  final Map<SnapshotRef, Map<String, Bytes>> snapshots = new HashMap<>();

  /** Snapshots that do not fit into memory. */
  final Map<SnapshotRef, Path> directories = new HashMap<>();

  final Map<String, Long> grants = new TreeMap<>();
  long epochGranted = 1;
  int pendingAnswers;
  int loginsStarted;
  int requests;
  int rangesUntilFailure = Integer.MAX_VALUE;
  int callsUntilTokensExpire = Integer.MAX_VALUE;
  boolean nameTaken;
  Optional<AuthorPublicKey> recoveryKey = Optional.empty();
  Optional<String> factorCode = Optional.empty();
  boolean loseAcknowledgement;
  boolean away;
  Runnable beforeAppend = () -> {};
  Runnable beforeRecords = () -> {};
  boolean truncatedOnce;

  /** From an offset on this record comes again and again, if there is one. */
  Bytes endless = Bytes.EMPTY;

  long endlessFrom;

  /** A range has one byte, whatever was asked for. */
  boolean shortRanges;

  /** No request is answered any more. */
  public void goAway() {
    away = true;
  }

  /** What is appended stands in the log, but nobody is told. */
  public void loseAcknowledgements() {
    loseAcknowledgement = true;
  }

  /** The account has been used. */
  public void takeName() {
    nameTaken = true;
  }

  /** How many requests arrived. */
  public synchronized int requests() {
    return requests;
  }

  /** Appends a record as the broker would. */
  long append(LogRecord appended) {
    return append(codec.encode(appended));
  }

  long append(Bytes value) {
    long offset = endOffset++;
    log.add(new LogRecordBytes(offset, value));
    return offset;
  }

  LogRecord decode(int number) {
    try {
      return codec.decode(log.get(number).value());
    } catch (dev.cairn.journal.record.MalformedRecordException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Puts other bytes in the place of a record. */
  void replace(int number, Bytes value) {
    log.set(number, new LogRecordBytes(log.get(number).offset(), value));
  }

  /** Makes a snapshot of what the writer has committed, as the compactor does. */
  SnapshotRef snapshot(ChainWriter writer) {
    try {
      Path directory = Files.createTempDirectory("fake-provider");
      try {
        SnapshotWriter.Written written;
        try (SnapshotWriter out = new SnapshotWriter(directory, owner(), writer.last().head())) {
          for (LiveEntry entry : writer.live()) {
            out.add(entry);
          }
          written = out.finish();
        }
        Manifest manifest =
            new Manifest(
                owner(),
                writer.last().keyVersion(),
                new Manifest.AtRecord(writer.last().signedHeader(), writer.opened().signedHeader()),
                written.accumulator(),
                written.segments(),
                written.indexes(),
                endOffset);
        Map<String, Bytes> files = new TreeMap<>();
        for (SnapshotFile file : written.segments()) {
          files.put(file.name(), Bytes.wrap(Files.readAllBytes(directory.resolve(file.name()))));
        }
        for (SnapshotFile file : written.indexes()) {
          files.put(file.name(), Bytes.wrap(Files.readAllBytes(directory.resolve(file.name()))));
        }
        files.put(SnapshotFormat.MANIFEST_NAME, ManifestCodec.encode(manifest));
        SnapshotRef ref =
            new SnapshotRef(
                writer.last().keyVersion(),
                SnapshotDirectory.of(
                    writer.last().epoch(),
                    writer.last().index(),
                    writer.last().stateDigest().hex()));
        snapshots.put(ref, files);
        return ref;
      } finally {
        DurableFiles.removeTree(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes everything before that offset from the log. */
  void truncate(long offset) {
    log.removeIf(each -> each.offset() < offset);
    startOffset = offset;
  }

  /** The files of a snapshot that is there. */
  Map<String, Bytes> files(SnapshotRef ref) {
    return new TreeMap<>(Objects.requireNonNull(snapshots.get(ref)));
  }

  UserId owner() {
    return userId.orElseThrow();
  }

  @Override
  public ServerDescription server() {
    arrive();
    return new ServerDescription(NAME, OpaqueSuite.NAME, KSF, 10);
  }

  @Override
  public RegistrationOffer startRegistration(String username, Bytes request)
      throws UsernameTakenException {
    arrive();
    if (nameTaken) {
      throw new UsernameTakenException("taken");
    }
    try {
      return new RegistrationOffer(
          "registration",
          UserId.random(random),
          server
              .createRegistrationResponse(RegistrationRequest.parse(request), CREDENTIAL)
              .toBytes());
    } catch (OpaqueException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public UserId finishRegistration(
      RegistrationOffer offer,
      OwnerSigner signer,
      Bytes given,
      Bytes wrapped,
      KsfParameters ksf,
      Optional<Bytes> recoveryPublicKey) {
    arrive();
    recoveryKey = recoveryPublicKey.map(AuthorPublicKey::new);
    try {
      record = RegistrationRecord.parse(given);
    } catch (OpaqueException e) {
      throw new IllegalStateException(e);
    }
    userId = Optional.of(offer.userId());
    author = signer.author().publicKey();
    bundle = wrapped;
    return offer.userId();
  }

  @Override
  public synchronized LoginOffer startLogin(String username, Bytes ke1) {
    arrive();
    loginsStarted++;
    try {
      RegistrationRecord known = record == null ? server.fakeRecord() : record;
      ServerLogin login = server.generateKE2(KE1.parse(ke1), known, CREDENTIAL, username, KSF);
      byte[] id = new byte[PossessionStatement.SESSION_ID_SIZE];
      random.nextBytes(id);
      Bytes sessionId = Bytes.wrap(id);
      logins.put(sessionId, login.state());
      return new LoginOffer(sessionId, login.ke2().toBytes(), 9);
    } catch (OpaqueException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public synchronized SecretProven finishLogin(Bytes sessionId, Bytes ke3) {
    arrive();
    try (SecretBytes key =
        Objects.requireNonNull(logins.get(sessionId)).serverFinish(KE3.parse(ke3))) {
      bindings.put(sessionId, PossessionStatement.sessionBinding(key));
      return entered();
    } catch (OpaqueException e) {
      throw new WrongSecretException("wrong", e);
    }
  }

  private SecretProven entered() {
    AccessToken token = new AccessToken("secret");
    if (factorCode.isPresent()) {
      return new SecretProven(token, owner(), 1, List.of("totp"));
    }
    secretTokens.add(token);
    return new SecretProven(token, owner(), 1, List.of());
  }

  @Override
  public Challenge challenge(String identity) {
    arrive();
    byte[] nonce = new byte[RecoveryKeyStatement.NONCE_SIZE];
    random.nextBytes(nonce);
    return new Challenge(owner(), Bytes.wrap(nonce), 5_000, 1);
  }

  @Override
  public synchronized SecretProven loginByRecoveryKey(
      String identity, Challenge challenge, Bytes signature) {
    arrive();
    RecoveryKeyStatement statement =
        new RecoveryKeyStatement(NAME, owner(), challenge.nonce(), challenge.expiryMillis());
    if (recoveryKey.filter(key -> statement.isSignedBy(key, signature)).isEmpty()) {
      throw new WrongSecretException("wrong");
    }
    bindings.put(statement.sessionId(), statement.sessionBinding());
    return entered();
  }

  @Override
  public SecretProven loginByWallet(String identity, SignedLogin login) {
    throw new WrongSecretException("this provider knows no wallets");
  }

  @Override
  public WalletOffer startWalletRegistration(EthereumAddress address)
      throws UsernameTakenException {
    throw new UsernameTakenException("this provider knows no wallets");
  }

  @Override
  public UserId finishWalletRegistration(
      WalletOffer offer,
      OwnerSigner signer,
      SignedLogin login,
      Bytes wrapped,
      Optional<Bytes> recoveryPublicKey)
      throws UsernameTakenException {
    throw new UsernameTakenException("this provider knows no wallets");
  }

  @Override
  public synchronized SecretProven proveFactor(AccessToken secret, String code) {
    arrive();
    if (!factorCode.equals(Optional.of(code))) {
      throw new WrongSecretException("wrong code");
    }
    secretTokens.add(secret);
    return new SecretProven(secret, owner(), 1, List.of());
  }

  @Override
  public synchronized Bytes bundle(AccessToken secret) throws TokenInvalidException {
    arrive();
    require(secretTokens, secret);
    return bundle;
  }

  @Override
  public synchronized AccessToken provePossession(AccessToken secret, PossessionSigner signer)
      throws TokenInvalidException {
    arrive();
    require(secretTokens, secret);
    proven(signer, "recover");
    AccessToken token = new AccessToken("possession");
    possessionTokens.add(token);
    return token;
  }

  private void proven(PossessionSigner signer, String purpose) {
    byte[] nonce = new byte[32];
    random.nextBytes(nonce);
    PossessionStatement statement =
        new PossessionStatement(
            NAME,
            owner(),
            signer.keyVersion(),
            signer.sessionId(),
            Objects.requireNonNull(bindings.get(signer.sessionId())),
            Bytes.wrap(nonce),
            1,
            purpose,
            Bytes.wrap(new byte[32]));
    PossessionStatement signed =
        new PossessionStatement(
            NAME,
            signer.userId(),
            signer.keyVersion(),
            signer.sessionId(),
            signer.sessionBinding(),
            Bytes.wrap(nonce.clone()),
            1,
            purpose,
            Bytes.wrap(new byte[32]));
    if (author == null || !statement.isSignedBy(author, signed.signWith(signer.author()))) {
      throw new IllegalStateException("possession was not proven");
    }
  }

  @Override
  public synchronized List<SnapshotRef> snapshots(AccessToken possession)
      throws TokenInvalidException {
    arrive();
    require(possessionTokens, possession);
    return List.copyOf(snapshots.keySet());
  }

  @Override
  public synchronized Optional<Bytes> file(
      AccessToken possession, SnapshotRef snapshot, String name, int limit)
      throws TokenInvalidException {
    arrive();
    require(possessionTokens, possession);
    return Optional.ofNullable(snapshots.getOrDefault(snapshot, Map.of()).get(name));
  }

  @Override
  public synchronized Optional<Bytes> range(
      AccessToken possession, SnapshotRef snapshot, String name, long from, long toExclusive)
      throws TokenInvalidException {
    arrive();
    require(possessionTokens, possession);
    if (rangesUntilFailure-- <= 0) {
      throw new UnavailableException("the line is cut");
    }
    if (shortRanges) {
      return range(snapshot, name, from, toExclusive)
          .map(bytes -> bytes.slice(0, Math.min(1, bytes.size())));
    }
    return range(snapshot, name, from, toExclusive);
  }

  private Optional<Bytes> range(SnapshotRef snapshot, String name, long from, long toExclusive) {
    if (directories.containsKey(snapshot)) {
      return Optional.of(readRange(directories.get(snapshot).resolve(name), from, toExclusive));
    }
    return Optional.ofNullable(snapshots.getOrDefault(snapshot, Map.of()).get(name))
        .map(bytes ->
            bytes.slice(
                (int) Math.min(from, bytes.size()), (int) Math.min(toExclusive, bytes.size())));
  }

  private static Bytes readRange(Path file, long from, long toExclusive) {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      ByteBuffer buffer = ByteBuffer.allocate((int) (Math.min(toExclusive, channel.size()) - from));
      channel.position(from);
      while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
        // Until the range is whole.
      }
      return Bytes.wrap(buffer.array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized LogExtent log(AccessToken possession) throws TokenInvalidException {
    arrive();
    require(possessionTokens, possession);
    return new LogExtent(startOffset, endOffset);
  }

  @Override
  public synchronized LogPage records(AccessToken possession, long from)
      throws TokenInvalidException, LogTruncatedException {
    arrive();
    require(possessionTokens, possession);
    beforeRecords.run();
    if (from < startOffset) {
      throw new LogTruncatedException(startOffset);
    }
    if (!endless.isEmpty() && from >= endlessFrom) {
      return new LogPage(List.of(new LogRecordBytes(from, endless)), from + 1, Long.MAX_VALUE);
    }
    List<LogRecordBytes> page =
        log.stream().filter(each -> each.offset() >= from).limit(PAGE_RECORDS).toList();
    long next = page.isEmpty() ? Math.max(from, endOffset) : page.get(page.size() - 1).offset() + 1;
    return new LogPage(page, from > endOffset ? from : next, endOffset);
  }

  @Override
  public synchronized TakeoverGrant takeOver(
      AccessToken possession, PossessionSigner signer, String takeoverId)
      throws TokenInvalidException {
    arrive();
    require(possessionTokens, possession);
    proven(signer, "takeover");
    long epoch = grants.computeIfAbsent(takeoverId, id -> ++epochGranted);
    if (pendingAnswers-- > 0) {
      return new TakeoverGrant.Pending();
    }
    return new TakeoverGrant.Issued(epoch, endOffset, connection(epoch));
  }

  @Override
  public long append(BrokerConnection connection, Bytes value) {
    if (connection.epoch() < epochGranted) {
      throw new FencedException("shut out");
    }
    beforeAppend.run();
    long offset = append(value);
    if (loseAcknowledgement) {
      throw new UnavailableException("no acknowledgement");
    }
    return offset;
  }

  private BrokerConnection connection(long epoch) {
    return new BrokerConnection(
        owner(), "c0", "topic", "nowhere:1", "PLAINTEXT", "", "p", "", epoch, Map.of());
  }

  @Override
  public BrokerConnection connect(OwnerSigner signer, long epoch) {
    arrive();
    return connection(epoch);
  }

  @Override
  public String compact(OwnerSigner signer) {
    return "job";
  }

  @Override
  public List<SnapshotRef> ownSnapshots(OwnerSigner signer) {
    return List.copyOf(snapshots.keySet());
  }

  @Override
  public Optional<Bytes> ownFile(OwnerSigner signer, SnapshotRef snapshot, String name, int limit) {
    return Optional.empty();
  }

  @Override
  public Optional<Bytes> ownRange(
      OwnerSigner signer, SnapshotRef snapshot, String name, long from, long toExclusive) {
    return Optional.empty();
  }

  @Override
  public LogPage ownRecords(OwnerSigner signer, long from) {
    return new LogPage(List.of(), from, from);
  }

  @Override
  public LogExtent ownLog(OwnerSigner signer) {
    return new LogExtent(startOffset, endOffset);
  }

  @Override
  public AccountSummary account(OwnerSigner signer) {
    return new AccountSummary("alice", 1, List.of("password"), List.of(), 0, 1);
  }

  @Override
  public List<AuditEntry> audit(OwnerSigner signer) {
    return List.of();
  }

  private synchronized void arrive() {
    requests++;
    if (away) {
      throw new UnavailableException("the service is away");
    }
  }

  private void require(Set<AccessToken> tokens, AccessToken token) throws TokenInvalidException {
    if (callsUntilTokensExpire-- <= 0) {
      callsUntilTokensExpire = Integer.MAX_VALUE;
      secretTokens.clear();
      possessionTokens.clear();
    }
    if (!tokens.contains(token)) {
      throw new TokenInvalidException("expired");
    }
  }
}
