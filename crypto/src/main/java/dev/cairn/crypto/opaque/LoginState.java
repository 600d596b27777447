package dev.cairn.crypto.opaque;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.SecretBytes;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * What a server remembers between KE2 and KE3: {@code expected client MAC(32) ‖ session key(32)}.
 * Whoever reads it can finish the login without the password, so it is kept in memory or sealed.
 *
 * <p>Thread-safe; zeroed by {@link #close()}. That it serves only one finish is for the caller to
 * see to.
 */
public final class LoginState implements AutoCloseable {
  /** Bytes of {@link #copyMaterial()}. */
  public static final int SIZE = 2 * Wire.HASH;

  private final SecretBytes material;

  LoginState(Bytes expectedClientMac, SecretBytes sessionKey) {
    byte[] key = sessionKey.copyMaterial();
    sessionKey.close();
    byte[] both = new byte[SIZE];
    expectedClientMac.copyInto(both, 0);
    System.arraycopy(key, 0, both, Wire.HASH, Wire.HASH);
    Arrays.fill(key, (byte) 0);
    material = SecretBytes.takeOwnershipOf(both);
  }

  private LoginState(SecretBytes material) {
    this.material = material;
  }

  /**
   * The state of these bytes, which are the caller's no more.
   *
   * @throws IllegalArgumentException if there are not 64
   */
  public static LoginState takeOwnershipOf(byte[] givenUp) {
    if (givenUp.length != SIZE) {
      throw new IllegalArgumentException(
          "a login state has " + SIZE + " bytes, not " + givenUp.length);
    }
    return new LoginState(SecretBytes.takeOwnershipOf(givenUp));
  }

  /** A copy to seal, which the caller zeroes. */
  public byte[] copyMaterial() {
    return material.copyMaterial();
  }

  /**
   * {@code ServerFinish} (RFC 9807 section 6.2.4).
   *
   * @return the session key, which the caller closes
   * @throws OpaqueException.ClientAuthentication if the client did not prove the password
   */
  public SecretBytes serverFinish(KE3 ke3) throws OpaqueException.ClientAuthentication {
    byte[] both = material.copyMaterial();
    byte[] expected = Arrays.copyOf(both, Wire.HASH);
    try {
      if (!MessageDigest.isEqual(expected, ke3.clientMac().toByteArray())) {
        throw new OpaqueException.ClientAuthentication();
      }
      return SecretBytes.takeOwnershipOf(Arrays.copyOfRange(both, Wire.HASH, SIZE));
    } finally {
      Arrays.fill(both, (byte) 0);
      Arrays.fill(expected, (byte) 0);
    }
  }

  @Override
  public void close() {
    material.close();
  }

  @Override
  public String toString() {
    return "LoginState";
  }
}
