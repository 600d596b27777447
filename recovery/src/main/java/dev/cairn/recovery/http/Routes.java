package dev.cairn.recovery.http;

import dev.cairn.crypto.AuthorPublicKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Sha256;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.opaque.KE1;
import dev.cairn.crypto.opaque.KE3;
import dev.cairn.crypto.opaque.KsfParameters;
import dev.cairn.crypto.opaque.OpaqueException;
import dev.cairn.crypto.opaque.OpaqueSuite;
import dev.cairn.crypto.opaque.RegistrationRequest;
import dev.cairn.crypto.statements.RecoveryKeyStatement;
import dev.cairn.journal.bundle.BundleCodec;
import dev.cairn.journal.snapshot.SnapshotFormat;
import dev.cairn.metrics.Checks;
import dev.cairn.provider.store.StoreUnavailableException;
import dev.cairn.recovery.access.CredentialChanges;
import dev.cairn.recovery.access.Registrations;
import dev.cairn.recovery.access.Scope;
import dev.cairn.recovery.access.SignedRequests.Authorized;
import dev.cairn.recovery.accounts.Account;
import dev.cairn.recovery.accounts.AccountsUnavailableException;
import dev.cairn.recovery.accounts.Command;
import dev.cairn.recovery.accounts.Credentials;
import dev.cairn.recovery.data.SnapshotFiles;
import dev.cairn.recovery.data.UserLogs;
import dev.cairn.recovery.metrics.RequestObserver;
import dev.cairn.recovery.rebase.Bases;
import dev.cairn.recovery.refusal.Refusal;
import dev.cairn.schemas.http.AccountInfo;
import dev.cairn.schemas.http.ApiPaths;
import dev.cairn.schemas.http.AuditEntry;
import dev.cairn.schemas.http.AuditTrail;
import dev.cairn.schemas.http.BasePublish;
import dev.cairn.schemas.http.BundleReplace;
import dev.cairn.schemas.http.CompactRequested;
import dev.cairn.schemas.http.ConnectRequest;
import dev.cairn.schemas.http.CredentialsReplace;
import dev.cairn.schemas.http.CredentialsStart;
import dev.cairn.schemas.http.EpochRequest;
import dev.cairn.schemas.http.ErrorCodes;
import dev.cairn.schemas.http.FactorCode;
import dev.cairn.schemas.http.HttpJson;
import dev.cairn.schemas.http.KsfInfo;
import dev.cairn.schemas.http.LogExtent;
import dev.cairn.schemas.http.LoginChallengeRequest;
import dev.cairn.schemas.http.LoginFinish;
import dev.cairn.schemas.http.LoginStart;
import dev.cairn.schemas.http.RecoveryKeyLogin;
import dev.cairn.schemas.http.Registered;
import dev.cairn.schemas.http.RegistrationFinish;
import dev.cairn.schemas.http.RegistrationStart;
import dev.cairn.schemas.http.ServerInfo;
import dev.cairn.schemas.http.TakeoverRequest;
import dev.cairn.schemas.http.WalletLogin;
import dev.cairn.schemas.http.WalletRegistrationFinish;
import dev.cairn.schemas.http.WalletRegistrationStart;
import dev.cairn.schemas.names.ObjectKeys;
import dev.cairn.schemas.names.Topics;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpStatus;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Every route of the service and what it does. The OpenAPI document describes the same ones. */
final class Routes {
  private static final String SNAPSHOT_FILE = "/{keyVersion}/{directory}/{file}";
  private static final String BASE_FILE = "/{keyVersion}/{epoch}/{file}";
  private static final Duration RETRY = Duration.ofSeconds(5);
  private static final String BINARY = "application/octet-stream";
  private static final int SESSION_ID = 16;
  private static final int PUBLIC_KEY = 32;

  private final Services services;

  Routes(Services services) {
    this.services = services;
  }

  List<Route> all() {
    return List.of(
        get(ApiPaths.SERVER, this::server),
        get(ApiPaths.OPENAPI, this::openApi),
        get(ApiPaths.HEALTH, (context, request) -> context.result("ok")),
        get(ApiPaths.READY, this::ready),
        post(ApiPaths.NONCE, this::nonce),
        post(ApiPaths.REGISTRATION_START, this::registrationStart),
        post(ApiPaths.REGISTRATION_FINISH, this::registrationFinish),
        post(ApiPaths.REGISTRATION_WALLET, this::walletRegistrationStart),
        post(ApiPaths.REGISTRATION_WALLET_FINISH, this::walletRegistrationFinish),
        post(ApiPaths.LOGIN_START, this::loginStart),
        post(ApiPaths.LOGIN_FINISH, this::loginFinish),
        post(ApiPaths.LOGIN_CHALLENGE, this::challenge),
        post(ApiPaths.LOGIN_WALLET, this::wallet),
        post(ApiPaths.LOGIN_RECOVERY_KEY, this::recoveryKey),
        post(ApiPaths.LOGIN_FACTOR, this::factor),
        get(ApiPaths.BUNDLE, this::bundle),
        post(ApiPaths.CREDENTIALS_START, this::startCredentials),
        post(ApiPaths.CREDENTIALS, this::replaceCredentials),
        post(ApiPaths.BUNDLE_REPLACE, this::replaceBundle),
        post(ApiPaths.POSSESSION, this::possession),
        post(ApiPaths.TAKEOVER, this::takeover),
        get(ApiPaths.RECOVERY_SNAPSHOTS, (c, r) -> snapshots(c, recovering(r))),
        get(ApiPaths.RECOVERY_SNAPSHOTS + SNAPSHOT_FILE, this::recoveryFile),
        get(ApiPaths.RECOVERY_LOG, (c, r) -> log(c, recovering(r))),
        get(ApiPaths.RECOVERY_RECORDS, (c, r) -> records(c, r, recovering(r))),
        post(ApiPaths.OWNER_CONNECT, this::connect),
        post(ApiPaths.OWNER_COMPACT, this::compact),
        post(ApiPaths.OWNER_EPOCH, this::nextEpoch),
        new Route(HandlerType.PUT, ApiPaths.OWNER_BASES + BASE_FILE, this::uploadBase),
        post(ApiPaths.OWNER_BASE_PUBLISH, this::publishBase),
        get(ApiPaths.OWNER_SNAPSHOTS, (c, r) -> snapshots(c, owner(r))),
        get(ApiPaths.OWNER_SNAPSHOTS + SNAPSHOT_FILE, (c, r) -> file(c, r, owner(r))),
        get(ApiPaths.OWNER_LOG, (c, r) -> log(c, owner(r))),
        get(ApiPaths.OWNER_RECORDS, (c, r) -> records(c, r, owner(r))),
        post(ApiPaths.OWNER_CREDENTIALS_START, this::startEnrolment),
        post(ApiPaths.OWNER_CREDENTIALS, this::enrol),
        get(ApiPaths.OWNER_ACCOUNT, this::account),
        get(ApiPaths.OWNER_AUDIT, this::audit));
  }

  private static Route get(String path, Route.Action action) {
    return new Route(HandlerType.GET, path, action);
  }

  private static Route post(String path, Route.Action action) {
    return new Route(HandlerType.POST, path, action);
  }

  private void server(Context context, Request request) throws Exception {
    KsfParameters ksf = KsfParameters.DEFAULT;
    json(
        context,
        new ServerInfo(
            services.config().serverName(),
            1,
            OpaqueSuite.NAME,
            new KsfInfo(ksf.memoryKiB(), ksf.iterations(), ksf.parallelism()),
            services.config().guessesMax()));
  }

  private void openApi(Context context, Request request) throws Exception {
    context.contentType("application/json").result(OpenApiDocument.read());
  }

  private void ready(Context context, Request request) throws Exception {
    for (Checks.Finding finding : services.readiness().findings()) {
      if (finding.trouble().isPresent()) {
        // Which part it is, is for the provider: it stands in the log.
        throw Refusal.unavailable(
            "not ready: Kafka or storage does not answer, or not all is folded", RETRY);
      }
    }
    context.result("ready");
  }

  private void nonce(Context context, Request request) throws Exception {
    request.body(Empty.class);
    json(context, services.nonces().issue());
  }

  private void registrationStart(Context context, Request request) throws Exception {
    RegistrationStart start = request.body(RegistrationStart.class);
    String username = Request.username(start.username());
    try {
      json(
          context,
          services
              .registrations()
              .start(
                  username,
                  RegistrationRequest.parse(Request.binary("request", start.request())),
                  request.invitation()));
    } catch (OpaqueException.Malformed e) {
      throw Refusal.malformed("request is not OPAQUE's RegistrationRequest: " + e.getMessage());
    }
  }

  private void registrationFinish(Context context, Request request) throws Exception {
    RegistrationFinish finish = request.body(RegistrationFinish.class);
    KsfParameters ksf = CredentialRequests.ksf(finish.ksf());
    AuthorPublicKey author = author(finish.authorPublicKey());
    Bytes bundle = CredentialRequests.bundle(finish.bundle());
    UserId userId =
        services
            .registrations()
            .finish(
                finish.registrationId(),
                request.user(),
                new Registrations.Material(
                    Request.binary("record", finish.record()),
                    bundle,
                    author,
                    ksf,
                    publicKey(finish.recoveryPublicKey())),
                request.signed(),
                request.target());
    json(context, new Registered(userId.value()));
  }

  private void loginStart(Context context, Request request) throws Exception {
    LoginStart start = request.body(LoginStart.class);
    String username = Request.identity(start.username());
    try {
      KE1 ke1 = KE1.parse(Request.binary("ke1", start.ke1()));
      json(context, services.logins().start(username, ke1));
    } catch (OpaqueException.Malformed e) {
      throw Refusal.malformed("ke1 is not OPAQUE's KE1: " + e.getMessage());
    }
  }

  private void loginFinish(Context context, Request request) throws Exception {
    LoginFinish finish = request.body(LoginFinish.class);
    Bytes sessionId = Request.binary("sessionId", finish.sessionId(), SESSION_ID);
    try {
      KE3 ke3 = KE3.parse(Request.binary("ke3", finish.ke3()));
      json(context, services.logins().finish(sessionId, ke3));
    } catch (OpaqueException.Malformed e) {
      throw Refusal.malformed("ke3 is not OPAQUE's KE3: " + e.getMessage());
    }
  }

  private void challenge(Context context, Request request) throws Exception {
    LoginChallengeRequest asked = request.body(LoginChallengeRequest.class);
    json(context, services.recoveryKeys().challenge(Request.identity(asked.identity())));
  }

  private void wallet(Context context, Request request) throws Exception {
    WalletLogin login = request.body(WalletLogin.class);
    json(context, services.wallets().login(Request.identity(login.identity()), login.wallet()));
  }

  private void walletRegistrationStart(Context context, Request request) throws Exception {
    WalletRegistrationStart start = request.body(WalletRegistrationStart.class);
    json(
        context,
        services
            .registrations()
            .startWallet(Request.address(start.address()), request.invitation()));
  }

  private void walletRegistrationFinish(Context context, Request request) throws Exception {
    WalletRegistrationFinish finish = request.body(WalletRegistrationFinish.class);
    AuthorPublicKey author = author(finish.authorPublicKey());
    Bytes bundle = CredentialRequests.bundle(finish.bundle());
    UserId userId =
        services
            .registrations()
            .finishWallet(
                finish.registrationId(),
                request.user(),
                new Registrations.WalletMaterial(
                    finish.wallet(), bundle, author, publicKey(finish.recoveryPublicKey())),
                request.signed(),
                request.target());
    json(context, new Registered(userId.value()));
  }

  private void recoveryKey(Context context, Request request) throws Exception {
    RecoveryKeyLogin login = request.body(RecoveryKeyLogin.class);
    json(
        context,
        services
            .recoveryKeys()
            .login(
                Request.identity(login.identity()),
                Request.hex("nonce", login.nonce(), RecoveryKeyStatement.NONCE_SIZE),
                time("expiry", login.expiry()),
                Request.binary("signature", login.signature(), AuthorPublicKey.SIGNATURE_SIZE)));
  }

  private void factor(Context context, Request request) throws Exception {
    FactorCode code = request.body(FactorCode.class);
    Authorized authorized = services.signed().authorize(Scope.FACTOR, request.bearer());
    json(context, services.factors().prove(authorized, code.code()));
  }

  private void startCredentials(Context context, Request request) throws Exception {
    Optional<RegistrationRequest> asked =
        registrationRequest(request.body(CredentialsStart.class).request());
    Authorized authorized = services.signed().authorize(Scope.POSSESSION, request.bearer());
    // Signed, too: each answer is one evaluation of the key that the next password will have.
    requireCredentials(authorized, request);
    json(context, services.changes().start(authorized.account(), asked));
  }

  private static Optional<RegistrationRequest> registrationRequest(Optional<String> given)
      throws Refusal {
    if (given.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(RegistrationRequest.parse(Request.binary("request", given.get())));
    } catch (OpaqueException.Malformed e) {
      throw Refusal.malformed("request is not OPAQUE's RegistrationRequest: " + e.getMessage());
    }
  }

  private void replaceCredentials(Context context, Request request) throws Exception {
    CredentialChanges.Change change =
        CredentialRequests.change(request.body(CredentialsReplace.class));
    Authorized authorized;
    try {
      authorized = services.signed().authorize(Scope.POSSESSION, request.bearer());
    } catch (Refusal refusal) {
      if (!refusal.body().code().equals(ErrorCodes.TOKEN_INVALID)) {
        throw refusal;
      }
      // The change itself ended the session; whoever lost the answer asks again.
      Authorized former = services.signed().authorizeFormer(Scope.POSSESSION, request.bearer());
      requireCredentials(former, request);
      json(
          context,
          services.changes().alreadyMade(former.account(), change).orElseThrow(() -> refusal));
      return;
    }
    requireCredentials(authorized, request);
    json(context, services.changes().replace(authorized.account(), change));
  }

  private void startEnrolment(Context context, Request request) throws Exception {
    Optional<RegistrationRequest> asked =
        registrationRequest(request.body(CredentialsStart.class).request());
    json(context, services.changes().startEnrolment(owner(request), asked));
  }

  private void enrol(Context context, Request request) throws Exception {
    CredentialChanges.Change change =
        CredentialRequests.change(request.body(CredentialsReplace.class));
    json(context, services.changes().enrol(owner(request), change));
  }

  private void requireCredentials(Authorized authorized, Request request)
      throws Refusal, AccountsUnavailableException {
    services
        .signed()
        .verifyPossession(
            authorized, request.signed(), ApiPaths.PURPOSE_CREDENTIALS, request.bodyHash());
  }

  private void account(Context context, Request request) throws Exception {
    Account account = owner(request);
    Credentials credentials = account.credentials();
    List<String> logins = new ArrayList<>();
    credentials.password().ifPresent(login -> logins.add("password"));
    credentials.wallet().ifPresent(login -> logins.add("wallet"));
    credentials.recoveryKey().ifPresent(login -> logins.add("recovery-key"));
    json(
        context,
        new AccountInfo(
            account.username(),
            account.version(),
            logins,
            credentials.factors().names(),
            credentials.factors().recoveryCodes().size(),
            account.bundle().version()));
  }

  private static AuthorPublicKey author(String given) throws Refusal {
    try {
      return new AuthorPublicKey(Request.binary("authorPublicKey", given, PUBLIC_KEY));
    } catch (IllegalArgumentException e) {
      throw Refusal.malformed(String.valueOf(e.getMessage()));
    }
  }

  private static Optional<Bytes> publicKey(Optional<String> given) throws Refusal {
    return given.isEmpty() ? Optional.empty() : Optional.of(publicKey(given.get()));
  }

  static Bytes publicKey(String given) throws Refusal {
    Bytes key = Request.binary("recoveryPublicKey", given, PUBLIC_KEY);
    if (!new AuthorPublicKey(key).isValid()) {
      throw Refusal.malformed("recoveryPublicKey is not an Ed25519 public key");
    }
    return key;
  }

  private static long time(String name, long given) throws Refusal {
    if (given < 0) {
      throw Refusal.malformed(name + " lies before 1970");
    }
    return given;
  }

  private void bundle(Context context, Request request) throws Exception {
    Account account = services.signed().authorize(Scope.SECRET, request.bearer()).account();
    Bytes digest = account.bundle().digest();
    String key =
        ObjectKeys.bundle(account.userId().value(), account.bundle().version(), digest.hex());
    Bytes bundle =
        services
            .store()
            .get(key, BundleCodec.MAX_BYTES)
            .filter(bytes -> Sha256.hash(bytes).equals(digest))
            .orElseThrow(() ->
                Refusal.unavailable(
                    "the account's bundle is missing in storage", Duration.ofMinutes(1)));
    note(account, "bundle given out", "");
    context.contentType(BINARY).result(bundle.toByteArray());
  }

  private void possession(Context context, Request request) throws Exception {
    request.body(Empty.class);
    Authorized authorized = services.signed().authorize(Scope.SECRET, request.bearer());
    services
        .signed()
        .verifyPossession(
            authorized, request.signed(), ApiPaths.PURPOSE_RECOVER, request.bodyHash());
    note(authorized.account(), "possession proven", "");
    json(context, services.logins().possession(authorized.session()));
  }

  private void takeover(Context context, Request request) throws Exception {
    TakeoverRequest takeover = request.body(TakeoverRequest.class);
    requireId("takeoverId", takeover.takeoverId());
    if (takeover.keyVersion() != request.signed().keyVersion()) {
      throw Refusal.malformed("keyVersion is another one than in the headers");
    }
    Authorized authorized = services.signed().authorize(Scope.POSSESSION, request.bearer());
    services
        .signed()
        .verifyPossession(
            authorized, request.signed(), ApiPaths.PURPOSE_TAKEOVER, request.bodyHash());
    json(context, services.takeovers().takeOver(authorized.account(), takeover.takeoverId()));
  }

  private void connect(Context context, Request request) throws Exception {
    ConnectRequest connect = request.body(ConnectRequest.class);
    json(context, services.connections().connect(owner(request), connect.epoch()));
  }

  private void nextEpoch(Context context, Request request) throws Exception {
    EpochRequest next = request.body(EpochRequest.class);
    requireId("grantId", next.grantId());
    Account account = owner(request);
    json(context, services.takeovers().grantNext(account, next.grantId(), next.afterEpoch()));
  }

  private void uploadBase(Context context, Request request) throws Exception {
    UserId userId = request.user();
    // Before the body is read: a stranger costs no memory.
    services.bases().admit(userId, request.keyVersion(), request.epoch(), request.path("file"));
    try (Bases.Slot slot = services.bases().slot()) {
      request.allowing(SnapshotFormat.MAX_FILE_BYTES);
      Account account = owner(request);
      services
          .bases()
          .upload(
              slot,
              account,
              request.keyVersion(),
              request.epoch(),
              request.path("file"),
              request.content());
    }
    json(context, new Empty());
  }

  private void publishBase(Context context, Request request) throws Exception {
    BasePublish publish = request.body(BasePublish.class);
    requireId("grantId", publish.grantId());
    Account account = owner(request);
    Bytes record = Request.binary("epochOpened", publish.epochOpened());
    json(context, services.bases().publish(account, publish.grantId(), record));
  }

  private void replaceBundle(Context context, Request request) throws Exception {
    BundleReplace replace = request.body(BundleReplace.class);
    Bytes bundle = Request.binary("bundle", replace.bundle());
    Authorized authorized = services.signed().authorize(Scope.POSSESSION, request.bearer());
    services
        .signed()
        .verifyPossession(
            authorized, request.signed(), ApiPaths.PURPOSE_BUNDLE, request.bodyHash());
    json(context, services.bundles().replace(authorized.account(), bundle));
  }

  private static void requireId(String name, String id) throws Refusal {
    if (!id.matches("[0-9a-f]{32}")) {
      throw Refusal.malformed(name + " is not 32 hex digits");
    }
  }

  private void compact(Context context, Request request) throws Exception {
    request.body(Empty.class);
    Account account = owner(request);
    String jobId = services.jobs().request(account);
    note(account, "compaction requested", jobId);
    json(context, new CompactRequested(jobId));
  }

  private void audit(Context context, Request request) throws Exception {
    json(
        context,
        new AuditTrail(
            owner(request).audit().stream()
                .map(event -> new AuditEntry(event.time(), event.event(), event.detail()))
                .toList()));
  }

  private void snapshots(Context context, Account account) throws Exception {
    json(context, services.snapshots().list(account.userId()));
  }

  private void recoveryFile(Context context, Request request) throws Exception {
    Account account = recovering(request);
    Optional<URI> direct =
        request.followsToStorage()
            ? services
                .snapshots()
                .direct(
                    account.userId(),
                    request.keyVersion(),
                    request.path("directory"),
                    request.path("file"))
            : Optional.empty();
    if (direct.isPresent()) {
      // The URL is a credential: nobody keeps it.
      context
          .status(HttpStatus.TEMPORARY_REDIRECT)
          .header("Location", direct.get().toString())
          .header("Cache-Control", "no-store");
      return;
    }
    file(context, request, account);
  }

  private void file(Context context, Request request, Account account) throws Exception {
    boolean partial = request.range().isPresent();
    SnapshotFiles.Part part =
        services
            .snapshots()
            .open(
                account.userId(),
                request.keyVersion(),
                request.path("directory"),
                request.path("file"),
                request.range());
    if (partial && part.from() == part.to()) {
      context.header("Content-Range", "bytes */" + part.size());
      throw Refusal.rangeNotSatisfiable();
    }
    if (partial) {
      context
          .status(206)
          .header(
              "Content-Range", "bytes " + part.from() + "-" + (part.to() - 1) + "/" + part.size());
    }
    context.contentType(BINARY);
    context.header("Content-Length", Long.toString(part.to() - part.from()));
    try (InputStream content = part.content()) {
      services
          .observer()
          .streamed(
              RequestObserver.Streamed.SNAPSHOT,
              content.transferTo(context.res().getOutputStream()));
    }
  }

  private void log(Context context, Account account) throws Exception {
    UserLogs.Extent extent =
        services
            .logs()
            .extent(account)
            .orElse(
                new UserLogs.Extent(Topics.log(account.cell(), account.userId().value()), 0, 0));
    json(context, new LogExtent(extent.topic(), extent.start(), extent.end()));
  }

  private void records(Context context, Request request, Account account) throws Exception {
    UserLogs.Page page = services.logs().read(account, request.query("from"));
    services.observer().streamed(RequestObserver.Streamed.LOG, page.frames().size());
    context
        .header(ApiPaths.HEADER_NEXT_OFFSET, Long.toString(page.nextOffset()))
        .header(ApiPaths.HEADER_END_OFFSET, Long.toString(page.endOffset()))
        .contentType(BINARY)
        .result(page.frames().toByteArray());
  }

  private Account recovering(Request request) throws Refusal, AccountsUnavailableException {
    return services.signed().authorize(Scope.POSSESSION, request.bearer()).account();
  }

  private Account owner(Request request)
      throws Refusal, AccountsUnavailableException, StoreUnavailableException {
    try {
      return services.signed().owner(request.user(), request.signed(), request.target());
    } catch (Refusal refusal) {
      // A rotation may have been published, and the account not told of it.
      if (!refusal.body().code().equals(ErrorCodes.SIGNATURE_INVALID)
          || !services.bases().follow(request.user(), request.signed().keyVersion())) {
        throw refusal;
      }
      return services.signed().owner(request.user(), request.signed(), request.target());
    }
  }

  private void note(Account account, String event, String detail)
      throws AccountsUnavailableException {
    services.accounts().submit(new Command.NoteEvent(account.userId(), event, detail));
  }

  private static void json(Context context, Object message) throws IOException {
    context.contentType("application/json").result(HttpJson.strict().writeValueAsBytes(message));
  }

  /** A body that must be an object without fields. */
  record Empty() {}
}
