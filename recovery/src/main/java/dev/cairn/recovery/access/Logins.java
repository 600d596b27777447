package dev.cairn.recovery.access;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Layout;
import dev.cairn.crypto.SealBrokenException;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.Sha256;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.opaque.KE1;
import dev.cairn.crypto.opaque.KE3;
import dev.cairn.crypto.opaque.KsfParameters;
import dev.cairn.crypto.opaque.LoginState;
import dev.cairn.crypto.opaque.OpaqueException;
import dev.cairn.crypto.opaque.OpaqueServer;
import dev.cairn.crypto.opaque.RegistrationRecord;
import dev.cairn.crypto.opaque.ServerLogin;
import dev.cairn.crypto.statements.PossessionStatement;
import dev.cairn.provider.store.ObjectStore;
import dev.cairn.provider.store.StoreUnavailableException;
import dev.cairn.recovery.accounts.Account;
import dev.cairn.recovery.accounts.Accounts;
import dev.cairn.recovery.accounts.AccountsUnavailableException;
import dev.cairn.recovery.accounts.Command;
import dev.cairn.recovery.accounts.Credentials;
import dev.cairn.recovery.accounts.LoginRecord;
import dev.cairn.recovery.accounts.Outcome;
import dev.cairn.recovery.accounts.StoredVersion;
import dev.cairn.recovery.refusal.Refusal;
import dev.cairn.recovery.secrets.ServiceSecrets;
import dev.cairn.schemas.http.LoggedIn;
import dev.cairn.schemas.http.LoginStarted;
import dev.cairn.schemas.http.PossessionProven;
import dev.cairn.schemas.names.ObjectKeys;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Logins by OPAQUE. A guess is counted durably before its answer leaves; the server's state between
 * the two messages travels sealed in that same command, so that any instance finishes it, once. A
 * name without an account gets RFC 9807's fake record, one read of storage, and the same count.
 * Thread-safe.
 */
public final class Logins {
  private static final Duration LOGIN_LIFETIME = Duration.ofMinutes(2);
  private static final Duration TOKEN_LIFETIME = Duration.ofMinutes(15);
  private static final Duration POSSESSION_LIFETIME = Duration.ofHours(24);
  private static final Duration RETRY = Duration.ofSeconds(5);
  private static final int SESSION_ID = 16;
  private static final long RECORD_LIMIT = 4096;
  private static final String RECORD_OF_NOBODY = "accounts/nobody";

  private final OpaqueServer opaque;
  private final ServiceSecrets secrets;
  private final Accounts accounts;
  private final ObjectStore store;
  private final Tokens tokens;
  private final Clock clock;
  private final int guessesMax;
  private final RegistrationRecord fakeRecord;
  private final SecureRandom random = new SecureRandom();

  public Logins(
      OpaqueServer opaque,
      ServiceSecrets secrets,
      Accounts accounts,
      ObjectStore store,
      Tokens tokens,
      Clock clock,
      int guessesMax) {
    this.opaque = opaque;
    this.secrets = secrets;
    this.accounts = accounts;
    this.store = store;
    this.tokens = tokens;
    this.clock = clock;
    this.guessesMax = guessesMax;
    this.fakeRecord = opaque.fakeRecord();
  }

  /**
   * Lays the fake record beside the real ones, so that a name without an account costs the same
   * requests to storage as any other.
   */
  public void prepare() throws StoreUnavailableException {
    store.put(RECORD_OF_NOBODY, fakeRecord.toBytes());
  }

  private record Asked(Optional<Account> account, long allowedAt) {}

  /**
   * Under which identifier a credential's OPRF key is derived. The user id is drawn anew for every
   * registration that starts: what anybody is answered before, under a name that is still free,
   * says nothing about the key that the name's account will have. Otherwise the start of a
   * registration would be a guess that nobody counts.
   */
  static Bytes credentialIdentifier(Bytes lookupKey, UserId userId, int recordVersion) {
    return Layout.label("credential").bytes(lookupKey).userId(userId).u32(recordVersion).toBytes();
  }

  /** Answers KE1. */
  public LoginStarted start(String username, KE1 ke1)
      throws Refusal, AccountsUnavailableException, StoreUnavailableException {
    Bytes lookupKey = secrets.lookupKey(username);
    Asked asked =
        accounts.read(state ->
            new Asked(state.byName(lookupKey), state.guesses(lookupKey).nextAllowedAt(guessesMax)));
    if (clock.millis() < asked.allowedAt()) {
      throw lockedOut(asked.allowedAt());
    }
    Optional<Account> account = asked.account();
    // Name and version of what a stranger's record would be: the same work as for a real one.
    // An account without a password is to this login what a stranger is.
    Optional<Account> opened = account.filter(a -> a.credentials().password().isPresent());
    RegistrationRecord stored = readRecord(opened).orElse(fakeRecord);
    UserId userId = opened.map(Account::userId).orElseGet(() -> secrets.userIdOfNobody(lookupKey));
    Optional<Credentials.PasswordLogin> password = opened.flatMap(a -> a.credentials().password());
    int version = password.map(login -> login.record().version()).orElse(1);
    KsfParameters ksf = password.map(Credentials.PasswordLogin::ksf).orElse(KsfParameters.DEFAULT);
    byte[] id = new byte[SESSION_ID];
    random.nextBytes(id);
    Bytes sessionId = Bytes.wrap(id);
    try (ServerLogin login =
        opaque.generateKE2(
            ke1, stored, credentialIdentifier(lookupKey, userId, version), username, ksf)) {
      byte[] state = login.state().copyMaterial();
      Bytes sealed;
      try {
        sealed = secrets.tokenCipher().sealSecret(stateData(sessionId, lookupKey, account), state);
      } finally {
        Arrays.fill(state, (byte) 0);
      }
      Outcome outcome =
          accounts.submit(
              new Command.CountGuess(
                  lookupKey, sessionId, sealed, LOGIN_LIFETIME.toMillis(), guessesMax));
      if (outcome instanceof Outcome.LockedOut locked) {
        throw lockedOut(locked.until());
      }
      int left = outcome instanceof Outcome.GuessCounted counted ? counted.left() : 0;
      return new LoginStarted(sessionId.base64Url(), login.ke2().toBytes().base64Url(), left);
    } catch (OpaqueException.Malformed e) {
      throw Refusal.malformed("ke1 is not usable: " + e.getMessage());
    }
  }

  /** Checks KE3; a right one clears the counter and gives the token of the first rung. */
  public LoggedIn finish(Bytes sessionId, KE3 ke3) throws Refusal, AccountsUnavailableException {
    Started started =
        accounts
            .read(state ->
                state
                    .login(sessionId)
                    .map(record -> new Started(record, state.byName(record.lookupKey()))))
            .orElseThrow(Logins::over);
    Optional<Bytes> binding = serverFinish(sessionId, started, ke3);
    Outcome outcome = accounts.submit(new Command.FinishLogin(sessionId, binding.isPresent()));
    return switch (outcome) {
      case Outcome.LoginFinished finished
          when finished.account().isPresent() && binding.isPresent() -> {
        if (!started.isOf(finished.account().get())) {
          throw over();
        }
        yield enter(started.account().orElseThrow(Logins::over), sessionId, binding.get());
      }
      case Outcome.LoginFinished wrong -> throw Refusal.wrongSecret(left(started.record()));
      default -> throw over();
    };
  }

  private int left(LoginRecord record) throws AccountsUnavailableException {
    int counted = accounts.read(state -> state.guesses(record.lookupKey()).count());
    return Math.max(0, guessesMax - counted);
  }

  /**
   * The first rung, once a secret of the account is proven: a token that opens the bundle, or,
   * where a second factor is enrolled, one that opens nothing but its proof.
   *
   * @param account as it was when the secret was compared
   * @param sessionId 16 bytes
   * @param binding 32 bytes that statements of this session name
   */
  public LoggedIn enter(Account account, Bytes sessionId, Bytes binding) {
    Credentials.Factors factors = account.credentials().factors();
    return entered(
        factors.isEnrolled() ? Scope.FACTOR : Scope.SECRET,
        account,
        sessionId,
        binding,
        factors.isEnrolled() ? factors.names() : List.of());
  }

  /** The first rung for a session whose second factor is proven, too. */
  LoggedIn enterWithFactor(SignedRequests.Authorized authorized) {
    return entered(
        Scope.SECRET,
        authorized.account(),
        authorized.session().sessionId(),
        authorized.session().binding(),
        List.of());
  }

  private LoggedIn entered(
      Scope scope, Account account, Bytes sessionId, Bytes binding, List<String> factors) {
    long expiresAt = clock.millis() + TOKEN_LIFETIME.toMillis();
    Session session =
        new Session(account.userId(), account.version(), sessionId, binding, expiresAt);
    return new LoggedIn(
        tokens.issue(scope, session),
        account.userId().value(),
        account.version(),
        factors,
        expiresAt);
  }

  /** The next rung: the same session, with possession proven, for as long as a download takes. */
  public PossessionProven possession(Session session) {
    long expiresAt = clock.millis() + POSSESSION_LIFETIME.toMillis();
    Session longer =
        new Session(
            session.userId(),
            session.accountVersion(),
            session.sessionId(),
            session.binding(),
            expiresAt);
    return new PossessionProven(tokens.issue(Scope.POSSESSION, longer), expiresAt);
  }

  private record Started(LoginRecord record, Optional<Account> account) {
    boolean isOf(Outcome.Proven proven) {
      return account
          .filter(a -> a.userId().equals(proven.userId()) && a.version() == proven.version())
          .isPresent();
    }
  }

  private static Refusal over() {
    return Refusal.tokenInvalid("this login is over: start again");
  }

  private Optional<Bytes> serverFinish(Bytes sessionId, Started started, KE3 ke3) throws Refusal {
    LoginRecord record = started.record();
    byte[] material;
    try {
      material =
          secrets
              .tokenCipher()
              .openSecret(
                  stateData(sessionId, record.lookupKey(), started.account()),
                  record.sealedState());
    } catch (SealBrokenException e) {
      throw over();
    }
    try (LoginState state = LoginState.takeOwnershipOf(material);
        SecretBytes sessionKey = state.serverFinish(ke3)) {
      return Optional.of(PossessionStatement.sessionBinding(sessionKey));
    } catch (OpaqueException.ClientAuthentication e) {
      return Optional.empty();
    }
  }

  private Refusal lockedOut(long until) {
    return Refusal.lockedOut(Duration.ofMillis(Math.max(0, until - clock.millis())));
  }

  private Optional<RegistrationRecord> readRecord(Optional<Account> account)
      throws StoreUnavailableException, Refusal {
    Optional<StoredVersion> version =
        account.flatMap(a -> a.credentials().password()).map(Credentials.PasswordLogin::record);
    if (account.isEmpty() || version.isEmpty()) {
      store.get(RECORD_OF_NOBODY, RECORD_LIMIT);
      return Optional.empty();
    }
    Bytes digest = version.get().digest();
    Optional<Bytes> stored =
        store.get(
            ObjectKeys.opaqueRecord(
                account.get().userId().value(), version.get().version(), digest.hex()),
            RECORD_LIMIT);
    try {
      Bytes bytes = stored.filter(b -> Sha256.hash(b).equals(digest)).orElseThrow(this::damaged);
      return Optional.of(RegistrationRecord.parse(bytes));
    } catch (OpaqueException.Malformed e) {
      throw damaged();
    }
  }

  private Refusal damaged() {
    return Refusal.unavailable("the account's login record is missing in storage", RETRY);
  }

  // Names the account, so that a login which was started at another one is never finished at this.
  private static Bytes stateData(Bytes sessionId, Bytes lookupKey, Optional<Account> account) {
    Bytes of =
        account
            .map(a -> Layout.unlabelled().userId(a.userId()).u64(a.version()).toBytes())
            .orElse(Bytes.EMPTY);
    return Layout.label("login-state").bytes(sessionId).bytes(lookupKey).lp(of).toBytes();
  }
}
