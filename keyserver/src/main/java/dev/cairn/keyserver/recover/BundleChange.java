package dev.cairn.keyserver.recover;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.KeyRing;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.bundle.BundleContent;
import dev.cairn.crypto.bundle.Floor;
import dev.cairn.crypto.bundle.KeyWraps;
import dev.cairn.crypto.bundle.VersionedKey;
import dev.cairn.crypto.bundle.WrapKind;
import dev.cairn.crypto.opaque.KsfPolicy;
import dev.cairn.journal.bundle.BundleCodec;
import dev.cairn.journal.bundle.StoredBundle;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.service.BundlePort;
import dev.cairn.keyserver.service.RecoveryPort;
import dev.cairn.keyserver.service.TokenInvalidException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/**
 * The recovery bundle, opened with the secret to be wrapped again with other keys in it. One
 * replacement for each login.
 */
public final class BundleChange implements AutoCloseable {
  private final BundlePort bundles;
  private final Access access;
  private final LoginSession session;
  private final StoredBundle stored;

  private BundleChange(
      BundlePort bundles, Access access, LoginSession session, StoredBundle stored) {
    this.bundles = bundles;
    this.access = access;
    this.session = session;
    this.stored = stored;
  }

  /**
   * Logs in and opens the bundle.
   *
   * @param password stays the caller's to close
   * @throws dev.cairn.keyserver.error.WrongSecretException if it is not the one
   */
  public static BundleChange open(
      RecoveryPort port, BundlePort bundles, String username, SecretBytes password) {
    Access access = Access.open(port, username, password, KsfPolicy.STANDARD, new SecureRandom());
    StoredBundle stored = access.bundle();
    if (stored.wraps().size() != 1 || stored.wrap(WrapKind.OPAQUE).isEmpty()) {
      access.close();
      throw new MalformedInputException(
          "The bundle opens by other ways than the password, too, and this version cannot renew"
              + " those. Nothing was changed");
    }
    return new BundleChange(bundles, access, access.session(), stored);
  }

  /** The author key of a version in the bundle, if that is there. */
  public Optional<KeyRing> ring(int keyVersion) {
    return access.keys().ring(keyVersion);
  }

  /** What the bundle knows of the log. */
  public Optional<Floor> floor() {
    return access.keys().content().floor();
  }

  /**
   * Wraps these keys, under the same secret, and puts the bundle in force.
   *
   * @param keys taken over and closed
   */
  public void replace(List<VersionedKey> keys, Optional<Floor> floor) {
    int version = stored.bundleVersion() + 1;
    Bytes parameters = stored.wrap(WrapKind.OPAQUE).orElseThrow().parameters();
    Bytes bundle;
    try (BundleContent content =
        new BundleContent(
            access.keys().content().identity(), access.keys().userId(), keys, floor)) {
      bundle =
          BundleCodec.withBuiltInSchemas()
              .encode(
                  new StoredBundle(
                      access.keys().userId(),
                      version,
                      List.of(KeyWraps.wrap(session.kek(), version, parameters, content))));
    }
    Access.SignedCall<Boolean, TokenInvalidException> put =
        (token, signer) -> {
          bundles.replaceBundle(token, signer, bundle);
          return true;
        };
    try {
      access.call(put);
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
