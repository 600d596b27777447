package dev.cairn.keyserver.setup;

import dev.cairn.crypto.BackupKey;
import dev.cairn.crypto.BackupKeyAccess;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.KeyRing;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.bundle.BundleContent;
import dev.cairn.crypto.bundle.Kek;
import dev.cairn.crypto.bundle.KeyWrap;
import dev.cairn.crypto.bundle.KeyWraps;
import dev.cairn.crypto.bundle.VersionedKey;
import dev.cairn.crypto.opaque.KsfParameters;
import dev.cairn.crypto.opaque.KsfPolicy;
import dev.cairn.crypto.opaque.OpaqueClient;
import dev.cairn.crypto.opaque.OpaqueException;
import dev.cairn.crypto.opaque.OpaqueSuite;
import dev.cairn.crypto.opaque.PasswordInput;
import dev.cairn.crypto.opaque.PasswordStrength;
import dev.cairn.crypto.opaque.RegistrationAttempt;
import dev.cairn.crypto.opaque.RegistrationResponse;
import dev.cairn.crypto.opaque.RegistrationResult;
import dev.cairn.crypto.opaque.UnusablePasswordException;
import dev.cairn.crypto.opaque.WeakPasswordException;
import dev.cairn.journal.bundle.BundleCodec;
import dev.cairn.journal.bundle.StoredBundle;
import dev.cairn.journal.record.EpochDraft;
import dev.cairn.journal.record.RecordCodec;
import dev.cairn.keyserver.error.CairnException;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.home.HomeBuilder;
import dev.cairn.keyserver.home.HomeIdentity;
import dev.cairn.keyserver.home.KnownSchemaIds;
import dev.cairn.keyserver.recover.BundleChange;
import dev.cairn.keyserver.recover.WrapParameters;
import dev.cairn.keyserver.service.BrokerConnection;
import dev.cairn.keyserver.service.InvitationCode;
import dev.cairn.keyserver.service.OwnerConfig;
import dev.cairn.keyserver.service.OwnerPort;
import dev.cairn.keyserver.service.OwnerSigner;
import dev.cairn.keyserver.service.RegistrationOffer;
import dev.cairn.keyserver.service.RegistrationPort;
import dev.cairn.keyserver.service.ServerDescription;
import dev.cairn.keyserver.service.ServiceClient;
import dev.cairn.keyserver.service.UsernameTakenException;
import dev.cairn.keyserver.state.StateStore;
import dev.cairn.keyserver.wallet.EnrolledWallet;
import dev.cairn.keyserver.wallet.SignedLogin;
import dev.cairn.keyserver.wallet.WalletKeys;
import dev.cairn.keyserver.wallet.WalletSigner;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Registers an account under a password, or under a wallet, and makes its first home.
 *
 * <table>
 * <caption>Steps, and what a failure there leaves</caption>
 * <tr><th>step</th><th>at the provider</th><th>here</th></tr>
 * <tr><td>the password is judged, OPAQUE's messages are exchanged</td><td>nothing</td><td>nothing</td></tr>
 * <tr><td>login record, bundle and author key are registered</td><td>an account without a log: it may be registered
 * again</td><td>nothing</td></tr>
 * <tr><td>connect, append the genesis</td><td>perhaps a log with its genesis: {@code recover} makes the home</td>
 * <td>nothing</td></tr>
 * <tr><td>the home is moved into its place</td><td>the account</td><td>the home</td></tr>
 * </table>
 *
 * <p>The password never leaves this machine, and the backup key only wrapped under it.
 */
public final class Registration {
  private static final Pattern USERNAME = Pattern.compile("[a-z0-9._-]{3,32}");

  private final RegistrationPort service;
  private final OwnerPort owner;
  private final EpochAppender appender;
  private final KsfPolicy policy;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  Registration(
      RegistrationPort service,
      OwnerPort owner,
      EpochAppender appender,
      KsfPolicy policy,
      Clock clock) {
    this.service = service;
    this.owner = owner;
    this.appender = appender;
    this.policy = policy;
    this.clock = clock;
  }

  /**
   * Makes an account and its home.
   *
   * @param home absent, or an empty directory
   * @param password stays the caller's to close
   * @return the new account's id
   * @throws MalformedInputException if the place is taken, the name is malformed or taken, or the
   *     password is weak
   * @throws UnavailableException if service or log do not answer; no home is left
   */
  public static UserId init(Path home, OwnerConfig config, String username, SecretBytes password) {
    return init(home, config, username, password, Optional.empty(), Optional.empty());
  }

  /**
   * The same at a provider that may ask for an invitation, and with a recovery key, where one is
   * wanted, that opens the backup, too.
   *
   * @param recoveryKey its owner has written it down already; stays the caller's to close
   * @throws MalformedInputException also if the provider takes no new accounts, or not this one
   */
  public static UserId init(
      Path home,
      OwnerConfig config,
      String username,
      SecretBytes password,
      Optional<InvitationCode> invitation,
      Optional<SecretBytes> recoveryKey) {
    try (ServiceClient client = new ServiceClient(config)) {
      return new Registration(
              client.registration(invitation),
              client.owner(),
              new KafkaEpochAppender(),
              KsfPolicy.STANDARD,
              Clock.systemUTC())
          .register(home, config, username, password, recoveryKey);
    }
  }

  /**
   * Makes an account whose name is a wallet's address, and its home.
   *
   * @param home absent, or an empty directory
   * @param wallet signs a challenge, and twice for the key; stays the caller's to close
   * @param recoveryKey its owner has written it down already; stays the caller's to close
   * @return the new account's id
   * @throws MalformedInputException if the place or the address is taken, or the wallet cannot be
   *     used
   * @throws UnavailableException if service or log do not answer; no home is left
   */
  public static UserId initWallet(
      Path home,
      OwnerConfig config,
      WalletSigner wallet,
      Optional<InvitationCode> invitation,
      Optional<SecretBytes> recoveryKey) {
    try (ServiceClient client = new ServiceClient(config)) {
      return new Registration(
              client.registration(invitation),
              client.owner(),
              new KafkaEpochAppender(),
              KsfPolicy.STANDARD,
              Clock.systemUTC())
          .registerWallet(home, config, wallet, recoveryKey);
    }
  }

  UserId registerWallet(
      Path home, OwnerConfig config, WalletSigner wallet, Optional<SecretBytes> recoveryKey) {
    try (HomeBuilder builder = HomeBuilder.begin(home);
        BackupKey key = BackupKey.generate(random)) {
      String identity = wallet.address().lowerCase();
      UserId userId = registerWalletAccount(config, identity, wallet, recoveryKey, key);
      complete(builder, config, identity, userId, key);
      wallet.succeeded();
      return userId;
    } catch (UsernameTakenException e) {
      MalformedInputException taken =
          new MalformedInputException(
              "The address "
                  + wallet.address()
                  + " has a backup already. If it is yours, run recover; otherwise choose another"
                  + " account. Nothing was changed",
              e);
      wallet.failed(taken.getMessage());
      throw taken;
    } catch (CairnException e) {
      wallet.failed(e.getMessage());
      throw e;
    }
  }

  private UserId registerWalletAccount(
      OwnerConfig config,
      String identity,
      WalletSigner wallet,
      Optional<SecretBytes> recoveryKey,
      BackupKey key)
      throws UsernameTakenException {
    String serverName = service.server().serverName();
    if (!serverName.equals(config.serverName())) {
      throw new IntegrityException("The service calls itself " + serverName + ": it is refused");
    }
    RegistrationPort.WalletOffer offer = service.startWalletRegistration(wallet.address());
    UserId userId = offer.userId();
    SignedLogin login = wallet.signLogin(offer.challenge().request(serverName));
    try (EnrolledWallet enrolled = WalletKeys.enrol(wallet, serverName, userId, random);
        KeyRing ring = key.deriveKeys(userId, 1)) {
      return service.finishWalletRegistration(
          offer,
          new OwnerSigner(userId, 1, ring.author()),
          login,
          bundle(enrolled.kek(), enrolled.parameters(), recoveryKey, userId, identity, key),
          recoveryKey.map(printed -> BundleChange.publicKey(printed, userId)));
    }
  }

  private void complete(
      HomeBuilder builder, OwnerConfig config, String username, UserId userId, BackupKey key) {
    try {
      OpenedEpoch genesis = openLog(userId, key, KnownSchemaIds.in(builder.directory()));
      builder.writeIdentity(
          new HomeIdentity(
              userId,
              username,
              config.serverName(),
              config.serviceUrl(),
              config.certificateAuthority(),
              1,
              1,
              false));
      builder.writeBackupKey(1, key);
      StateStore.createEmpty(builder.storeFile(), userId);
      genesis.writeTo(builder);
      completed(builder, username);
    } catch (UnavailableException e) {
      throw new UnavailableException(
          "The account '"
              + username
              + "' is registered, but its log could not be opened: "
              + e.getMessage()
              + ". No home was made. Run init again; if the name is then taken, the log was"
              + " opened after all, and recover makes the home",
          e);
    }
  }

  // The account is there, and so is what was written down for it: this is no malformed input.
  private static void completed(HomeBuilder builder, String username) {
    try {
      builder.complete();
    } catch (MalformedInputException e) {
      throw new IntegrityException(
          "The account '"
              + username
              + "' is registered and its log is open, but its home could not be put in place: "
              + e.getMessage()
              + ". Recover makes the home; a recovery key that was written down is in force",
          e);
    }
  }

  UserId register(Path home, OwnerConfig config, String username, SecretBytes password) {
    return register(home, config, username, password, Optional.empty());
  }

  UserId register(
      Path home,
      OwnerConfig config,
      String username,
      SecretBytes password,
      Optional<SecretBytes> recoveryKey) {
    if (!USERNAME.matcher(username).matches()) {
      throw new MalformedInputException(
          "A username has 3 to 32 characters out of a-z, 0-9, '.', '_' and '-'. Nothing was sent");
    }
    try (HomeBuilder builder = HomeBuilder.begin(home);
        BackupKey key = BackupKey.generate(random)) {
      PasswordStrength.check(config.serverName(), username, password);
      UserId userId = registerAccount(config, username, password, recoveryKey, key);
      complete(builder, config, username, userId, key);
      return userId;
    } catch (WeakPasswordException | UnusablePasswordException e) {
      throw new MalformedInputException("The password is refused: " + e.getMessage(), e);
    } catch (OpaqueException.UnacceptableParameters e) {
      throw new IntegrityException("The service is refused: " + e.getMessage(), e);
    } catch (OpaqueException e) {
      throw new IntegrityException(
          "The service's part of the registration does not hold: "
              + e.getMessage()
              + ". Nothing was registered; check service.url and server.name",
          e);
    } catch (UsernameTakenException e) {
      throw new MalformedInputException(
          "The username '"
              + username
              + "' is taken: it has a backup already. If it is yours, run recover; otherwise choose"
              + " another one. Nothing was changed",
          e);
    }
  }

  private UserId registerAccount(
      OwnerConfig config,
      String username,
      SecretBytes password,
      Optional<SecretBytes> recoveryKey,
      BackupKey key)
      throws UnusablePasswordException, OpaqueException, UsernameTakenException {
    ServerDescription server = service.server();
    if (!server.suite().equals(OpaqueSuite.NAME)) {
      throw new IntegrityException(
          "The service offers the login "
              + server.suite()
              + ", which this program does not know: update it");
    }
    KsfParameters ksf = server.ksf();
    try (PasswordInput input = PasswordInput.of(config.serverName(), username, password);
        RegistrationAttempt attempt =
            new OpaqueClient(ksf, policy, random).createRegistrationRequest(input)) {
      RegistrationOffer offer = service.startRegistration(username, attempt.request().toBytes());
      UserId userId = offer.userId();
      try (RegistrationResult result =
              attempt.finalizeRegistrationRequest(RegistrationResponse.parse(offer.response()));
          Kek kek = Kek.fromOpaqueExportKey(result.exportKey(), userId);
          KeyRing ring = key.deriveKeys(userId, 1)) {
        return service.finishRegistration(
            offer,
            new OwnerSigner(userId, 1, ring.author()),
            result.record().toBytes(),
            bundle(kek, WrapParameters.ofPassword(ksf), recoveryKey, userId, username, key),
            ksf,
            recoveryKey.map(printed -> BundleChange.publicKey(printed, userId)));
      }
    }
  }

  /** The first bundle: no floor yet, because there is no log yet. */
  private static Bytes bundle(
      Kek kek,
      Bytes parameters,
      Optional<SecretBytes> recoveryKey,
      UserId userId,
      String username,
      BackupKey key) {
    // The content closes its keys: it gets a copy of its own.
    byte[] material = BackupKeyAccess.copyMaterial(key);
    try (BundleContent content =
        new BundleContent(
            username,
            userId,
            List.of(new VersionedKey(1, BackupKey.takeOwnershipOf(material))),
            Optional.empty())) {
      List<KeyWrap> wraps = new ArrayList<>();
      wraps.add(KeyWraps.wrap(kek, 1, parameters, content));
      if (recoveryKey.isPresent()) {
        try (Kek printed = Kek.fromRecoveryKey(recoveryKey.get(), userId)) {
          wraps.add(KeyWraps.wrap(printed, 1, WrapParameters.ofRecoveryKey(), content));
        }
      }
      return BundleCodec.withBuiltInSchemas().encode(new StoredBundle(userId, 1, wraps));
    }
  }

  private OpenedEpoch openLog(UserId userId, BackupKey key, KnownSchemaIds ids) {
    try (KeyRing ring = key.deriveKeys(userId, 1)) {
      BrokerConnection connection = owner.connect(new OwnerSigner(userId, 1, ring.author()), 1);
      ids.learn(connection.schemaIds());
      Bytes record =
          new RecordCodec(ids.ids())
              .encode(
                  EpochDraft.genesis(userId, ring.author().publicKey(), clock.millis())
                      .sign(ring.author()));
      return new OpenedEpoch(0, record, appender.append(connection, record));
    }
  }
}
