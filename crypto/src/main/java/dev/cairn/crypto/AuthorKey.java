package dev.cairn.crypto;

import java.util.Arrays;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * The Ed25519 key that signs an owner's records and statements (RFC 8032 section 5.1, pure Ed25519,
 * deterministic).
 *
 * <p>Thread-safe; using it after {@link #close()} throws {@link IllegalStateException}.
 */
public final class AuthorKey implements AutoCloseable {
  private final SecretBytes seed;
  private final byte[] publicKey = new byte[Ed25519.PUBLIC_KEY_SIZE];

  private AuthorKey(SecretBytes seed) {
    this.seed = seed;
    byte[] copy = seed.copyMaterial();
    Ed25519.generatePublicKey(copy, 0, publicKey, 0);
    Arrays.fill(copy, (byte) 0);
  }

  /**
   * From the 32-byte seed, which is the caller's no more.
   *
   * @throws IllegalArgumentException if it is not 32 bytes
   */
  public static AuthorKey takeOwnershipOfSeed(byte[] givenUp) {
    if (givenUp.length != Ed25519.SECRET_KEY_SIZE) {
      throw new IllegalArgumentException("an Ed25519 seed has 32 bytes, not " + givenUp.length);
    }
    return new AuthorKey(SecretBytes.takeOwnershipOf(givenUp));
  }

  /** The key that verifies what this one signs. */
  public AuthorPublicKey publicKey() {
    return new AuthorPublicKey(Bytes.copyOf(publicKey));
  }

  /** The 64-byte signature of the message. */
  public Bytes sign(Bytes message) {
    byte[] copy = seed.copyMaterial();
    try {
      byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
      byte[] content = message.unsafeArray();
      Ed25519.sign(copy, 0, publicKey, 0, content, 0, content.length, signature, 0);
      return Bytes.wrap(signature);
    } finally {
      Arrays.fill(copy, (byte) 0);
    }
  }

  /** Zeroes the seed. */
  @Override
  public void close() {
    seed.close();
  }

  @Override
  public String toString() {
    return "AuthorKey(" + publicKey().fingerprint() + ")";
  }
}
