package dev.cairn.keyserver.service;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.statements.PossessionStatement;
import dev.cairn.keyserver.publish.LogExtent;
import dev.cairn.keyserver.service.HttpTransport.Repetition;
import dev.cairn.keyserver.wallet.SignedLogin;
import dev.cairn.schemas.http.ApiPaths;
import dev.cairn.schemas.http.FactorCode;
import dev.cairn.schemas.http.LoggedIn;
import dev.cairn.schemas.http.LoginChallenge;
import dev.cairn.schemas.http.LoginChallengeRequest;
import dev.cairn.schemas.http.LoginFinish;
import dev.cairn.schemas.http.LoginStart;
import dev.cairn.schemas.http.LoginStarted;
import dev.cairn.schemas.http.PossessionProven;
import dev.cairn.schemas.http.RecoveryKeyLogin;
import dev.cairn.schemas.http.TakeoverAnswer;
import dev.cairn.schemas.http.TakeoverRequest;
import dev.cairn.schemas.http.WalletLogin;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A recovering client's part of the service. Thread-safe. */
final class RecoveryClient implements RecoveryPort {
  private static final int MAX_BUNDLE = 256 << 10;

  /** 8 MiB, or one record, and a frame around each. */
  static final int MAX_PAGE = 12 << 20;

  private final ServiceRequests requests;
  private final DirectReads storage;

  RecoveryClient(ServiceRequests requests, DirectReads storage) {
    this.requests = requests;
    this.storage = storage;
  }

  @Override
  public ServerDescription server() {
    return requests.server();
  }

  @Override
  public LoginOffer startLogin(String username, Bytes ke1) {
    HttpAnswer answer =
        requests.post(
            ApiPaths.LOGIN_START,
            Json.write(new LoginStart(username, ke1.base64Url())),
            Repetition.ONCE);
    LoginStarted started = Json.read(Answers.requireSuccess(answer).body(), LoginStarted.class);
    return new LoginOffer(
        Json.binary("session id", started.sessionId(), PossessionStatement.SESSION_ID_SIZE),
        Json.binary("second login message", started.ke2()),
        started.attemptsLeft());
  }

  @Override
  public SecretProven finishLogin(Bytes sessionId, Bytes ke3) {
    HttpAnswer answer =
        requests.post(
            ApiPaths.LOGIN_FINISH,
            Json.write(new LoginFinish(sessionId.base64Url(), ke3.base64Url())),
            Repetition.ONCE);
    return proven(answer);
  }

  private static SecretProven proven(HttpAnswer answer) {
    LoggedIn loggedIn = Json.read(Answers.requireSuccess(answer).body(), LoggedIn.class);
    return new SecretProven(
        Answers.token(loggedIn.token()),
        Answers.userId(loggedIn.userId()),
        loggedIn.accountVersion(),
        loggedIn.factors());
  }

  @Override
  public Challenge challenge(String identity) {
    HttpAnswer answer =
        requests.post(
            ApiPaths.LOGIN_CHALLENGE,
            Json.write(new LoginChallengeRequest(identity)),
            Repetition.REPEATABLE);
    return Answers.challenge(
        Json.read(Answers.requireSuccess(answer).body(), LoginChallenge.class));
  }

  @Override
  public SecretProven loginByRecoveryKey(String identity, Challenge challenge, Bytes signature) {
    return proven(
        requests.post(
            ApiPaths.LOGIN_RECOVERY_KEY,
            Json.write(
                new RecoveryKeyLogin(
                    identity,
                    challenge.nonce().hex(),
                    challenge.expiryMillis(),
                    signature.base64Url())),
            Repetition.ONCE));
  }

  @Override
  public SecretProven loginByWallet(String identity, SignedLogin login) {
    return proven(
        requests.post(
            ApiPaths.LOGIN_WALLET,
            Json.write(new WalletLogin(identity, Answers.proof(login))),
            Repetition.ONCE));
  }

  @Override
  public SecretProven proveFactor(AccessToken secret, String code) throws TokenInvalidException {
    return proven(
        Answers.requireToken(
            requests.exchange(
                "POST",
                ApiPaths.LOGIN_FACTOR,
                Json.write(new FactorCode(code)),
                request -> request.header("Authorization", secret.headerValue()),
                Repetition.ONCE,
                ServiceRequests.MAX_JSON,
                ServiceRequests.TIMEOUT)));
  }

  @Override
  public Bytes bundle(AccessToken secret) throws TokenInvalidException {
    return Answers.requireSuccess(
            Answers.requireToken(
                requests.get(ApiPaths.BUNDLE, secret, MAX_BUNDLE, ServiceRequests.TIMEOUT)))
        .body();
  }

  @Override
  public AccessToken provePossession(AccessToken secret, PossessionSigner signer)
      throws TokenInvalidException {
    HttpAnswer answer =
        requests.possessed(
            ApiPaths.POSSESSION, secret, signer, ApiPaths.PURPOSE_RECOVER, Bytes.utf8("{}"));
    return Answers.token(
        Json.read(
                Answers.requireSuccess(Answers.requireToken(answer)).body(), PossessionProven.class)
            .token());
  }

  @Override
  public List<SnapshotRef> snapshots(AccessToken possession) throws TokenInvalidException {
    return Answers.snapshotList(
        Answers.requireToken(
            requests.get(
                ApiPaths.RECOVERY_SNAPSHOTS,
                possession,
                ServiceRequests.MAX_LIST,
                ServiceRequests.TIMEOUT)));
  }

  @Override
  public Optional<Bytes> file(AccessToken possession, SnapshotRef snapshot, String name, int limit)
      throws TokenInvalidException {
    String path = Answers.filePath(ApiPaths.RECOVERY_SNAPSHOTS, snapshot, name);
    return Answers.unlessAbsent(
        Answers.requireToken(requests.get(path, possession, limit, ServiceRequests.DATA_TIMEOUT)));
  }

  @Override
  public Optional<Bytes> range(
      AccessToken possession, SnapshotRef snapshot, String name, long from, long toExclusive)
      throws TokenInvalidException {
    String path = Answers.filePath(ApiPaths.RECOVERY_SNAPSHOTS, snapshot, name);
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
        return Answers.range(answer, name, from, length);
      }
      Optional<Bytes> read = storage.read(answer, from, toExclusive);
      if (read.isPresent()) {
        return read;
      }
    }
    return Answers.range(
        askForRange(path, possession, from, toExclusive, request -> {}), name, from, length);
  }

  private HttpAnswer askForRange(
      String path,
      AccessToken possession,
      long from,
      long toExclusive,
      Consumer<HttpRequest.Builder> more)
      throws TokenInvalidException {
    return Answers.requireToken(
        requests.exchange(
            "GET",
            path,
            Bytes.EMPTY,
            request ->
                more.accept(
                    request
                        .header("Authorization", possession.headerValue())
                        .header("Range", "bytes=" + from + "-" + (toExclusive - 1))),
            Repetition.REPEATABLE,
            Math.max(Math.toIntExact(toExclusive - from), ServiceRequests.MAX_JSON),
            ServiceRequests.DATA_TIMEOUT));
  }

  @Override
  public LogExtent log(AccessToken possession) throws TokenInvalidException {
    return Answers.extent(
        Answers.requireToken(
            requests.get(
                ApiPaths.RECOVERY_LOG,
                possession,
                ServiceRequests.MAX_JSON,
                ServiceRequests.TIMEOUT)));
  }

  @Override
  public LogPage records(AccessToken possession, long from)
      throws TokenInvalidException, LogTruncatedException {
    HttpAnswer answer =
        Answers.requireToken(
            requests.get(
                ApiPaths.RECOVERY_RECORDS + "?from=" + from,
                possession,
                MAX_PAGE,
                ServiceRequests.DATA_TIMEOUT));
    return Answers.page(answer, from);
  }

  @Override
  public TakeoverGrant takeOver(AccessToken possession, PossessionSigner signer, String takeoverId)
      throws TokenInvalidException {
    HttpAnswer answer =
        requests.possessed(
            ApiPaths.TAKEOVER,
            possession,
            signer,
            ApiPaths.PURPOSE_TAKEOVER,
            Json.write(new TakeoverRequest(takeoverId, signer.keyVersion())));
    TakeoverAnswer takeover =
        Json.read(
            Answers.requireSuccess(Answers.requireToken(answer)).body(), TakeoverAnswer.class);
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
            Answers.connection(takeover.connection().get(), signer.userId(), takeover.epoch()));
      }
    };
  }
}
