package dev.cairn.keyserver.recover;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.KeyRing;
import dev.cairn.crypto.bundle.BundleContent;
import dev.cairn.crypto.bundle.KeyWrap;
import dev.cairn.crypto.bundle.KeyWraps;
import dev.cairn.crypto.bundle.WrapBrokenException;
import dev.cairn.crypto.bundle.WrapKind;
import dev.cairn.crypto.opaque.KsfPolicy;
import dev.cairn.journal.bundle.BundleCodec;
import dev.cairn.journal.bundle.MalformedBundleException;
import dev.cairn.journal.bundle.StoredBundle;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.service.AccessToken;
import dev.cairn.keyserver.service.BackupPort;
import dev.cairn.keyserver.service.LoginPort;
import dev.cairn.keyserver.service.PossessionSigner;
import dev.cairn.keyserver.service.RecoveryPort;
import dev.cairn.keyserver.service.ServiceRefusedException;
import dev.cairn.keyserver.service.TokenInvalidException;
import dev.cairn.schemas.http.ErrorCodes;
import java.security.SecureRandom;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The ladder: secret, bundle, possession. Uses the proof until it is closed, because tokens are
 * short-lived and a download may not be: an expired one is renewed by a new login. Thread-safe.
 */
final class Access implements AutoCloseable {
  /** A request with a token of possession. */
  interface TokenCall<T, X extends Exception> {
    T with(AccessToken token) throws TokenInvalidException, X;
  }

  /** A request with a token of possession that also proves it again. */
  interface SignedCall<T, X extends Exception> {
    T with(AccessToken token, PossessionSigner signer) throws TokenInvalidException, X;
  }

  private record Rung(
      Optional<LoginSession> session, Optional<PossessionSigner> signer, AccessToken token) {}

  private final BackupPort backup;
  private final Optional<RecoveryPort> service;
  private final String username;
  private final Optional<Proof> proof;
  private final KsfPolicy policy;
  private final SecureRandom random;
  private final OwnerKeys keys;
  private final Optional<StoredBundle> bundle;
  private Rung rung;

  private Access(
      BackupPort backup,
      Optional<RecoveryPort> service,
      String username,
      Optional<Proof> proof,
      KsfPolicy policy,
      SecureRandom random,
      OwnerKeys keys,
      Optional<StoredBundle> bundle,
      Rung rung) {
    this.backup = backup;
    this.service = service;
    this.username = username;
    this.proof = proof;
    this.policy = policy;
    this.random = random;
    this.keys = keys;
    this.bundle = bundle;
    this.rung = rung;
  }

  /** Climbs; the proof stays the caller's to close, after this. */
  static Access open(
      RecoveryPort port, String username, Proof proof, KsfPolicy policy, SecureRandom random) {
    LoginSession session = LoginSession.open(port, username, proof, policy, random);
    boolean done = false;
    try {
      StoredBundle bundle = bundle(port, session);
      OwnerKeys keys = new OwnerKeys(unwrap(bundle, session, username, proof.secret().kind()));
      try {
        Rung rung = possess(port, session, keys);
        done = true;
        return new Access(
            port,
            Optional.of(port),
            username,
            Optional.of(proof),
            policy,
            random,
            keys,
            Optional.of(bundle),
            rung);
      } finally {
        if (!done) {
          keys.close();
        }
      }
    } finally {
      if (!done) {
        session.close();
      }
    }
  }

  /**
   * Without climbing: for who has the backup key, through a port that needs no token.
   *
   * @param content is closed with this
   */
  static Access ofOwner(BackupPort port, BundleContent content, SecureRandom random) {
    return new Access(
        port,
        Optional.empty(),
        content.identity(),
        Optional.empty(),
        KsfPolicy.STANDARD,
        random,
        new OwnerKeys(content),
        Optional.empty(),
        new Rung(Optional.empty(), Optional.empty(), OwnerBackupPort.NO_TOKEN));
  }

  OwnerKeys keys() {
    return keys;
  }

  /** The bundle as it was when this was opened. */
  StoredBundle bundle() {
    return bundle.orElseThrow(() -> new IllegalStateException("nobody has logged in"));
  }

  /** The newest login; stays this object's to close. */
  LoginSession session() {
    return current().session().orElseThrow(() -> new IllegalStateException("nobody has logged in"));
  }

  /** What the backup consists of. */
  BackupPort backup() {
    return backup;
  }

  /** The service, for who has logged in. */
  RecoveryPort service() {
    return service.orElseThrow(() -> new IllegalStateException("nobody has logged in"));
  }

  /** Sends a request; logs in again, once, if its token has expired. */
  <T, X extends Exception> T call(TokenCall<T, X> call) throws X {
    Rung used = current();
    try {
      return call.with(used.token());
    } catch (TokenInvalidException expired) {
      Rung renewed = renew(used);
      try {
        return call.with(renewed.token());
      } catch (TokenInvalidException e) {
        throw notAccepted(e);
      }
    }
  }

  /** As {@link #call(TokenCall)}, for a request that is signed, too. */
  <T, X extends Exception> T call(SignedCall<T, X> call) throws X {
    Rung used = current();
    try {
      return call.with(used.token(), signerOf(used));
    } catch (TokenInvalidException expired) {
      Rung renewed = renew(used);
      try {
        return call.with(renewed.token(), signerOf(renewed));
      } catch (TokenInvalidException e) {
        throw notAccepted(e);
      }
    }
  }

  private static PossessionSigner signerOf(Rung rung) {
    return rung.signer()
        .orElseThrow(() -> new IllegalStateException("possession is not proven without a login"));
  }

  private static UnavailableException notAccepted(TokenInvalidException e) {
    return new UnavailableException(
        "The recovery service does not accept the login that it has just given ("
            + e.getMessage()
            + "). Nothing was changed; what is downloaded stays, run it again",
        e);
  }

  private synchronized Rung current() {
    return rung;
  }

  private synchronized Rung renew(Rung expired) {
    if (rung.equals(expired)) {
      Proof again =
          proof.orElseThrow(
              () -> new UnavailableException("The service does not accept the owner's signature"));
      LoginSession session = LoginSession.open(service(), username, again, policy, random);
      if (!session.userId().equals(keys.userId())) {
        session.close();
        throw new IntegrityException(
            "The service calls the account "
                + session.userId()
                + " now, and "
                + keys.userId()
                + " before");
      }
      rung = possess(service(), session, keys);
      expired.session().ifPresent(LoginSession::close);
    }
    return rung;
  }

  private static StoredBundle bundle(LoginPort port, LoginSession session) {
    try {
      Bytes bytes = port.bundle(session.token());
      StoredBundle bundle = BundleCodec.withBuiltInSchemas().decode(bytes);
      if (!bundle.userId().equals(session.userId())) {
        throw broken("it is of user " + bundle.userId() + ", not of " + session.userId(), null);
      }
      return bundle;
    } catch (MalformedBundleException e) {
      throw broken(String.valueOf(e.getMessage()), e);
    } catch (TokenInvalidException e) {
      throw new UnavailableException(
          "The recovery service does not accept the login that it has just given", e);
    }
  }

  private static BundleContent unwrap(
      StoredBundle bundle, LoginSession session, String username, WrapKind kind) {
    try {
      Optional<KeyWrap> wrap = bundle.wrap(kind);
      if (wrap.isEmpty()) {
        throw broken("it cannot be opened in this way (" + kind + ")", null);
      }
      BundleContent content =
          KeyWraps.unwrap(
              session.kek(wrap.get().parameters()),
              session.userId(),
              bundle.bundleVersion(),
              wrap.get());
      if (!content.identity().equals(username)) {
        content.close();
        throw broken("it is of another username", null);
      }
      return content;
    } catch (WrapBrokenException e) {
      throw broken(String.valueOf(e.getMessage()), e);
    }
  }

  private static IntegrityException broken(String why, @Nullable Exception cause) {
    String message =
        "The secret is right, but the recovery bundle does not hold: "
            + why
            + ". Without the right one nothing can be opened; ask the provider";
    return cause == null ? new IntegrityException(message) : new IntegrityException(message, cause);
  }

  private static Rung possess(LoginPort port, LoginSession session, OwnerKeys keys) {
    Optional<ServiceRefusedException> refused = Optional.empty();
    for (KeyRing ring : keys.newestFirst()) {
      PossessionSigner signer = session.signer(ring);
      try {
        return new Rung(
            Optional.of(session),
            Optional.of(signer),
            port.provePossession(session.token(), signer));
      } catch (ServiceRefusedException e) {
        if (!e.code().equals(ErrorCodes.SIGNATURE_INVALID)) {
          throw e;
        }
        refused =
            Optional.of(e); // While rotating, the account may know the other key still, or already.
      } catch (TokenInvalidException e) {
        throw new UnavailableException(
            "The recovery service does not accept the login that it has just given", e);
      }
    }
    throw new IntegrityException(
        "The bundle opened, but the service knows the account by another author key: bundle and"
            + " account do not belong together. Nothing was recovered; ask the provider",
        refused.orElseThrow());
  }

  @Override
  public void close() {
    current().session().ifPresent(LoginSession::close);
    keys.close();
  }
}
