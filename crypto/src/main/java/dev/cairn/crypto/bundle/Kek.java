package dev.cairn.crypto.bundle;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Hkdf;
import dev.cairn.crypto.Layout;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.UserId;
import java.util.Arrays;

/**
 * The key-encryption key of one user and one secret: {@code HKDF-SHA256(x, salt = empty, info =
 * label(kek) ‖ userId)}, 32 bytes.
 *
 * <p>Thread-safe; zeroed by {@link #close()}.
 */
public final class Kek implements AutoCloseable {
  /** Bytes of OPAQUE's export key. */
  public static final int EXPORT_KEY_SIZE = 32;

  /** Bytes of a wallet's {@code r ‖ s}. */
  public static final int WALLET_SIGNATURE_SIZE = 64;

  /** Bytes of a recovery key. */
  public static final int RECOVERY_KEY_SIZE = 16;

  private static final int SIZE = 32;

  private final WrapKind kind;
  private final SecretBytes key;

  private Kek(WrapKind kind, SecretBytes key) {
    this.kind = kind;
    this.key = key;
  }

  /** From OPAQUE's export key, 32 bytes, which stays the caller's to close. */
  public static Kek fromOpaqueExportKey(SecretBytes exportKey, UserId userId) {
    return derive(WrapKind.OPAQUE, exportKey, EXPORT_KEY_SIZE, userId);
  }

  /**
   * From a wallet's deterministic signature, {@code r ‖ s} with low s, 64 bytes, which stays the
   * caller's to close.
   */
  public static Kek fromWalletSignature(SecretBytes signature, UserId userId) {
    return derive(WrapKind.WALLET, signature, WALLET_SIGNATURE_SIZE, userId);
  }

  /** From a printed recovery key, 16 bytes, which stays the caller's to close. */
  public static Kek fromRecoveryKey(SecretBytes recoveryKey, UserId userId) {
    return derive(WrapKind.RECOVERY_KEY, recoveryKey, RECOVERY_KEY_SIZE, userId);
  }

  /** What the key comes from. */
  public WrapKind kind() {
    return kind;
  }

  byte[] wrapKey() {
    return expand("wrap-key");
  }

  Bytes commitment() {
    return Bytes.wrap(expand("wrap-commit"));
  }

  private byte[] expand(String name) {
    byte[] copy = key.copyMaterial();
    try {
      return Hkdf.sha256(copy, Bytes.EMPTY, Layout.label(name).toBytes(), SIZE);
    } finally {
      Arrays.fill(copy, (byte) 0);
    }
  }

  private static Kek derive(WrapKind kind, SecretBytes secret, int size, UserId userId) {
    if (secret.size() != size) {
      throw new IllegalArgumentException(
          "a secret of kind " + kind + " has " + size + " bytes, not " + secret.size());
    }
    byte[] copy = secret.copyMaterial();
    try {
      return new Kek(
          kind,
          SecretBytes.takeOwnershipOf(
              Hkdf.sha256(copy, Bytes.EMPTY, Layout.label("kek").userId(userId).toBytes(), SIZE)));
    } finally {
      Arrays.fill(copy, (byte) 0);
    }
  }

  /** Zeroes the key. */
  @Override
  public void close() {
    key.close();
  }

  @Override
  public String toString() {
    return "Kek(" + kind + ")";
  }
}
