package dev.cairn.recovery.access;

import dev.cairn.crypto.AuthorPublicKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Layout;
import dev.cairn.crypto.LayoutReader;
import dev.cairn.crypto.MalformedLayoutException;
import dev.cairn.crypto.MalformedTextException;
import dev.cairn.crypto.SealBrokenException;
import dev.cairn.crypto.Sha256;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.opaque.KsfParameters;
import dev.cairn.crypto.opaque.OpaqueException;
import dev.cairn.crypto.opaque.OpaqueServer;
import dev.cairn.crypto.opaque.RegistrationRecord;
import dev.cairn.crypto.opaque.RegistrationRequest;
import dev.cairn.crypto.wallet.EthereumAddress;
import dev.cairn.journal.bundle.BundleCodec;
import dev.cairn.journal.bundle.MalformedBundleException;
import dev.cairn.journal.bundle.StoredBundle;
import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.provider.store.ObjectStore;
import dev.cairn.provider.store.PutResult;
import dev.cairn.provider.store.StoreUnavailableException;
import dev.cairn.recovery.accounts.Account;
import dev.cairn.recovery.accounts.Accounts;
import dev.cairn.recovery.accounts.AccountsUnavailableException;
import dev.cairn.recovery.accounts.Command;
import dev.cairn.recovery.accounts.Credentials;
import dev.cairn.recovery.accounts.Grant;
import dev.cairn.recovery.accounts.Outcome;
import dev.cairn.recovery.accounts.StoredVersion;
import dev.cairn.recovery.data.UserLogs;
import dev.cairn.recovery.provision.OwnerBroker;
import dev.cairn.recovery.provision.ProvisioningException;
import dev.cairn.recovery.refusal.Refusal;
import dev.cairn.recovery.secrets.ServiceSecrets;
import dev.cairn.schemas.http.RegistrationStarted;
import dev.cairn.schemas.http.WalletProof;
import dev.cairn.schemas.http.WalletRegistrationStarted;
import dev.cairn.schemas.names.ObjectKeys;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Registration by OPAQUE or by a wallet. The id that {@link #start} gives out is a sealed note to
 * this service, so that nothing is remembered before {@link #finish}. A name whose account has
 * never written may be registered again: whoever lost the first attempt half-way has nothing to
 * recover. Under {@code registration = invitation} the same invitation is good for that.
 * Thread-safe.
 */
public final class Registrations {
  private static final Duration LIFETIME = Duration.ofMinutes(10);
  private static final int LOOKUP_KEY = 32;
  private static final int MAX_NAME = 64;
  private static final int INVITATION = 32;

  private record Offer(
      Bytes lookupKey,
      String username,
      UserId userId,
      int recordVersion,
      Optional<Bytes> invitation) {}

  /**
   * What a client brings to the finish.
   *
   * @param recoveryKey public key that a printed recovery key logs in by
   */
  public record Material(
      Bytes record,
      Bytes bundle,
      AuthorPublicKey author,
      KsfParameters ksf,
      Optional<Bytes> recoveryKey) {
    Credentials credentials(StoredVersion stored) {
      return new Credentials(
          Optional.of(new Credentials.PasswordLogin(stored, ksf)),
          Optional.empty(),
          recoveryKey.map(Credentials.RecoveryKeyLogin::new),
          Credentials.Factors.NONE);
    }
  }

  private final OpaqueServer opaque;
  private final ServiceSecrets secrets;
  private final Accounts accounts;
  private final ObjectStore store;
  private final UserLogs logs;
  private final OwnerBroker broker;
  private final SignedRequests signed;
  private final Nonces nonces;
  private final WalletProofs proofs;
  private final ProviderConfig config;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  public Registrations(
      OpaqueServer opaque,
      ServiceSecrets secrets,
      Accounts accounts,
      ObjectStore store,
      UserLogs logs,
      OwnerBroker broker,
      SignedRequests signed,
      Nonces nonces,
      WalletProofs proofs,
      ProviderConfig config,
      Clock clock) {
    this.opaque = opaque;
    this.secrets = secrets;
    this.accounts = accounts;
    this.store = store;
    this.logs = logs;
    this.broker = broker;
    this.signed = signed;
    this.nonces = nonces;
    this.proofs = proofs;
    this.config = config;
    this.clock = clock;
  }

  /**
   * Answers OPAQUE's registration request; changes nothing.
   *
   * @param invitation code of an invitation, where the client has one
   */
  public RegistrationStarted start(
      String username, RegistrationRequest request, Optional<String> invitation)
      throws Refusal, AccountsUnavailableException, StoreUnavailableException {
    Bytes lookupKey = secrets.lookupKey(username);
    Optional<Bytes> invited = invitation.map(code -> Sha256.hash(Bytes.utf8(code)));
    // Before the name is looked up: who is not invited learns nothing about names.
    admit(lookupKey, invited);
    Optional<Account> holder = accounts.read(state -> state.byName(lookupKey));
    if (holder.isPresent() && hasWritten(holder.get())) {
      throw Refusal.usernameTaken();
    }
    Offer offer =
        new Offer(
            lookupKey,
            username,
            UserId.random(random),
            holder.map(account -> Math.toIntExact(account.version() + 1)).orElse(1),
            invited);
    try {
      Bytes response =
          opaque
              .createRegistrationResponse(
                  request,
                  Logins.credentialIdentifier(lookupKey, offer.userId(), offer.recordVersion()))
              .toBytes();
      return new RegistrationStarted(seal(offer), offer.userId().value(), response.base64Url());
    } catch (OpaqueException.Malformed e) {
      throw Refusal.malformed("the registration request is not usable: " + e.getMessage());
    }
  }

  // What may end in an account; which invitation does is decided by the command alone.
  private void admit(Bytes lookupKey, Optional<Bytes> invitation)
      throws Refusal, AccountsUnavailableException {
    switch (config.registration()) {
      case OPEN -> {}
      case CLOSED -> throw Refusal.registrationClosed();
      case INVITATION -> {
        Bytes invited = invitation.orElseThrow(Refusal::notInvited);
        if (!accounts.read(state -> state.isInvited(invited, lookupKey, clock.millis()))) {
          throw Refusal.notInvited();
        }
      }
    }
  }

  /** Stores what the client brings and makes the account; a repeat gets the same answer. */
  public UserId finish(
      String registrationId,
      UserId userId,
      Material material,
      SignedHeaders headers,
      RequestTarget target)
      throws Refusal,
          AccountsUnavailableException,
          StoreUnavailableException,
          ProvisioningException {
    Offer offer = open(registrationId);
    if (!offer.userId().equals(userId)) {
      throw Refusal.malformed("the request is signed for another user than was offered");
    }
    // An address is its wallet's: nobody has it by a password who has not proven the wallet.
    if (isAddress(offer.username())) {
      throw Refusal.malformed("registrationId is one for a wallet");
    }
    validate(material, userId);
    signed.verifyOwner(material.author(), userId, headers, target);
    Optional<Account> before = accounts.read(state -> state.byName(offer.lookupKey()));
    StoredVersion record = new StoredVersion(offer.recordVersion(), Sha256.hash(material.record()));
    StoredVersion first = new StoredVersion(1, Sha256.hash(material.bundle()));
    if (before.filter(account -> isThis(account, userId, material.author(), first)).isEmpty()) {
      admit(offer.lookupKey(), offer.invitation());
    }
    store(
        ObjectKeys.opaqueRecord(userId.value(), record.version(), record.digest().hex()),
        material.record());
    return register(
        offer,
        material.credentials(record),
        material.author(),
        material.bundle(),
        account ->
            account
                .credentials()
                .password()
                .filter(login -> login.record().digest().equals(record.digest()))
                .isPresent(),
        () -> {});
  }

  // No username is that long.
  private static boolean isAddress(String name) {
    try {
      return EthereumAddress.parse(name).lowerCase().equals(name);
    } catch (MalformedTextException e) {
      return false;
    }
  }

  /** Offers an id for an address, and a challenge for its wallet; changes nothing. */
  public WalletRegistrationStarted startWallet(EthereumAddress address, Optional<String> invitation)
      throws Refusal, AccountsUnavailableException, StoreUnavailableException {
    Bytes lookupKey = secrets.lookupKey(address.lowerCase());
    Optional<Bytes> invited = invitation.map(code -> Sha256.hash(Bytes.utf8(code)));
    admit(lookupKey, invited);
    Optional<Account> holder = accounts.read(state -> state.byName(lookupKey));
    if (holder.isPresent() && hasWritten(holder.get())) {
      throw Refusal.usernameTaken();
    }
    Offer offer =
        new Offer(
            lookupKey,
            address.lowerCase(),
            UserId.random(random),
            holder.map(account -> Math.toIntExact(account.version() + 1)).orElse(1),
            invited);
    return new WalletRegistrationStarted(
        seal(offer), offer.userId().value(), nonces.challenge(offer.userId()));
  }

  /**
   * What an owner of a wallet brings to the finish.
   *
   * @param recoveryKey public key that a printed recovery key logs in by
   */
  public record WalletMaterial(
      WalletProof proof, Bytes bundle, AuthorPublicKey author, Optional<Bytes> recoveryKey) {}

  /** Makes the account of an address whose wallet has signed; a repeat gets the same answer. */
  public UserId finishWallet(
      String registrationId,
      UserId userId,
      WalletMaterial material,
      SignedHeaders headers,
      RequestTarget target)
      throws Refusal,
          AccountsUnavailableException,
          StoreUnavailableException,
          ProvisioningException {
    Offer offer = open(registrationId);
    if (!offer.userId().equals(userId)) {
      throw Refusal.malformed("the request is signed for another user than was offered");
    }
    EthereumAddress address;
    try {
      address = EthereumAddress.parse(offer.username());
    } catch (MalformedTextException e) {
      throw Refusal.malformed("registrationId is one for a password");
    }
    Credentials credentials =
        new Credentials(
            Optional.empty(),
            Optional.of(new Credentials.WalletLogin(address)),
            material.recoveryKey().map(Credentials.RecoveryKeyLogin::new),
            Credentials.Factors.NONE);
    requireFirstBundle(material.bundle(), userId, credentials);
    WalletProofs.Judged judged = proofs.judge(userId, Optional.of(address), material.proof());
    signed.verifyOwner(material.author(), userId, headers, target);
    StoredVersion first = new StoredVersion(1, Sha256.hash(material.bundle()));
    Optional<Account> before = accounts.read(state -> state.byName(offer.lookupKey()));
    if (before.filter(account -> isThis(account, userId, material.author(), first)).isEmpty()) {
      admit(offer.lookupKey(), offer.invitation());
    }
    return register(
        offer,
        credentials,
        material.author(),
        material.bundle(),
        account -> account.credentials().equals(credentials),
        () -> proofs.use(judged));
  }

  /** What is done once, after everything else was right, and not for a repeat. */
  private interface Once {
    void run() throws Refusal, AccountsUnavailableException;
  }

  private UserId register(
      Offer offer,
      Credentials credentials,
      AuthorPublicKey author,
      Bytes content,
      Predicate<Account> opensAlike,
      Once once)
      throws Refusal,
          AccountsUnavailableException,
          StoreUnavailableException,
          ProvisioningException {
    UserId userId = offer.userId();
    StoredVersion bundle = new StoredVersion(1, Sha256.hash(content));
    String id = userId.value();
    store(ObjectKeys.bundle(id, bundle.version(), bundle.digest().hex()), content);
    // Judged last: what is written from here on has connected since, and so refuses the command.
    Optional<Account> holder = accounts.read(state -> state.byName(offer.lookupKey()));
    if (holder
        .filter(account -> isThis(account, userId, author, bundle) && opensAlike.test(account))
        .isPresent()) {
      accounts.requireTold();
      return userId;
    }
    once.run();
    if (holder.isPresent()) {
      shutOut(holder.get());
    }
    Command.Register register =
        new Command.Register(
            offer.lookupKey(),
            offer.username(),
            userId,
            author.raw(),
            credentials,
            bundle,
            config.cellsOpen(),
            config.cellUsersMax(),
            holder.map(account -> new Command.Replaced(account.userId(), account.connections())));
    Command command =
        switch (config.registration()) {
          case OPEN -> register;
          case CLOSED -> throw Refusal.registrationClosed();
          case INVITATION ->
              new Command.RegisterInvited(
                  offer.invitation().orElseThrow(Refusal::notInvited), register);
        };
    Outcome outcome = accounts.submit("register-" + id, command);
    return switch (outcome) {
      case Outcome.Registered registered -> userId;
      case Outcome.NotInvited none -> throw Refusal.notInvited();
      case Outcome.NoRoom full ->
          throw Refusal.unavailable("no cell takes new users now", Duration.ofHours(1));
      default -> throw Refusal.usernameTaken();
    };
  }

  // A keyserver of the account before may be about to write: what it then took for backed up would
  // belong to nobody. It is refused first, and judged after that.
  private void shutOut(Account holder)
      throws Refusal,
          AccountsUnavailableException,
          ProvisioningException,
          StoreUnavailableException {
    if (hasWritten(holder)) {
      throw Refusal.usernameTaken();
    }
    if (holder.connections() > 0) {
      for (Grant grant : holder.grants()) {
        broker.revoke(holder.userId(), holder.cell(), grant.epoch());
      }
      if (hasWritten(holder)) {
        throw Refusal.usernameTaken();
      }
    }
  }

  private static boolean isThis(
      Account account, UserId userId, AuthorPublicKey author, StoredVersion bundle) {
    return account.userId().equals(userId)
        && account.authorPublicKey().equals(author.raw())
        && account.bundle().digest().equals(bundle.digest());
  }

  private void store(String key, Bytes content) throws StoreUnavailableException {
    // The key names the content's digest: what is there already is the same.
    PutResult result = store.putIfAbsent(key, content);
    if (result == PutResult.ALREADY_THERE) {
      store.put(key, content);
    }
  }

  private void validate(Material material, UserId userId) throws Refusal {
    if (!material.ksf().equals(KsfParameters.DEFAULT)) {
      throw Refusal.malformed("ksf is not what this service has announced");
    }
    try {
      opaque.validate(RegistrationRecord.parse(material.record()));
    } catch (OpaqueException.Malformed e) {
      throw Refusal.malformed("the login record is not usable: " + e.getMessage());
    }
    requireFirstBundle(
        material.bundle(),
        userId,
        material.credentials(new StoredVersion(1, Sha256.hash(material.record()))));
  }

  private static void requireFirstBundle(Bytes content, UserId userId, Credentials credentials)
      throws Refusal {
    try {
      StoredBundle bundle = BundleCodec.withBuiltInSchemas().decode(content);
      if (!bundle.userId().equals(userId) || bundle.bundleVersion() != 1) {
        throw Refusal.malformed("the bundle is of another user, or not the first");
      }
      CredentialChanges.requireWraps(bundle, credentials);
    } catch (MalformedBundleException e) {
      throw Refusal.malformed("the bundle is not one: " + e.getMessage());
    }
  }

  // A log may be lost: what was stored of it, or granted after it, shows that there was one.
  private boolean hasWritten(Account account) throws Refusal, StoreUnavailableException {
    return account.grants().size() > 1
        || logs.hasAcceptedGenesis(account)
        || !store.list(ObjectKeys.user(account.userId().value())).isEmpty();
  }

  private String seal(Offer offer) {
    Bytes content =
        Layout.unlabelled()
            .bytes(offer.lookupKey())
            .lp(offer.username())
            .userId(offer.userId())
            .u32(offer.recordVersion())
            .u64(clock.millis() + LIFETIME.toMillis())
            .opt(offer.invitation())
            .toBytes();
    return secrets.tokenCipher().seal(offerData(), content).base64Url();
  }

  private Offer open(String registrationId) throws Refusal {
    try {
      LayoutReader reader =
          LayoutReader.of(
              secrets.tokenCipher().open(offerData(), Bytes.fromBase64Url(registrationId)));
      Bytes lookupKey = reader.bytes(LOOKUP_KEY);
      String username = reader.lpString(MAX_NAME);
      UserId userId = reader.userId();
      int recordVersion = reader.u31();
      long expiry = reader.u64();
      Offer offer = new Offer(lookupKey, username, userId, recordVersion, reader.opt(INVITATION));
      reader.end();
      if (expiry < clock.millis()) {
        throw Refusal.malformed("this registration took too long: start again");
      }
      return offer;
    } catch (IllegalArgumentException | SealBrokenException | MalformedLayoutException e) {
      throw Refusal.malformed("registrationId is not one of this service");
    }
  }

  private static Bytes offerData() {
    return Layout.label("registration").toBytes();
  }
}
