package dev.cairn.crypto;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.NullMarked;

/**
 * edwards25519 on big integers, after the formulas of RFC 8032 section 5.1: slow, lenient where
 * told to be, and independent of the code under test. For making signatures that are right but for
 * one flaw.
 */
@NullMarked
final class ReferenceEd25519 {
  static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
  static final BigInteger L =
      BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
  private static final BigInteger D =
      BigInteger.valueOf(-121665).multiply(BigInteger.valueOf(121666).modInverse(P)).mod(P);
  private static final BigInteger SQRT_M1 =
      BigInteger.TWO.modPow(P.subtract(BigInteger.ONE).shiftRight(2), P);
  static final Point NEUTRAL = new Point(BigInteger.ZERO, BigInteger.ONE);
  static final Point BASE = base();

  private ReferenceEd25519() {}

  record Point(BigInteger x, BigInteger y) {
    Point plus(Point other) {
      BigInteger product = D.multiply(x).multiply(other.x).multiply(y).multiply(other.y).mod(P);
      BigInteger newX =
          x.multiply(other.y)
              .add(y.multiply(other.x))
              .multiply(BigInteger.ONE.add(product).modInverse(P))
              .mod(P);
      BigInteger newY =
          y.multiply(other.y)
              .add(x.multiply(other.x))
              .multiply(BigInteger.ONE.subtract(product).modInverse(P))
              .mod(P);
      return new Point(newX, newY);
    }

    /** In extended coordinates, which need one inversion only. */
    Point times(BigInteger scalar) {
      BigInteger[] step = {x, y, BigInteger.ONE, x.multiply(y).mod(P)};
      BigInteger[] sum = {BigInteger.ZERO, BigInteger.ONE, BigInteger.ONE, BigInteger.ZERO};
      for (int i = scalar.bitLength() - 1; i >= 0; i--) {
        sum = plus(sum, sum);
        if (scalar.testBit(i)) {
          sum = plus(sum, step);
        }
      }
      BigInteger inverse = sum[2].modInverse(P);
      return new Point(sum[0].multiply(inverse).mod(P), sum[1].multiply(inverse).mod(P));
    }

    private static BigInteger[] plus(BigInteger[] p, BigInteger[] q) {
      BigInteger a = p[0].multiply(q[0]);
      BigInteger b = p[1].multiply(q[1]);
      BigInteger c = p[3].multiply(D).mod(P).multiply(q[3]);
      BigInteger d = p[2].multiply(q[2]);
      BigInteger e = p[0].add(p[1]).multiply(q[0].add(q[1])).subtract(a).subtract(b).mod(P);
      BigInteger f = d.subtract(c).mod(P);
      BigInteger g = d.add(c).mod(P);
      BigInteger h = b.add(a).mod(P);
      return new BigInteger[] {
        e.multiply(f).mod(P), g.multiply(h).mod(P), f.multiply(g).mod(P), e.multiply(h).mod(P)
      };
    }

    byte[] encode() {
      byte[] encoded = littleEndian(y, 32);
      if (x.testBit(0)) {
        encoded[31] |= (byte) 0x80;
      }
      return encoded;
    }
  }

  private static Point base() {
    BigInteger y = BigInteger.valueOf(4).multiply(BigInteger.valueOf(5).modInverse(P)).mod(P);
    return new Point(recoverX(y, false), y);
  }

  static BigInteger recoverX(BigInteger y, boolean odd) {
    BigInteger yy = y.multiply(y).mod(P);
    BigInteger xx =
        yy.subtract(BigInteger.ONE)
            .multiply(D.multiply(yy).add(BigInteger.ONE).modInverse(P))
            .mod(P);
    BigInteger x = xx.modPow(P.add(BigInteger.valueOf(3)).shiftRight(3), P);
    if (!x.multiply(x).mod(P).equals(xx)) {
      x = x.multiply(SQRT_M1).mod(P);
    }
    if (!x.multiply(x).mod(P).equals(xx)) {
      throw new ArithmeticException("not on the curve");
    }
    return x.testBit(0) == odd ? x : P.subtract(x).mod(P);
  }

  /** Accepts non-canonical y and a negative zero, as lenient verifiers do. */
  static Point decodeLeniently(byte[] encoded) {
    byte[] copy = encoded.clone();
    boolean odd = (copy[31] & 0x80) != 0;
    copy[31] &= 0x7f;
    BigInteger y = fromLittleEndian(copy).mod(P);
    return new Point(recoverX(y, odd), y);
  }

  /** A point of order 8. */
  static Point torsion() {
    for (BigInteger y = BigInteger.TWO; ; y = y.add(BigInteger.ONE)) {
      try {
        Point candidate = new Point(recoverX(y, false), y).times(L);
        if (!candidate.times(BigInteger.valueOf(4)).equals(NEUTRAL)) {
          return candidate;
        }
      } catch (ArithmeticException e) {
        // Not on the curve: the next one.
      }
    }
  }

  static BigInteger challenge(byte[] r, byte[] a, byte[] message) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-512");
      sha.update(r);
      sha.update(a);
      return fromLittleEndian(sha.digest(message)).mod(L);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * {@code [S]B = R + [k]A} with nothing checked: whether a verifier without any care would accept.
   */
  static boolean equationHolds(
      byte[] publicKey, byte[] message, byte[] signature, boolean cofactored) {
    byte[] r = Arrays.copyOf(signature, 32);
    BigInteger s = fromLittleEndian(Arrays.copyOfRange(signature, 32, 64));
    Point left = BASE.times(s.mod(L));
    Point right =
        decodeLeniently(r).plus(decodeLeniently(publicKey).times(challenge(r, publicKey, message)));
    BigInteger cofactor = cofactored ? BigInteger.valueOf(8) : BigInteger.ONE;
    return left.times(cofactor).equals(right.times(cofactor));
  }

  static byte[] littleEndian(BigInteger value, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = value.shiftRight(8 * i).byteValue();
    }
    return bytes;
  }

  static BigInteger fromLittleEndian(byte[] bytes) {
    BigInteger value = BigInteger.ZERO;
    for (int i = bytes.length - 1; i >= 0; i--) {
      value = value.shiftLeft(8).or(BigInteger.valueOf(bytes[i] & 0xff));
    }
    return value;
  }
}
