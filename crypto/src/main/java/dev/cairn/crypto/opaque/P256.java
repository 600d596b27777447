package dev.cairn.crypto.opaque;

import dev.cairn.crypto.Bytes;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.hash2curve.HashToCurveProfile;
import org.bouncycastle.crypto.hash2curve.HashToEllipticCurve;
import org.bouncycastle.crypto.hash2curve.impl.XmdMessageExpansion;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.util.BigIntegers;

/**
 * The prime-order group of RFC 9497 section 4.3, P-256 with SHA-256, in OPRF mode 0.
 *
 * <p>Stateless and thread-safe. <b>Not guaranteed:</b> constant time. Bouncy Castle's integers and
 * multiplications depend on their operands, so every secret scalar is blinded by a fresh random
 * multiple of the group order before it is used, which keeps an observer from averaging over many
 * uses of one key.
 */
final class P256 {
  /** Bytes of a serialized element, {@code Noe} and {@code Npk}: compressed SEC1. */
  static final int ELEMENT_SIZE = 33;

  /** Bytes of a serialized scalar, {@code Ns} and {@code Nsk}. */
  static final int SCALAR_SIZE = 32;

  private static final X9ECParameters CURVE = CustomNamedCurves.getByName("P-256");
  private static final BigInteger ORDER = CURVE.getN();
  private static final String CONTEXT_STRING = "OPRFV1-\0-P256-SHA256";
  static final String HASH_TO_GROUP_DST = "HashToGroup-" + CONTEXT_STRING;
  private static final byte[] DERIVE_KEY_PAIR_DST = ascii("DeriveKeyPair" + CONTEXT_STRING);
  private static final int SECURITY_BITS = 128;
  private static final int EXPANDED_SCALAR = 48;
  private static final int BLINDING_BITS = 64;
  private static final int MAX_COUNTER = 255;

  private P256() {}

  /**
   * {@code HashToGroup} (RFC 9497 section 4.3), never the identity.
   *
   * @throws OpaqueException.Malformed if the input maps to the identity (RFC 9497
   *     InvalidInputError), which nobody can bring about
   */
  static ECPoint hashToGroup(byte[] input) throws OpaqueException.Malformed {
    ECPoint element =
        HashToEllipticCurve.getInstance(HashToCurveProfile.P256_XMD_SHA_256, HASH_TO_GROUP_DST)
            .hashToCurve(input)
            .normalize();
    if (element.isInfinity()) {
      throw new OpaqueException.Malformed("this password cannot be used: its hash is the identity");
    }
    return element;
  }

  /** {@code RandomScalar}: uniform from 1 to the order less 1. */
  static BigInteger randomScalar(SecureRandom random) {
    return BigIntegers.createRandomInRange(BigInteger.ONE, ORDER.subtract(BigInteger.ONE), random);
  }

  /** {@code SerializeElement}. */
  static Bytes serialize(ECPoint element) {
    if (element.isInfinity()) {
      throw new IllegalStateException("the identity has no serialization");
    }
    return Bytes.wrap(element.getEncoded(true));
  }

  /**
   * {@code DeserializeElement}: a compressed point on the curve other than the identity, with a
   * coordinate in range. The curve has cofactor 1, so that every such point is of the prime order.
   */
  static ECPoint deserialize(String what, Bytes serialized) throws OpaqueException.Malformed {
    if (serialized.size() != ELEMENT_SIZE || (serialized.at(0) != 2 && serialized.at(0) != 3)) {
      throw new OpaqueException.Malformed("the " + what + " is no compressed point of P-256");
    }
    ECPoint element;
    try {
      element = CURVE.getCurve().decodePoint(serialized.toByteArray());
    } catch (IllegalArgumentException e) {
      throw new OpaqueException.Malformed("the " + what + " is no point of P-256");
    }
    if (element.isInfinity() || !element.isValid()) {
      throw new OpaqueException.Malformed("the " + what + " is no usable point of P-256");
    }
    return element;
  }

  /** Scalar multiplication with the scalar blinded; the result is normalised. */
  static ECPoint multiply(ECPoint element, BigInteger scalar, SecureRandom random) {
    BigInteger blinded = scalar.add(ORDER.multiply(new BigInteger(BLINDING_BITS, random)));
    return element.multiply(blinded).normalize();
  }

  /** The public key of a private one. */
  static Bytes publicKey(BigInteger privateKey) {
    return serialize(CURVE.getG().multiply(privateKey).normalize());
  }

  /** The inverse modulo the order. */
  static BigInteger inverse(BigInteger scalar) {
    return BigIntegers.modOddInverse(ORDER, scalar);
  }

  /** Whether the 32 bytes are a scalar from 1 to the order less 1. */
  static boolean isPrivateKey(byte[] scalar) {
    if (scalar.length != SCALAR_SIZE) {
      return false;
    }
    BigInteger value = new BigInteger(1, scalar);
    return value.signum() > 0 && value.compareTo(ORDER) < 0;
  }

  static BigInteger scalar(byte[] serialized) {
    return new BigInteger(1, serialized);
  }

  /** {@code SerializeScalar}. */
  static byte[] serialize(BigInteger scalar) {
    return BigIntegers.asUnsignedByteArray(SCALAR_SIZE, scalar);
  }

  /** {@code DeriveKeyPair} (RFC 9497 section 3.2.1), the private key of it. */
  static BigInteger deriveKeyPair(byte[] seed, String info) {
    byte[] infoBytes = ascii(info);
    byte[] input = new byte[seed.length + 2 + infoBytes.length + 1];
    System.arraycopy(seed, 0, input, 0, seed.length);
    input[seed.length] = (byte) (infoBytes.length >>> 8);
    input[seed.length + 1] = (byte) infoBytes.length;
    System.arraycopy(infoBytes, 0, input, seed.length + 2, infoBytes.length);
    try {
      for (int counter = 0; counter <= MAX_COUNTER; counter++) {
        input[input.length - 1] = (byte) counter;
        byte[] expanded =
            new XmdMessageExpansion(new SHA256Digest(), SECURITY_BITS)
                .expandMessage(input, DERIVE_KEY_PAIR_DST, EXPANDED_SCALAR);
        BigInteger scalar = new BigInteger(1, expanded).mod(ORDER);
        Arrays.fill(expanded, (byte) 0);
        if (scalar.signum() != 0) {
          return scalar;
        }
      }
    } finally {
      Arrays.fill(input, (byte) 0);
    }
    throw new IllegalStateException(
        "256 hashes in a row are zero modulo the order (RFC 9497 DeriveKeyPairError)");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
