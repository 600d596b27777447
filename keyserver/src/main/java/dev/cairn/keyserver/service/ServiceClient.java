package dev.cairn.keyserver.service;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Sha256;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.opaque.KsfParameters;
import dev.cairn.crypto.statements.OwnerRequest;
import dev.cairn.crypto.statements.PossessionStatement;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.publish.LogExtent;
import dev.cairn.keyserver.service.HttpTransport.Repetition;
import dev.cairn.schemas.http.ApiPaths;
import dev.cairn.schemas.http.AuditTrail;
import dev.cairn.schemas.http.BasePublish;
import dev.cairn.schemas.http.BasePublished;
import dev.cairn.schemas.http.BundleReplace;
import dev.cairn.schemas.http.CompactRequested;
import dev.cairn.schemas.http.ConnectRequest;
import dev.cairn.schemas.http.Connection;
import dev.cairn.schemas.http.EpochRequest;
import dev.cairn.schemas.http.ErrorCodes;
import dev.cairn.schemas.http.KsfInfo;
import dev.cairn.schemas.http.LoggedIn;
import dev.cairn.schemas.http.LoginFinish;
import dev.cairn.schemas.http.LoginStart;
import dev.cairn.schemas.http.LoginStarted;
import dev.cairn.schemas.http.NonceIssued;
import dev.cairn.schemas.http.PossessionProven;
import dev.cairn.schemas.http.Registered;
import dev.cairn.schemas.http.RegistrationFinish;
import dev.cairn.schemas.http.RegistrationStart;
import dev.cairn.schemas.http.RegistrationStarted;
import dev.cairn.schemas.http.ServerInfo;
import dev.cairn.schemas.http.SnapshotList;
import dev.cairn.schemas.http.SnapshotName;
import dev.cairn.schemas.http.TakeoverAnswer;
import dev.cairn.schemas.http.TakeoverRequest;
import dev.cairn.schemas.names.ObjectKeys;
import dev.cairn.schemas.names.SnapshotDirectory;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The recovery service over HTTP.
 *
 * <p>Guaranteed: no request but the one for its name is sent to a service that does not bear the
 * pinned name; every body is bounded, every answer has a deadline, and a request is sent twice only
 * where that changes nothing. Not guaranteed: that anything it answers is true. Thread-safe.
 */
public final class ServiceClient
    implements RecoveryPort, RegistrationPort, OwnerPort, RebasePort, BundlePort, AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Duration DATA_TIMEOUT = Duration.ofMinutes(3);
  private static final int MAX_JSON = 1 << 20;
  private static final int MAX_LIST = 16 << 20;
  private static final int MAX_BUNDLE = 256 << 10;

  /** 8 MiB, or one record, and a frame around each. */
  private static final int MAX_PAGE = 12 << 20;

  private static final String BINARY = "application/octet-stream";
  private static final int PARTIAL = 206;
  private static final int RANGE_BEYOND_END = 416;
  private static final int GUESSES = 1_000_000;

  private final String serverName;
  private final HttpTransport transport;
  private final DirectReads storage;
  private volatile Optional<ServerDescription> server = Optional.empty();

  /** Connects to nothing yet. */
  public ServiceClient(OwnerConfig config) {
    this.serverName = config.serverName();
    this.transport = new HttpTransport(config);
    this.storage = new DirectReads(transport, DATA_TIMEOUT);
  }

  @Override
  public ServerDescription server() {
    Optional<ServerDescription> known = server;
    if (known.isPresent()) {
      return known.get();
    }
    HttpAnswer answer =
        transport.send(
            () -> HttpRequest.newBuilder(transport.resolve(ApiPaths.SERVER)).GET(),
            Repetition.REPEATABLE,
            MAX_JSON,
            TIMEOUT);
    ServerInfo info = Json.read(requireSuccess(answer).body(), ServerInfo.class);
    if (!info.serverName().equals(serverName)) {
      throw new IntegrityException(
          "The service calls itself '"
              + info.serverName()
              + "', and the configuration pins '"
              + serverName
              + "': it is refused. Nothing was sent to it; check service.url and server.name");
    }
    if (info.maxGuesses() < 1 || info.maxGuesses() > GUESSES) {
      throw Json.malformed(ServerInfo.class, "it allows " + info.maxGuesses() + " guesses", null);
    }
    ServerDescription description =
        new ServerDescription(info.serverName(), info.suite(), ksf(info.ksf()), info.maxGuesses());
    server = Optional.of(description);
    return description;
  }

  @Override
  public RegistrationOffer startRegistration(String username, Bytes request)
      throws UsernameTakenException {
    HttpAnswer answer =
        post(
            ApiPaths.REGISTRATION_START,
            Json.write(new RegistrationStart(username, request.base64Url())),
            Repetition.REPEATABLE);
    requireFreeName(answer);
    RegistrationStarted started =
        Json.read(requireSuccess(answer).body(), RegistrationStarted.class);
    return new RegistrationOffer(
        started.registrationId(),
        userId(started.userId()),
        Json.binary("registration response", started.response()));
  }

  @Override
  public UserId finishRegistration(
      RegistrationOffer offer, OwnerSigner signer, Bytes record, Bytes bundle, KsfParameters ksf)
      throws UsernameTakenException {
    Bytes body =
        Json.write(
            new RegistrationFinish(
                offer.registrationId(),
                record.base64Url(),
                bundle.base64Url(),
                signer.author().publicKey().raw().base64Url(),
                new KsfInfo(ksf.memoryKiB(), ksf.iterations(), ksf.parallelism())));
    HttpAnswer answer = owned(signer, "POST", ApiPaths.REGISTRATION_FINISH, body, MAX_JSON);
    requireFreeName(answer);
    UserId registered = userId(Json.read(requireSuccess(answer).body(), Registered.class).userId());
    if (!registered.equals(offer.userId())) {
      throw Json.malformed(Registered.class, "it names another user than the one offered", null);
    }
    return registered;
  }

  @Override
  public LoginOffer startLogin(String username, Bytes ke1) {
    HttpAnswer answer =
        post(
            ApiPaths.LOGIN_START,
            Json.write(new LoginStart(username, ke1.base64Url())),
            Repetition.ONCE);
    LoginStarted started = Json.read(requireSuccess(answer).body(), LoginStarted.class);
    return new LoginOffer(
        Json.binary("session id", started.sessionId(), PossessionStatement.SESSION_ID_SIZE),
        Json.binary("second login message", started.ke2()));
  }

  @Override
  public SecretProven finishLogin(Bytes sessionId, Bytes ke3) {
    HttpAnswer answer =
        post(
            ApiPaths.LOGIN_FINISH,
            Json.write(new LoginFinish(sessionId.base64Url(), ke3.base64Url())),
            Repetition.ONCE);
    LoggedIn loggedIn = Json.read(requireSuccess(answer).body(), LoggedIn.class);
    return new SecretProven(
        new AccessToken(loggedIn.token()), userId(loggedIn.userId()), loggedIn.factors());
  }

  @Override
  public Bytes bundle(AccessToken secret) throws TokenInvalidException {
    return requireSuccess(requireToken(get(ApiPaths.BUNDLE, secret, MAX_BUNDLE, TIMEOUT))).body();
  }

  @Override
  public AccessToken provePossession(AccessToken secret, PossessionSigner signer)
      throws TokenInvalidException {
    HttpAnswer answer =
        possessed(ApiPaths.POSSESSION, secret, signer, ApiPaths.PURPOSE_RECOVER, Bytes.utf8("{}"));
    return new AccessToken(
        Json.read(requireSuccess(requireToken(answer)).body(), PossessionProven.class).token());
  }

  @Override
  public List<SnapshotRef> snapshots(AccessToken possession) throws TokenInvalidException {
    return snapshotList(
        requireToken(get(ApiPaths.RECOVERY_SNAPSHOTS, possession, MAX_LIST, TIMEOUT)));
  }

  @Override
  public Optional<Bytes> file(AccessToken possession, SnapshotRef snapshot, String name, int limit)
      throws TokenInvalidException {
    String path = filePath(ApiPaths.RECOVERY_SNAPSHOTS, snapshot, name);
    return unlessAbsent(requireToken(get(path, possession, limit, DATA_TIMEOUT)));
  }

  @Override
  public Optional<Bytes> range(
      AccessToken possession, SnapshotRef snapshot, String name, long from, long toExclusive)
      throws TokenInvalidException {
    String path = filePath(ApiPaths.RECOVERY_SNAPSHOTS, snapshot, name);
    int length = Math.toIntExact(toExclusive - from);
    if (storage.isWorthAsking()) {
      HttpAnswer answer =
          askForRange(
              path,
              possession,
              from,
              toExclusive,
              request -> request.header(ApiPaths.HEADER_DIRECT, ApiPaths.DIRECT_ALLOWED));
      if (!storage.isRedirect(answer)) {
        return range(answer, name, from, length);
      }
      Optional<Bytes> read = storage.read(answer, from, toExclusive);
      if (read.isPresent()) {
        return read;
      }
    }
    return range(
        askForRange(path, possession, from, toExclusive, request -> {}), name, from, length);
  }

  private HttpAnswer askForRange(
      String path,
      AccessToken possession,
      long from,
      long toExclusive,
      Consumer<HttpRequest.Builder> more)
      throws TokenInvalidException {
    return requireToken(
        exchange(
            "GET",
            path,
            Bytes.EMPTY,
            request ->
                more.accept(
                    request
                        .header("Authorization", possession.headerValue())
                        .header("Range", "bytes=" + from + "-" + (toExclusive - 1))),
            Repetition.REPEATABLE,
            Math.max(Math.toIntExact(toExclusive - from), MAX_JSON),
            DATA_TIMEOUT));
  }

  private static Optional<Bytes> range(HttpAnswer answer, String name, long from, int length) {
    if (answer.status() == RANGE_BEYOND_END) {
      return Optional.of(Bytes.EMPTY);
    }
    if (answer.isSuccess()
        && answer.status() != PARTIAL
        && (from != 0 || answer.body().size() > length)) {
      throw Json.malformed("range of " + name, "it is the whole file", null);
    }
    return unlessAbsent(answer);
  }

  @Override
  public LogExtent log(AccessToken possession) throws TokenInvalidException {
    return extent(requireToken(get(ApiPaths.RECOVERY_LOG, possession, MAX_JSON, TIMEOUT)));
  }

  @Override
  public LogPage records(AccessToken possession, long from)
      throws TokenInvalidException, LogTruncatedException {
    HttpAnswer answer =
        requireToken(
            get(ApiPaths.RECOVERY_RECORDS + "?from=" + from, possession, MAX_PAGE, DATA_TIMEOUT));
    return page(answer, from);
  }

  private static LogPage page(HttpAnswer answer, long from) throws LogTruncatedException {
    if (!answer.isSuccess()) {
      ServiceErrors.Refusal refusal = ServiceErrors.read(answer);
      if (refusal.code().equals(ErrorCodes.LOG_TRUNCATED)) {
        throw new LogTruncatedException(refusal.number("startOffset").orElse(from));
      }
      throw ServiceErrors.toException(refusal);
    }
    List<LogRecordBytes> records = LogFrames.read(answer.body(), from);
    long next = number(answer, ApiPaths.HEADER_NEXT_OFFSET);
    long end = number(answer, ApiPaths.HEADER_END_OFFSET);
    long least = records.isEmpty() ? from : records.get(records.size() - 1).offset() + 1;
    if (next < least || (records.isEmpty() && next == from && next < end)) {
      throw Json.malformed("page of the log", "it goes on at " + next + " before " + end, null);
    }
    return new LogPage(records, next, end);
  }

  @Override
  public TakeoverGrant takeOver(AccessToken possession, PossessionSigner signer, String takeoverId)
      throws TokenInvalidException {
    HttpAnswer answer =
        possessed(
            ApiPaths.TAKEOVER,
            possession,
            signer,
            ApiPaths.PURPOSE_TAKEOVER,
            Json.write(new TakeoverRequest(takeoverId, signer.keyVersion())));
    TakeoverAnswer takeover =
        Json.read(requireSuccess(requireToken(answer)).body(), TakeoverAnswer.class);
    if (!takeover.takeoverId().equals(takeoverId)) {
      throw Json.malformed(TakeoverAnswer.class, "it is of another takeover", null);
    }
    return switch (takeover.state()) {
      case PENDING -> new TakeoverGrant.Pending();
      case ISSUED -> {
        if (takeover.finalEndOffset().isEmpty() || takeover.connection().isEmpty()) {
          throw Json.malformed(TakeoverAnswer.class, "it lacks end offset or connection", null);
        }
        yield new TakeoverGrant.Issued(
            takeover.epoch(),
            takeover.finalEndOffset().getAsLong(),
            connection(takeover.connection().get(), signer.userId(), takeover.epoch()));
      }
    };
  }

  @Override
  public BrokerConnection connect(OwnerSigner signer, long epoch) {
    Bytes body = Json.write(new ConnectRequest(epoch));
    HttpAnswer answer = owned(signer, "POST", ApiPaths.OWNER_CONNECT, body, MAX_JSON);
    return connection(
        Json.read(requireSuccess(answer).body(), Connection.class), signer.userId(), epoch);
  }

  @Override
  public String compact(OwnerSigner signer) {
    HttpAnswer answer = owned(signer, "POST", ApiPaths.OWNER_COMPACT, Bytes.utf8("{}"), MAX_JSON);
    return Json.read(requireSuccess(answer).body(), CompactRequested.class).jobId();
  }

  @Override
  public List<SnapshotRef> ownSnapshots(OwnerSigner signer) {
    return snapshotList(owned(signer, "GET", ApiPaths.OWNER_SNAPSHOTS, Bytes.EMPTY, MAX_LIST));
  }

  @Override
  public Optional<Bytes> ownFile(OwnerSigner signer, SnapshotRef snapshot, String name, int limit) {
    String path = filePath(ApiPaths.OWNER_SNAPSHOTS, snapshot, name);
    return unlessAbsent(owned(signer, "GET", path, Bytes.EMPTY, limit));
  }

  @Override
  public Optional<Bytes> ownRange(
      OwnerSigner signer, SnapshotRef snapshot, String name, long from, long toExclusive) {
    int length = Math.toIntExact(toExclusive - from);
    HttpAnswer answer =
        owned(
            signer,
            "GET",
            filePath(ApiPaths.OWNER_SNAPSHOTS, snapshot, name),
            Bytes.EMPTY,
            request -> request.header("Range", "bytes=" + from + "-" + (toExclusive - 1)),
            Math.max(length, MAX_JSON),
            DATA_TIMEOUT);
    return range(answer, name, from, length);
  }

  @Override
  public LogPage ownRecords(OwnerSigner signer, long from) throws LogTruncatedException {
    return page(
        owned(
            signer,
            "GET",
            ApiPaths.OWNER_RECORDS + "?from=" + from,
            Bytes.EMPTY,
            request -> {},
            MAX_PAGE,
            DATA_TIMEOUT),
        from);
  }

  @Override
  public LogExtent ownLog(OwnerSigner signer) {
    return extent(owned(signer, "GET", ApiPaths.OWNER_LOG, Bytes.EMPTY, MAX_JSON));
  }

  @Override
  public List<AuditEntry> audit(OwnerSigner signer) {
    HttpAnswer answer = owned(signer, "GET", ApiPaths.OWNER_AUDIT, Bytes.EMPTY, MAX_LIST);
    List<AuditEntry> entries = new ArrayList<>();
    try {
      for (dev.cairn.schemas.http.AuditEntry entry :
          Json.read(requireSuccess(answer).body(), AuditTrail.class).entries()) {
        entries.add(
            new AuditEntry(Instant.ofEpochMilli(entry.time()), entry.event(), entry.detail()));
      }
    } catch (DateTimeException e) {
      throw Json.malformed(AuditTrail.class, "a time in it is none", e);
    }
    return entries;
  }

  @Override
  public void uploadBaseFile(
      OwnerSigner signer, int keyVersion, long epoch, String name, Bytes content) {
    String path = ApiPaths.baseFile(keyVersion, epoch, name);
    requireSuccess(owned(signer, "PUT", path, content, MAX_JSON, DATA_TIMEOUT));
  }

  @Override
  public void replaceBundle(AccessToken possession, PossessionSigner signer, Bytes bundle)
      throws TokenInvalidException {
    Bytes body = Json.write(new BundleReplace(bundle.base64Url()));
    requireSuccess(
        requireToken(
            possessed(ApiPaths.BUNDLE_REPLACE, possession, signer, ApiPaths.PURPOSE_BUNDLE, body)));
  }

  @Override
  public boolean nextEpoch(OwnerSigner signer, String grantId, long afterEpoch) {
    Bytes body = Json.write(new EpochRequest(grantId, afterEpoch));
    HttpAnswer answer = owned(signer, "POST", ApiPaths.OWNER_EPOCH, body, MAX_JSON, DATA_TIMEOUT);
    TakeoverAnswer granted = Json.read(requireSuccess(answer).body(), TakeoverAnswer.class);
    if (!granted.takeoverId().equals(grantId) || granted.epoch() != afterEpoch + 1) {
      throw Json.malformed(TakeoverAnswer.class, "it is of another grant", null);
    }
    return granted.state() == TakeoverAnswer.State.ISSUED;
  }

  @Override
  public boolean publishBase(OwnerSigner signer, String grantId, Bytes epochOpened)
      throws BaseBrokenException {
    Bytes body = Json.write(new BasePublish(grantId, epochOpened.base64Url()));
    HttpAnswer answer =
        owned(signer, "POST", ApiPaths.OWNER_BASE_PUBLISH, body, MAX_JSON, DATA_TIMEOUT);
    if (!answer.isSuccess()) {
      ServiceErrors.Refusal refusal = ServiceErrors.read(answer);
      if (refusal.code().equals(ErrorCodes.BASE_BROKEN)) {
        throw new BaseBrokenException(refusal.message());
      }
    }
    return Json.read(requireSuccess(answer).body(), BasePublished.class).state()
        == BasePublished.State.PUBLISHED;
  }

  @Override
  public void close() {
    transport.close();
  }

  private HttpAnswer get(String path, AccessToken token, int limit, Duration timeout) {
    return exchange(
        "GET",
        path,
        Bytes.EMPTY,
        request -> request.header("Authorization", token.headerValue()),
        Repetition.REPEATABLE,
        limit,
        timeout);
  }

  private HttpAnswer post(String path, Bytes body, Repetition repetition) {
    return exchange("POST", path, body, request -> {}, repetition, MAX_JSON, TIMEOUT);
  }

  private HttpAnswer owned(OwnerSigner signer, String method, String path, Bytes body, int limit) {
    return owned(signer, method, path, body, limit, TIMEOUT);
  }

  private HttpAnswer owned(
      OwnerSigner signer, String method, String path, Bytes body, int limit, Duration timeout) {
    return owned(signer, method, path, body, request -> {}, limit, timeout);
  }

  private HttpAnswer owned(
      OwnerSigner signer,
      String method,
      String path,
      Bytes body,
      Consumer<HttpRequest.Builder> complete,
      int limit,
      Duration timeout) {
    return exchange(
        method,
        path,
        body,
        request -> {
          ServiceNonce nonce = nonce();
          Bytes signature =
              new OwnerRequest(
                      serverName,
                      signer.userId(),
                      signer.keyVersion(),
                      nonce.value(),
                      nonce.expiryMillis(),
                      method,
                      path,
                      Sha256.hash(body))
                  .signWith(signer.author());
          request.header(ApiPaths.HEADER_USER, signer.userId().value());
          sign(request, signer.keyVersion(), nonce, signature);
          complete.accept(request);
        },
        Repetition.REPEATABLE,
        limit,
        timeout);
  }

  private HttpAnswer possessed(
      String path, AccessToken token, PossessionSigner signer, String purpose, Bytes body) {
    return exchange(
        "POST",
        path,
        body,
        request -> {
          ServiceNonce nonce = nonce();
          Bytes signature =
              new PossessionStatement(
                      serverName,
                      signer.userId(),
                      signer.keyVersion(),
                      signer.sessionId(),
                      signer.sessionBinding(),
                      nonce.value(),
                      nonce.expiryMillis(),
                      purpose,
                      Sha256.hash(body))
                  .signWith(signer.author());
          request.header("Authorization", token.headerValue());
          sign(request, signer.keyVersion(), nonce, signature);
        },
        Repetition.REPEATABLE,
        MAX_JSON,
        TIMEOUT);
  }

  private static void sign(
      HttpRequest.Builder request, int keyVersion, ServiceNonce nonce, Bytes signature) {
    request
        .header(ApiPaths.HEADER_KEY_VERSION, Integer.toString(keyVersion))
        .header(ApiPaths.HEADER_NONCE, nonce.value().base64Url())
        .header(ApiPaths.HEADER_EXPIRY, Long.toString(nonce.expiryMillis()))
        .header(ApiPaths.HEADER_SIGNATURE, signature.base64Url());
  }

  private ServiceNonce nonce() {
    NonceIssued issued =
        Json.read(
            requireSuccess(post(ApiPaths.NONCE, Bytes.utf8("{}"), Repetition.REPEATABLE)).body(),
            NonceIssued.class);
    if (issued.expiry() < 0) {
      throw Json.malformed(NonceIssued.class, "it expires before 1970", null);
    }
    return new ServiceNonce(
        Json.binary("nonce", issued.nonce(), OwnerRequest.NONCE_SIZE), issued.expiry());
  }

  private HttpAnswer exchange(
      String method,
      String path,
      Bytes body,
      Consumer<HttpRequest.Builder> complete,
      Repetition repetition,
      int limit,
      Duration timeout) {
    server();
    return transport.send(
        () -> {
          HttpRequest.Builder request = HttpRequest.newBuilder(transport.resolve(path));
          if (method.equals("GET")) {
            request.GET();
          } else {
            request
                .header("Content-Type", method.equals("PUT") ? BINARY : "application/json")
                .method(method, BodyPublishers.ofByteArray(body.toByteArray()));
          }
          complete.accept(request);
          return request;
        },
        repetition,
        limit,
        timeout);
  }

  private static HttpAnswer requireSuccess(HttpAnswer answer) {
    if (!answer.isSuccess()) {
      throw ServiceErrors.toException(ServiceErrors.read(answer));
    }
    return answer;
  }

  private static HttpAnswer requireToken(HttpAnswer answer) throws TokenInvalidException {
    if (!answer.isSuccess()) {
      ServiceErrors.Refusal refusal = ServiceErrors.read(answer);
      if (refusal.code().equals(ErrorCodes.TOKEN_INVALID)) {
        throw new TokenInvalidException("The login has expired: " + refusal.message());
      }
    }
    return answer;
  }

  private static void requireFreeName(HttpAnswer answer) throws UsernameTakenException {
    if (!answer.isSuccess()) {
      ServiceErrors.Refusal refusal = ServiceErrors.read(answer);
      if (refusal.code().equals(ErrorCodes.USERNAME_TAKEN)) {
        throw new UsernameTakenException(refusal.message());
      }
    }
  }

  private static Optional<Bytes> unlessAbsent(HttpAnswer answer) {
    if (!answer.isSuccess()) {
      ServiceErrors.Refusal refusal = ServiceErrors.read(answer);
      if (refusal.code().equals(ErrorCodes.ABSENT)) {
        return Optional.empty();
      }
      throw ServiceErrors.toException(refusal);
    }
    return Optional.of(answer.body());
  }

  private static List<SnapshotRef> snapshotList(HttpAnswer answer) {
    List<SnapshotRef> snapshots = new ArrayList<>();
    for (SnapshotName name :
        Json.read(requireSuccess(answer).body(), SnapshotList.class).snapshots()) {
      SnapshotDirectory directory =
          SnapshotDirectory.parse(name.directory())
              .orElseThrow(
                  () -> Json.malformed(SnapshotList.class, "a directory in it is none", null));
      if (name.keyVersion() < 1) {
        throw Json.malformed(SnapshotList.class, "a key version in it is none", null);
      }
      snapshots.add(new SnapshotRef(name.keyVersion(), directory));
    }
    return snapshots;
  }

  private static LogExtent extent(HttpAnswer answer) {
    dev.cairn.schemas.http.LogExtent extent =
        Json.read(requireSuccess(answer).body(), dev.cairn.schemas.http.LogExtent.class);
    if (extent.startOffset() < 0 || extent.endOffset() < extent.startOffset()) {
      throw Json.malformed("extent of the log", "it ends before it starts", null);
    }
    return new LogExtent(extent.startOffset(), extent.endOffset());
  }

  private static BrokerConnection connection(Connection wire, UserId expected, long epoch) {
    if (!wire.userId().equals(expected.value()) || wire.epoch() != epoch) {
      throw Json.malformed(Connection.class, "it is of another user or epoch", null);
    }
    return new BrokerConnection(
        expected,
        wire.cell(),
        wire.topic(),
        wire.bootstrapServers(),
        wire.securityProtocol(),
        wire.saslMechanism(),
        wire.principal(),
        wire.password(),
        wire.epoch(),
        wire.schemaIds());
  }

  private static String filePath(String base, SnapshotRef snapshot, String name) {
    if (!ObjectKeys.isSnapshotFile(name)) {
      throw new IllegalArgumentException("Not the name of a snapshot's file: " + name);
    }
    return ApiPaths.snapshotFile(base, snapshot.keyVersion(), snapshot.directory().name(), name);
  }

  private static KsfParameters ksf(KsfInfo info) {
    try {
      return new KsfParameters(info.memoryKiB(), info.iterations(), info.parallelism());
    } catch (IllegalArgumentException e) {
      throw Json.malformed(ServerInfo.class, String.valueOf(e.getMessage()), e);
    }
  }

  private static UserId userId(String text) {
    try {
      return UserId.parse(text);
    } catch (IllegalArgumentException e) {
      throw Json.malformed("user id", "'" + text.length() + "' characters that are none", e);
    }
  }

  private static long number(HttpAnswer answer, String header) {
    return answer
        .headers()
        .firstValue(header)
        .filter(text -> text.matches("[0-9]{1,18}"))
        .map(Long::parseLong)
        .orElseThrow(
            () -> Json.malformed("page of the log", "its header " + header + " is missing", null));
  }
}
