package dev.cairn.crypto.bundle;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Layout;
import dev.cairn.crypto.MalformedLayoutException;
import dev.cairn.crypto.SealBrokenException;
import dev.cairn.crypto.Sha256;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.Xaes256Gcm;
import java.util.Arrays;

/**
 * Wraps and unwraps backup keys under a {@link Kek}.
 *
 * <p>{@code wrap key = HKDF(KEK, label(wrap-key))}; {@code commitment = HKDF(KEK,
 * label(wrap-commit))}; sealed with XAES-256-GCM, associated data {@code label(wrap) ‖ userId ‖ u32
 * bundle version ‖ u8 kind ‖ SHA-256(parameters)}.
 *
 * <p><b>Guaranteed:</b> what {@link #unwrap} gives was wrapped with this very secret for this user,
 * bundle version, kind and parameters. The commitment is compared first and in constant time,
 * because AES-GCM does not commit to its key. <b>Not guaranteed:</b> that it is the newest bundle:
 * see {@link Floor}.
 */
public final class KeyWraps {
  private static final int MAX_SEALED = 4096;
  private static final int MAC = Xaes256Gcm.OVERHEAD - Xaes256Gcm.NONCE_SIZE;

  private KeyWraps() {}

  /**
   * Wraps the content, which stays the caller's to close.
   *
   * @param bundleVersion from 1, one more with each replacement
   * @param parameters versioned parameters of the secret; for a wallet the exact bytes that it
   *     signed
   */
  public static KeyWrap wrap(Kek kek, int bundleVersion, Bytes parameters, BundleContent content) {
    byte[] plaintext = content.toSecretLayout();
    try (Xaes256Gcm cipher = Xaes256Gcm.takeOwnershipOf(kek.wrapKey())) {
      Bytes sealed =
          cipher.sealSecret(
              associatedData(content.userId(), bundleVersion, kek.kind(), parameters), plaintext);
      return new KeyWrap(
          kek.kind(),
          parameters,
          kek.commitment(),
          sealed.slice(0, Xaes256Gcm.NONCE_SIZE),
          sealed.slice(Xaes256Gcm.NONCE_SIZE, sealed.size()));
    } finally {
      Arrays.fill(plaintext, (byte) 0);
    }
  }

  /**
   * Opens a wrap of this user and bundle version.
   *
   * @return the content, which the caller closes
   * @throws WrapBrokenException if the secret is another one or the wrap is not what was made for
   *     this user and version
   */
  public static BundleContent unwrap(Kek kek, UserId userId, int bundleVersion, KeyWrap wrap)
      throws WrapBrokenException {
    if (!kek.commitment().equalsConstantTime(wrap.commitment()) || wrap.kind() != kek.kind()) {
      throw new WrapBrokenException(
          WrapBrokenException.Reason.OTHER_KEY,
          "the recovery bundle was wrapped with another secret (" + wrap.kind() + ")");
    }
    if (wrap.nonce().size() != Xaes256Gcm.NONCE_SIZE
        || wrap.sealed().size() < MAC
        || wrap.sealed().size() > MAX_SEALED
        || bundleVersion < 1) {
      throw new WrapBrokenException(
          WrapBrokenException.Reason.ALTERED, "the recovery bundle is cut or has bytes added");
    }
    byte[] plaintext;
    try (Xaes256Gcm cipher = Xaes256Gcm.takeOwnershipOf(kek.wrapKey())) {
      plaintext =
          cipher.openSecret(
              associatedData(userId, bundleVersion, wrap.kind(), wrap.parameters()),
              Bytes.concat(wrap.nonce(), wrap.sealed()));
    } catch (SealBrokenException e) {
      throw new WrapBrokenException(
          WrapBrokenException.Reason.ALTERED,
          "the recovery bundle was altered, or is of another user or version, since it was wrapped with this secret",
          e);
    }
    try {
      BundleContent content = BundleContent.read(plaintext);
      if (!content.userId().equals(userId)) {
        content.close();
        throw new WrapBrokenException(
            WrapBrokenException.Reason.MALFORMED,
            "the recovery bundle holds the keys of another user");
      }
      return content;
    } catch (MalformedLayoutException e) {
      throw new WrapBrokenException(
          WrapBrokenException.Reason.MALFORMED,
          "the recovery bundle opened, but holds no keys: " + e.getMessage(),
          e);
    } finally {
      Arrays.fill(plaintext, (byte) 0);
    }
  }

  private static Bytes associatedData(
      UserId userId, int bundleVersion, WrapKind kind, Bytes parameters) {
    if (bundleVersion < 1) {
      throw new IllegalArgumentException("bundle versions count from 1, not " + bundleVersion);
    }
    return Layout.label("wrap")
        .userId(userId)
        .u32(bundleVersion)
        .u8(kind.code())
        .bytes(Sha256.hash(parameters))
        .toBytes();
  }
}
