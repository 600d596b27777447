package dev.cairn.keyserver.recover;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.KeyRing;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.bundle.BundleContent;
import dev.cairn.crypto.bundle.Floor;
import dev.cairn.crypto.bundle.Kek;
import dev.cairn.crypto.bundle.KeyWrap;
import dev.cairn.crypto.bundle.KeyWraps;
import dev.cairn.crypto.bundle.RecoveryKey;
import dev.cairn.crypto.bundle.VersionedKey;
import dev.cairn.crypto.bundle.WrapBrokenException;
import dev.cairn.crypto.bundle.WrapKind;
import dev.cairn.crypto.opaque.KsfPolicy;
import dev.cairn.journal.bundle.BundleCodec;
import dev.cairn.journal.bundle.StoredBundle;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.error.WrongSecretException;
import dev.cairn.keyserver.service.TokenInvalidException;
import dev.cairn.schemas.http.CredentialsReplace;
import dev.cairn.schemas.http.PasswordRecord;
import dev.cairn.schemas.http.WalletProof;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The recovery bundle, opened with the secret to be wrapped again: with other keys in it, or for
 * other secrets. One replacement for each login.
 *
 * <p>Every wrap is renewed with the secret that it opens by, so that a change by password needs the
 * recovery key, too, where there is one, or a decision about it ({@link RecoveryKeyChoice}). Where
 * only keys change, the bundle alone is replaced; where secrets change, too, the account's change
 * with it in one step, and every session ends.
 */
public final class BundleChange implements AutoCloseable {
  private final AccountPorts ports;
  private final Access access;
  private final StoredBundle stored;
  private final WrapKind openedBy;
  private final RecoveryKeyChoice recoveryKey;

  /** A way to open the bundle. The key stays its maker's to close. */
  record Wrapping(Kek kek, Bytes parameters) {}

  private BundleChange(
      AccountPorts ports,
      Access access,
      StoredBundle stored,
      WrapKind openedBy,
      RecoveryKeyChoice recoveryKey) {
    this.ports = ports;
    this.access = access;
    this.stored = stored;
    this.openedBy = openedBy;
    this.recoveryKey = recoveryKey;
  }

  /**
   * Logs in and opens the bundle.
   *
   * @param proof stays the caller's to close, after this
   * @throws WrongSecretException if it is not the one
   * @throws MalformedInputException if the recovery key is asked for and nothing was said about it
   */
  public static BundleChange open(
      AccountPorts ports, String username, Proof proof, RecoveryKeyChoice recoveryKey) {
    return open(ports, username, proof, recoveryKey, KsfPolicy.STANDARD);
  }

  static BundleChange open(
      AccountPorts ports,
      String username,
      Proof proof,
      RecoveryKeyChoice recoveryKey,
      KsfPolicy policy) {
    Access access = Access.open(ports.recovery(), username, proof, policy, new SecureRandom());
    BundleChange change =
        new BundleChange(ports, access, access.bundle(), proof.secret().kind(), recoveryKey);
    boolean done = false;
    try {
      change.checkRecoveryKey();
      done = true;
      return change;
    } finally {
      if (!done) {
        access.close();
      }
    }
  }

  /** The author key of a version in the bundle, if that is there. */
  public Optional<KeyRing> ring(int keyVersion) {
    return access.keys().ring(keyVersion);
  }

  /** What the bundle knows of the log. */
  public Optional<Floor> floor() {
    return access.keys().content().floor();
  }

  Access access() {
    return access;
  }

  /** The newest login: an expired token is renewed by another one, which closes the one before. */
  LoginSession session() {
    return access.session();
  }

  private Optional<KeyWrap> recoveryWrap() {
    return stored.wrap(WrapKind.RECOVERY_KEY);
  }

  private void checkRecoveryKey() {
    switch (recoveryKey) {
      case RecoveryKeyChoice.Unnamed unnamed -> {
        if (recoveryWrap().isPresent() && openedBy != WrapKind.RECOVERY_KEY) {
          throw new MalformedInputException(
              "The bundle opens by a recovery key, too, and nobody else can renew that: give it"
                  + " (--recovery-key-file), have a new one made (--new-recovery-key-file), or give"
                  + " it up (--without-recovery-key). Nothing was changed");
        }
      }
      case RecoveryKeyChoice.Given given -> {
        if (recoveryWrap().isEmpty()) {
          throw new MalformedInputException(
              "The bundle does not open by a recovery key: there is none to keep. Nothing was"
                  + " changed");
        }
        requireOpens(given.key(), recoveryWrap().get());
      }
      case RecoveryKeyChoice.Fresh fresh -> {}
      case RecoveryKeyChoice.Dropped dropped -> {}
    }
  }

  private void requireOpens(SecretBytes key, KeyWrap wrap) {
    UserId userId = access.keys().userId();
    try (Kek kek = Kek.fromRecoveryKey(key, userId);
        BundleContent content = KeyWraps.unwrap(kek, userId, stored.bundleVersion(), wrap)) {
      content.identity();
    } catch (WrapBrokenException e) {
      throw new WrongSecretException(
          "The recovery key is not the one in force. Nothing was changed; if it was written for a"
              + " change that did not come to its end, remove that file and have another one made",
          e);
    }
  }

  /** What is said of the recovery key to the service. */
  private String recoveryKeyChange() {
    return switch (recoveryKey) {
      case RecoveryKeyChoice.Unnamed unnamed -> CredentialsReplace.KEEP;
      case RecoveryKeyChoice.Given given -> CredentialsReplace.KEEP;
      case RecoveryKeyChoice.Fresh fresh -> CredentialsReplace.NEW;
      case RecoveryKeyChoice.Dropped dropped ->
          recoveryWrap().isPresent() ? CredentialsReplace.NONE : CredentialsReplace.KEEP;
    };
  }

  private Optional<String> recoveryPublicKey() {
    return recoveryKey instanceof RecoveryKeyChoice.Fresh fresh
        ? Optional.of(publicKey(fresh.key(), access.keys().userId()).base64Url())
        : Optional.empty();
  }

  /** What a recovery key logs in by, as the service keeps it. */
  public static Bytes publicKey(SecretBytes recoveryKey, UserId userId) {
    try (var loginKey = RecoveryKey.loginKey(recoveryKey, userId)) {
      return loginKey.publicKey().raw();
    }
  }

  /**
   * Wraps these keys, under the same secrets, and puts the bundle in force.
   *
   * @param keys taken over and closed
   */
  public void replace(List<VersionedKey> keys, Optional<Floor> floor) {
    try (BundleContent content =
        new BundleContent(
            access.keys().content().identity(), access.keys().userId(), keys, floor)) {
      Bytes bundle = wrapped(content, currentLogin());
      if (recoveryKeyChange().equals(CredentialsReplace.KEEP)) {
        put(bundle);
      } else {
        change(CredentialsReplace.KEEP, Optional.empty(), bundle);
      }
    }
  }

  /** Puts another choice about the recovery key in force; the keys stay. */
  public void replaceRecoveryKey() {
    change(
        CredentialsReplace.KEEP,
        Optional.empty(),
        wrapped(access.keys().content(), currentLogin()));
  }

  /** Puts another password in force, in place of whatever logged in before; the keys stay. */
  void replacePassword(Wrapping password, PasswordRecord record) {
    change(
        CredentialsReplace.PASSWORD,
        Optional.of(record),
        wrapped(access.keys().content(), password));
  }

  /** Puts a wallet in force, in place of whatever logged in before; the keys stay. */
  void replaceByWallet(Wrapping wallet, WalletProof proof) {
    change(
        CredentialsReplace.WALLET,
        Optional.empty(),
        Optional.of(proof),
        wrapped(access.keys().content(), wallet));
  }

  private Wrapping currentLogin() {
    Optional<KeyWrap> mine = stored.wrap(openedBy);
    if (openedBy == WrapKind.RECOVERY_KEY || mine.isEmpty()) {
      throw new MalformedInputException(
          "The recovery key does not renew what the password opens: log in with the password, and"
              + " give the recovery key besides. Nothing was changed");
    }
    return new Wrapping(session().kek(mine.get().parameters()), mine.get().parameters());
  }

  private Bytes wrapped(BundleContent content, Wrapping login) {
    int version = stored.bundleVersion() + 1;
    List<KeyWrap> wraps = new ArrayList<>();
    wraps.add(KeyWraps.wrap(login.kek(), version, login.parameters(), content));
    switch (recoveryKey) {
      case RecoveryKeyChoice.Unnamed unnamed ->
          recoveryWrap()
              .ifPresent(wrap ->
                  wraps.add(
                      KeyWraps.wrap(
                          session().kek(wrap.parameters()), version, wrap.parameters(), content)));
      case RecoveryKeyChoice.Given given -> wraps.add(wrap(given.key(), version, content));
      case RecoveryKeyChoice.Fresh fresh -> wraps.add(wrap(fresh.key(), version, content));
      case RecoveryKeyChoice.Dropped dropped -> {}
    }
    return BundleCodec.withBuiltInSchemas()
        .encode(new StoredBundle(access.keys().userId(), version, wraps));
  }

  static KeyWrap wrap(SecretBytes recoveryKey, int version, BundleContent content) {
    try (Kek kek = Kek.fromRecoveryKey(recoveryKey, content.userId())) {
      return KeyWraps.wrap(kek, version, WrapParameters.ofRecoveryKey(), content);
    }
  }

  private void put(Bytes bundle) {
    Access.SignedCall<Boolean, TokenInvalidException> put =
        (token, signer) -> {
          ports.bundles().replaceBundle(token, signer, bundle);
          return true;
        };
    send(put);
  }

  private void change(String login, Optional<PasswordRecord> password, Bytes bundle) {
    change(login, password, Optional.empty(), bundle);
  }

  private void change(
      String login, Optional<PasswordRecord> password, Optional<WalletProof> wallet, Bytes bundle) {
    change(
        new CredentialsReplace(
            session().accountVersion(),
            login,
            password,
            wallet,
            recoveryKeyChange(),
            recoveryPublicKey(),
            CredentialsReplace.KEEP,
            Optional.empty(),
            List.of(),
            Optional.of(bundle.base64Url())));
  }

  void change(CredentialsReplace request) {
    if (recoveryKey instanceof RecoveryKeyChoice.Fresh fresh) {
      fresh.sent();
    }
    Access.SignedCall<Boolean, TokenInvalidException> change =
        (token, signer) -> {
          ports.credentials().change(token, signer, request);
          return true;
        };
    send(change);
  }

  private void send(Access.SignedCall<Boolean, TokenInvalidException> call) {
    try {
      access.call(call);
    } catch (TokenInvalidException e) {
      throw new UnavailableException(
          "The recovery service does not accept the login that it has just given", e);
    }
  }

  @Override
  public void close() {
    access.close();
  }
}
