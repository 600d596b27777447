package dev.cairn.crypto.opaque;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Sha256;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import org.bouncycastle.math.ec.ECPoint;

/** The three functions of the OPRF protocol (RFC 9497 section 3.3.1), P256-SHA256, mode 0. */
final class Oprf {
  /** The longest input, in bytes. */
  static final int MAX_INPUT = 0xffff;

  private static final byte[] FINALIZE = "Finalize".getBytes(StandardCharsets.US_ASCII);

  private Oprf() {}

  /** {@code Blind}, with a blind that the caller drew: the serialized blinded element. */
  static Bytes blind(byte[] input, BigInteger blind, SecureRandom random)
      throws OpaqueException.Malformed {
    return P256.serialize(P256.multiply(P256.hashToGroup(input), blind, random));
  }

  /** {@code BlindEvaluate}. */
  static Bytes blindEvaluate(BigInteger key, Bytes blindedElement, SecureRandom random)
      throws OpaqueException.Malformed {
    return P256.serialize(
        P256.multiply(P256.deserialize("blinded message", blindedElement), key, random));
  }

  /** {@code Finalize}: 32 bytes that the caller zeroes. */
  static byte[] finish(byte[] input, BigInteger blind, Bytes evaluatedElement, SecureRandom random)
      throws OpaqueException.Malformed {
    ECPoint evaluated = P256.deserialize("evaluated message", evaluatedElement);
    byte[] unblinded =
        P256.serialize(P256.multiply(evaluated, P256.inverse(blind), random)).toByteArray();
    MessageDigest hash = Sha256.newDigest();
    lengthPrefixed(hash, input);
    lengthPrefixed(hash, unblinded);
    hash.update(FINALIZE);
    return hash.digest();
  }

  private static void lengthPrefixed(MessageDigest hash, byte[] value) {
    if (value.length > MAX_INPUT) {
      throw new IllegalArgumentException("OPRF input of " + value.length + " bytes");
    }
    hash.update((byte) (value.length >>> 8));
    hash.update((byte) value.length);
    hash.update(value);
  }
}
