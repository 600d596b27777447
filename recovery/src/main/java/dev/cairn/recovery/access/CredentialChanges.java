package dev.cairn.recovery.access;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Sha256;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.bundle.WrapKind;
import dev.cairn.crypto.opaque.KsfParameters;
import dev.cairn.crypto.opaque.OpaqueException;
import dev.cairn.crypto.opaque.OpaqueServer;
import dev.cairn.crypto.opaque.RegistrationRecord;
import dev.cairn.crypto.opaque.RegistrationRequest;
import dev.cairn.journal.bundle.BundleCodec;
import dev.cairn.journal.bundle.MalformedBundleException;
import dev.cairn.journal.bundle.StoredBundle;
import dev.cairn.provider.store.ObjectStore;
import dev.cairn.provider.store.StoreUnavailableException;
import dev.cairn.recovery.accounts.Account;
import dev.cairn.recovery.accounts.AccountSecrets;
import dev.cairn.recovery.accounts.Accounts;
import dev.cairn.recovery.accounts.AccountsUnavailableException;
import dev.cairn.recovery.accounts.Command;
import dev.cairn.recovery.accounts.Credentials;
import dev.cairn.recovery.accounts.Outcome;
import dev.cairn.recovery.accounts.StoredVersion;
import dev.cairn.recovery.refusal.Refusal;
import dev.cairn.schemas.http.CredentialsReplaced;
import dev.cairn.schemas.http.CredentialsStarted;
import dev.cairn.schemas.http.WalletProof;
import dev.cairn.schemas.names.ObjectKeys;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces what opens an account: login record and bundle are stored first, then one command puts
 * them in force together, and whatever was proven with the ones before counts no more. A crash
 * leaves the old or the new; what no longer counts is removed afterwards. Thread-safe.
 */
public final class CredentialChanges {
  private static final Logger LOG = LoggerFactory.getLogger(CredentialChanges.class);
  private static final int MAX_CODES = 20;

  private final OpaqueServer opaque;
  private final Accounts accounts;
  private final ObjectStore store;
  private final AccountSecrets stored;
  private final SecondFactors factors;
  private final Nonces nonces;
  private final WalletProofs wallets;
  private final BundleCodec codec = BundleCodec.withBuiltInSchemas();

  public CredentialChanges(
      OpaqueServer opaque,
      Accounts accounts,
      ObjectStore store,
      SecondFactors factors,
      Nonces nonces,
      WalletProofs wallets) {
    this.opaque = opaque;
    this.accounts = accounts;
    this.store = store;
    this.stored = new AccountSecrets(store);
    this.factors = factors;
    this.nonces = nonces;
    this.wallets = wallets;
  }

  /** How an account is opened from now on. */
  public sealed interface NewLogin {
    /** As before. */
    record Keep() implements NewLogin {}

    /** By a password: OPAQUE's record. */
    record Password(Bytes record, KsfParameters ksf) implements NewLogin {}

    /** By a wallet, which signs a challenge of the change's start. */
    record Wallet(WalletProof proof) implements NewLogin {}
  }

  /** What becomes of the recovery key. */
  public sealed interface NewRecoveryKey {
    /** As before. */
    record Keep() implements NewRecoveryKey {}

    /** It opens nothing any more. */
    record None() implements NewRecoveryKey {}

    /** Another one, by its public key. */
    record New(Bytes publicKey) implements NewRecoveryKey {}
  }

  /** What becomes of the second factor. */
  public sealed interface FactorChange {
    /** As before. */
    record Keep() implements FactorChange {}

    /** It is asked for no more. */
    record None() implements FactorChange {}

    /** Other recovery codes. */
    record Codes(List<String> codes) implements FactorChange {
      /** Keeps the codes unchangeable. */
      public Codes {
        codes = List.copyOf(codes);
      }

      @Override
      public String toString() {
        return "Codes";
      }
    }

    /**
     * An authenticator, and what it shows now.
     *
     * @param secret a secret; nobody keeps it but the account, sealed
     */
    record Totp(Bytes secret, String code, List<String> codes) implements FactorChange {
      /** Keeps the codes unchangeable. */
      public Totp {
        codes = List.copyOf(codes);
      }

      @Override
      public String toString() {
        return "Totp";
      }
    }
  }

  /**
   * A change as the owner asks for it.
   *
   * @param bundle empty where it stays: then login and recovery key stay, too
   */
  public record Change(
      long accountVersion,
      NewLogin login,
      NewRecoveryKey recoveryKey,
      FactorChange factor,
      Optional<Bytes> bundle) {}

  /** Answers OPAQUE's registration request for a new password; changes nothing. */
  public CredentialsStarted start(Account account, Optional<RegistrationRequest> request)
      throws Refusal {
    Optional<String> response = Optional.empty();
    if (request.isPresent()) {
      try {
        response =
            Optional.of(
                opaque
                    .createRegistrationResponse(
                        request.get(),
                        Logins.credentialIdentifier(
                            account.lookupKey(), account.userId(), nextVersion(account)))
                    .toBytes()
                    .base64Url());
      } catch (OpaqueException.Malformed e) {
        throw Refusal.malformed("the registration request is not usable: " + e.getMessage());
      }
    }
    return new CredentialsStarted(response, account.version(), nonces.challenge(account.userId()));
  }

  // A version of the account is never used twice, and so no password's key is, either.
  private static int nextVersion(Account account) {
    return Math.toIntExact(account.version() + 1);
  }

  /**
   * Puts a change in force.
   *
   * @throws Refusal {@code conflict} when the account has changed since
   */
  public CredentialsReplaced replace(Account account, Change change)
      throws Refusal, AccountsUnavailableException, StoreUnavailableException {
    if (change.accountVersion() != account.version()) {
      throw Refusal.conflict("version " + account.version() + " of the account is in force");
    }
    OptionalLong usedStep = OptionalLong.empty();
    if (change.factor() instanceof FactorChange.Totp totp) {
      usedStep = provenStep(totp);
    }
    Credentials credentials = credentials(account, change);
    StoredVersion bundle =
        change.bundle().isEmpty()
            ? account.bundle()
            : bundle(account, change.bundle().get(), credentials);
    String id = account.userId().value();
    // Keys name their content's digest: what is there already is the same.
    if (change.login() instanceof NewLogin.Password password) {
      StoredVersion record = credentials.password().orElseThrow().record();
      store.put(
          ObjectKeys.opaqueRecord(id, record.version(), record.digest().hex()), password.record());
    }
    if (change.bundle().isPresent()) {
      store.put(
          ObjectKeys.bundle(id, bundle.version(), bundle.digest().hex()), change.bundle().get());
    }
    Outcome outcome =
        accounts.submit(
            new Command.ReplaceCredentials(
                account.userId(), account.version(), credentials, bundle, usedStep));
    if (!(outcome instanceof Outcome.CredentialsReplaced replaced)) {
      throw Refusal.conflict("the account was changed meanwhile");
    }
    sweep(account.userId());
    return new CredentialsReplaced(replaced.version(), bundle.version());
  }

  /**
   * What a change came to, for a request that is repeated because its answer was lost.
   *
   * @return empty unless what is in force is what exactly this change puts in force
   */
  public Optional<CredentialsReplaced> alreadyMade(Account account, Change change)
      throws Refusal, AccountsUnavailableException {
    boolean made =
        change.bundle().isPresent()
            ? account.bundle().digest().equals(Sha256.hash(change.bundle().get()))
            : isAsked(account, change.factor());
    if (account.version() != change.accountVersion() + 1 || !made) {
      return Optional.empty();
    }
    accounts.requireTold();
    return Optional.of(new CredentialsReplaced(account.version(), account.bundle().version()));
  }

  /**
   * Begins to make again what storage has lost, for the account's keyserver, which proves itself by
   * the author key: without record or bundle no secret comes to its end.
   *
   * @throws Refusal {@code conflict} while they are there: a keyserver alone changes no secret
   */
  public CredentialsStarted startEnrolment(Account account, Optional<RegistrationRequest> request)
      throws Refusal, StoreUnavailableException {
    requireLost(account);
    return start(account, request);
  }

  /**
   * Puts a password in force in place of what storage has lost. The second factor stays.
   *
   * @throws Refusal {@code conflict} while that is there
   */
  public CredentialsReplaced enrol(Account account, Change change)
      throws Refusal, AccountsUnavailableException, StoreUnavailableException {
    Optional<CredentialsReplaced> made = alreadyMade(account, change);
    if (made.isPresent()) {
      return made.get();
    }
    requireLost(account);
    if (!(change.login() instanceof NewLogin.Password)
        || !(change.factor() instanceof FactorChange.Keep)
        || (change.recoveryKey() instanceof NewRecoveryKey.Keep
            && account.credentials().recoveryKey().isPresent())) {
      throw Refusal.malformed(
          "what is made again is a password; the recovery key before opens nothing any more");
    }
    CredentialsReplaced replaced = replace(account, change);
    accounts.submit(
        new Command.NoteEvent(
            account.userId(),
            "enrolled again by its keyserver",
            "storage had lost login record or bundle"));
    return replaced;
  }

  private void requireLost(Account account) throws Refusal, StoreUnavailableException {
    String id = account.userId().value();
    boolean there =
        isThere(
            ObjectKeys.bundle(id, account.bundle().version(), account.bundle().digest().hex()),
            account.bundle().digest());
    Optional<StoredVersion> record =
        account.credentials().password().map(Credentials.PasswordLogin::record);
    if (record.isPresent()) {
      StoredVersion version = record.get();
      there &=
          isThere(
              ObjectKeys.opaqueRecord(id, version.version(), version.digest().hex()),
              version.digest());
    }
    if (there) {
      throw Refusal.conflict(
          "login record and bundle are in storage: whoever changes them proves the secret");
    }
  }

  // Its key names the digest: what is damaged serves nobody and counts as lost.
  private boolean isThere(String key, Bytes digest) throws StoreUnavailableException {
    return store
        .get(key, BundleCodec.MAX_BYTES)
        .filter(content -> Sha256.hash(content).equals(digest))
        .isPresent();
  }

  private boolean isAsked(Account account, FactorChange asked) throws Refusal {
    Credentials.Factors now = account.credentials().factors();
    return switch (asked) {
      case FactorChange.Keep keep -> false;
      case FactorChange.None none -> !now.isEnrolled();
      case FactorChange.Codes given ->
          now.recoveryCodes().equals(digests(account.userId(), given.codes()));
      case FactorChange.Totp given ->
          now.totp().isPresent()
              && factors.isOf(account.userId(), now.totp().get(), given.secret())
              && now.recoveryCodes().equals(digests(account.userId(), given.codes()));
    };
  }

  private void sweep(UserId userId) throws AccountsUnavailableException {
    try {
      stored.sweep(() -> told(userId), userId);
    } catch (StoreUnavailableException e) {
      // The change is in force; the next one, or the next start, removes what is left.
      LOG.warn("what {} was opened by before is not removed yet: {}", userId, e.getMessage());
    }
  }

  /** Removes what a crash has left of earlier changes, of every account. */
  public void sweepAll() throws AccountsUnavailableException, StoreUnavailableException {
    stored.sweepAll(this::told);
  }

  // Storage must name what is in force before what was is removed: accounts are made anew from it.
  private Optional<Account> told(UserId userId) throws AccountsUnavailableException {
    Optional<Account> account = accounts.read(state -> state.byId(userId));
    accounts.requireTold();
    return account;
  }

  private OptionalLong provenStep(FactorChange.Totp totp) throws Refusal {
    byte[] secret = totp.secret().toByteArray();
    OptionalLong step = factors.step(secret, SecondFactors.normalised(totp.code()));
    if (step.isEmpty()) {
      throw Refusal.wrongNewFactor();
    }
    return step;
  }

  private Credentials credentials(Account account, Change change)
      throws Refusal, AccountsUnavailableException {
    Credentials before = account.credentials();
    Optional<Credentials.PasswordLogin> password = before.password();
    Optional<Credentials.WalletLogin> wallet = before.wallet();
    switch (change.login()) {
      case NewLogin.Keep keep -> {}
      case NewLogin.Password given -> {
        password = Optional.of(passwordLogin(account, given));
        wallet = Optional.empty();
      }
      case NewLogin.Wallet given -> {
        WalletProofs.Judged judged =
            wallets.judge(account.userId(), Optional.empty(), given.proof());
        wallets.use(judged);
        wallet = Optional.of(new Credentials.WalletLogin(judged.address()));
        password = Optional.empty();
      }
    }
    Optional<Credentials.RecoveryKeyLogin> recoveryKey =
        switch (change.recoveryKey()) {
          case NewRecoveryKey.Keep keep -> before.recoveryKey();
          case NewRecoveryKey.None none -> Optional.empty();
          case NewRecoveryKey.New given ->
              Optional.of(new Credentials.RecoveryKeyLogin(given.publicKey()));
        };
    Credentials.Factors after =
        switch (change.factor()) {
          case FactorChange.Keep keep -> before.factors();
          case FactorChange.None none -> Credentials.Factors.NONE;
          case FactorChange.Codes given -> {
            if (!before.factors().isEnrolled()) {
              throw Refusal.malformed("recovery codes stand in for a second factor: there is none");
            }
            yield new Credentials.Factors(
                before.factors().totp(), digests(account.userId(), given.codes()));
          }
          case FactorChange.Totp given ->
              new Credentials.Factors(
                  Optional.of(factors.seal(account.userId(), given.secret().toByteArray())),
                  digests(account.userId(), given.codes()));
        };
    return new Credentials(password, wallet, recoveryKey, after);
  }

  private Credentials.PasswordLogin passwordLogin(Account account, NewLogin.Password given)
      throws Refusal {
    if (!given.ksf().equals(KsfParameters.DEFAULT)) {
      throw Refusal.malformed("ksf is not what this service has announced");
    }
    try {
      opaque.validate(RegistrationRecord.parse(given.record()));
    } catch (OpaqueException.Malformed e) {
      throw Refusal.malformed("the login record is not usable: " + e.getMessage());
    }
    return new Credentials.PasswordLogin(
        new StoredVersion(nextVersion(account), Sha256.hash(given.record())), given.ksf());
  }

  private List<Bytes> digests(UserId userId, List<String> codes) throws Refusal {
    if (codes.size() > MAX_CODES) {
      throw Refusal.malformed("there are at most " + MAX_CODES + " recovery codes");
    }
    List<Bytes> digests = new ArrayList<>();
    for (String code : codes) {
      Bytes digest = factors.digest(userId, code);
      if (digests.contains(digest)) {
        throw Refusal.malformed("two recovery codes are the same");
      }
      digests.add(digest);
    }
    return digests;
  }

  private StoredVersion bundle(Account account, Bytes bundle, Credentials credentials)
      throws Refusal {
    StoredBundle decoded = decoded(bundle, account.userId());
    if (decoded.bundleVersion() != account.bundle().version() + 1) {
      throw Refusal.conflict(
          "version " + account.bundle().version() + " of the bundle is in force");
    }
    requireWraps(decoded, credentials);
    return new StoredVersion(decoded.bundleVersion(), Sha256.hash(bundle));
  }

  private StoredBundle decoded(Bytes bundle, UserId userId) throws Refusal {
    if (bundle.size() > BundleCodec.MAX_BYTES) {
      throw Refusal.tooLarge("a bundle has at most " + BundleCodec.MAX_BYTES + " bytes");
    }
    try {
      StoredBundle decoded = codec.decode(bundle);
      if (!decoded.userId().equals(userId)) {
        throw Refusal.malformed("the bundle is of another user");
      }
      return decoded;
    } catch (MalformedBundleException e) {
      throw Refusal.malformed("the bundle is not one: " + e.getMessage());
    }
  }

  /** A bundle opens by exactly what its account is opened by. */
  public static void requireWraps(StoredBundle bundle, Credentials credentials) throws Refusal {
    Set<WrapKind> expected = EnumSet.noneOf(WrapKind.class);
    credentials.password().ifPresent(login -> expected.add(WrapKind.OPAQUE));
    credentials.wallet().ifPresent(login -> expected.add(WrapKind.WALLET));
    credentials.recoveryKey().ifPresent(login -> expected.add(WrapKind.RECOVERY_KEY));
    Set<WrapKind> there = EnumSet.noneOf(WrapKind.class);
    bundle.wraps().forEach(wrap -> there.add(wrap.kind()));
    if (!there.equals(expected) || bundle.wraps().size() != expected.size()) {
      throw Refusal.malformed("the bundle opens by other secrets than the account");
    }
  }
}
