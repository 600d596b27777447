package dev.cairn.crypto.opaque;

import dev.cairn.crypto.SecretBytes;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.math.ec.ECPoint;

/** {@code DiffieHellman} of RFC 9807 section 6.4.1.2, three times in a row. */
final class DiffieHellman {
  private DiffieHellman() {}

  /** The serialized product of a private key and a checked public one: 33 bytes to zero. */
  static byte[] shared(SecretBytes privateKey, ECPoint publicKey, SecureRandom random) {
    byte[] material = privateKey.copyMaterial();
    BigInteger scalar = P256.scalar(material);
    Arrays.fill(material, (byte) 0);
    return P256.serialize(P256.multiply(publicKey, scalar, random)).toByteArray();
  }

  /** {@code concat(dh1, dh2, dh3)}; the parts are zeroed. */
  static byte[] concat(byte[] dh1, byte[] dh2, byte[] dh3) {
    byte[] ikm = new byte[3 * Wire.ELEMENT];
    System.arraycopy(dh1, 0, ikm, 0, Wire.ELEMENT);
    System.arraycopy(dh2, 0, ikm, Wire.ELEMENT, Wire.ELEMENT);
    System.arraycopy(dh3, 0, ikm, 2 * Wire.ELEMENT, Wire.ELEMENT);
    Arrays.fill(dh1, (byte) 0);
    Arrays.fill(dh2, (byte) 0);
    Arrays.fill(dh3, (byte) 0);
    return ikm;
  }
}
