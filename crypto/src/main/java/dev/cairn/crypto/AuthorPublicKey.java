package dev.cairn.crypto;

import java.util.Optional;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.jspecify.annotations.Nullable;

/**
 * The one verifier of owners' signatures: Ed25519 after RFC 8032 section 5.1.7, strict, so that all
 * readers agree about every signature, now and with any later library.
 *
 * <p>A signature verifies only if the public key and R are canonically encoded points of the
 * prime-order subgroup other than the neutral element, S is below the group order, and {@code [S]B
 * = R + [k]A}. RFC 8032 leaves open whether the equation is multiplied by the cofactor, and
 * libraries differ: Bouncy Castle's short-scalar verifier accepts one in eight signatures whose R
 * has a part of small order. With both points in the prime-order subgroup every variant gives the
 * same answer. No honest signer is affected.
 *
 * <p>Any 32 bytes make a value of this class; bytes that are no such point verify nothing.
 * Thread-safe, value equality.
 */
public final class AuthorPublicKey {
  /** Bytes of a public key. */
  public static final int SIZE = Ed25519.PUBLIC_KEY_SIZE;

  /** Bytes of a signature. */
  public static final int SIGNATURE_SIZE = Ed25519.SIGNATURE_SIZE;

  private final Bytes raw;

  /** Decoded and validated once, at first use; a race only repeats the work. */
  private volatile @Nullable Decoded decoded;

  /**
   * Any 32 bytes.
   *
   * @throws IllegalArgumentException if there are more or fewer
   */
  public AuthorPublicKey(Bytes raw) {
    if (raw.size() != SIZE) {
      throw new IllegalArgumentException("an Ed25519 public key has 32 bytes, not " + raw.size());
    }
    this.raw = raw;
  }

  /** The 32 bytes. */
  public Bytes raw() {
    return raw;
  }

  /** The first 16 hexadecimal digits of the key's SHA-256: for messages. */
  public String fingerprint() {
    return Sha256.hash(raw).hex().substring(0, 16);
  }

  /**
   * Whether the bytes are a canonically encoded point of the prime-order subgroup other than its
   * neutral element.
   */
  public boolean isValid() {
    return point().isPresent();
  }

  /** Whether the signature is this key's for the message; false for anything malformed. */
  public boolean verifies(Bytes message, Bytes signature) {
    if (signature.size() != SIGNATURE_SIZE) {
      return false;
    }
    Optional<Ed25519.PublicPoint> key = point();
    if (key.isEmpty()) {
      return false;
    }
    byte[] bytes = signature.unsafeArray();
    byte[] content = message.unsafeArray();
    return !SmallOrderPoints.isSmallOrder(bytes)
        && Ed25519.validatePublicKeyFull(bytes, 0)
        && Ed25519.verify(bytes, 0, key.get(), content, 0, content.length);
  }

  private Optional<Ed25519.PublicPoint> point() {
    Decoded known = decoded;
    if (known == null) {
      byte[] bytes = raw.unsafeArray();
      known =
          new Decoded(
              SmallOrderPoints.isSmallOrder(bytes)
                  ? Optional.empty()
                  : Optional.ofNullable(Ed25519.validatePublicKeyFullExport(bytes, 0)));
      decoded = known;
    }
    return known.point;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AuthorPublicKey that && raw.equals(that.raw);
  }

  @Override
  public int hashCode() {
    return raw.hashCode();
  }

  @Override
  public String toString() {
    return "AuthorPublicKey(" + raw.hex() + ")";
  }

  /** What the bytes turned out to be. */
  private record Decoded(Optional<Ed25519.PublicPoint> point) {}
}
