package dev.cairn.crypto.opaque;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.SecretBytes;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * The server's long-term key of the key exchange. Losing it (or the OPRF seed) makes every
 * registration useless; whoever steals it can pose as the server to clients.
 *
 * <p>Thread-safe; zeroed by {@link #close()}.
 */
public final class ServerKeyPair implements AutoCloseable {
  /** Bytes of the private key. */
  public static final int PRIVATE_KEY_SIZE = P256.SCALAR_SIZE;

  private final SecretBytes privateKey;
  private final Bytes publicKey;

  private ServerKeyPair(byte[] privateKey) {
    this.publicKey = P256.publicKey(P256.scalar(privateKey));
    this.privateKey = SecretBytes.takeOwnershipOf(privateKey);
  }

  /** A fresh random key. */
  public static ServerKeyPair generate(SecureRandom random) {
    return new ServerKeyPair(P256.serialize(P256.randomScalar(random)));
  }

  /**
   * The key of these 32 bytes, which are the caller's no more.
   *
   * @throws IllegalArgumentException if they are no scalar from 1 to the group order less 1 (they
   *     are zeroed all the same)
   */
  public static ServerKeyPair takeOwnershipOf(byte[] givenUp) {
    if (!P256.isPrivateKey(givenUp)) {
      Arrays.fill(givenUp, (byte) 0);
      throw new IllegalArgumentException(
          "these are not the " + PRIVATE_KEY_SIZE + " bytes of a P-256 private key");
    }
    return new ServerKeyPair(givenUp);
  }

  /** 33 bytes, compressed. */
  public Bytes publicKey() {
    return publicKey;
  }

  /** For the file that the key is kept in; the caller closes the copy. */
  public SecretBytes copyPrivateKey() {
    return SecretBytes.takeOwnershipOf(privateKey.copyMaterial());
  }

  SecretBytes privateKey() {
    return privateKey;
  }

  @Override
  public void close() {
    privateKey.close();
  }

  @Override
  public String toString() {
    return "ServerKeyPair(" + publicKey + ")";
  }
}
