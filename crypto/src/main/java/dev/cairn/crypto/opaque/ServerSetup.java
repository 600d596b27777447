package dev.cairn.crypto.opaque;

import dev.cairn.crypto.SecretBytes;
import java.security.SecureRandom;

/**
 * The secrets of an OPAQUE server: 32 bytes of OPRF seed and a key pair. {@link #close()} closes
 * both. Thread-safe.
 */
public final class ServerSetup implements AutoCloseable {
  /** Bytes of the OPRF seed. */
  public static final int OPRF_SEED_SIZE = Wire.HASH;

  private final SecretBytes oprfSeed;
  private final ServerKeyPair keyPair;

  /**
   * Takes both over: closing this closes them.
   *
   * @throws IllegalArgumentException if the seed does not have 32 bytes
   */
  public ServerSetup(SecretBytes oprfSeed, ServerKeyPair keyPair) {
    if (oprfSeed.size() != OPRF_SEED_SIZE) {
      throw new IllegalArgumentException(
          "an OPRF seed has " + OPRF_SEED_SIZE + " bytes, not " + oprfSeed.size());
    }
    this.oprfSeed = oprfSeed;
    this.keyPair = keyPair;
  }

  /** Fresh random secrets. */
  public static ServerSetup generate(SecureRandom random) {
    byte[] seed = new byte[OPRF_SEED_SIZE];
    random.nextBytes(seed);
    return new ServerSetup(SecretBytes.takeOwnershipOf(seed), ServerKeyPair.generate(random));
  }

  /** From this seed the OPRF key of every credential derives. */
  public SecretBytes oprfSeed() {
    return oprfSeed;
  }

  /** The key of the key exchange. */
  public ServerKeyPair keyPair() {
    return keyPair;
  }

  @Override
  public void close() {
    oprfSeed.close();
    keyPair.close();
  }

  @Override
  public String toString() {
    return "ServerSetup(" + keyPair + ")";
  }
}
