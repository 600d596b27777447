package dev.cairn.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.ReferenceEd25519.Point;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AuthorKeyTest {
  private static final Bytes MESSAGE = Bytes.utf8("what was signed");

  private static AuthorKey key(int seed) {
    return AuthorKey.takeOwnershipOfSeed(Sha256.hash(Bytes.utf8("seed " + seed)).toByteArray());
  }

  @Test
  void everyVectorOfRfc8032() {
    Vectors vectors = new Vectors("rfc8032-ed25519.properties");
    for (String name : List.of("1.", "2.", "3.", "1024.", "abc.")) {
      try (AuthorKey key =
          AuthorKey.takeOwnershipOfSeed(vectors.get(name + "seed").toByteArray())) {
        Bytes message = vectors.get(name + "message");
        assertEquals(vectors.get(name + "public"), key.publicKey().raw());
        assertEquals(vectors.get(name + "signature"), key.sign(message));
        assertTrue(key.publicKey().verifies(message, vectors.get(name + "signature")));
      }
    }
    assertTrue(vectors.unused("").isEmpty());
  }

  @Test
  void nothingButTheSignatureVerifies() {
    try (AuthorKey key = key(1);
        AuthorKey other = key(2)) {
      Bytes signature = key.sign(MESSAGE);
      assertTrue(key.publicKey().verifies(MESSAGE, signature));
      for (Bytes altered : Tampering.everyAlteration(signature)) {
        assertFalse(key.publicKey().verifies(MESSAGE, altered));
      }
      for (Bytes altered : Tampering.everyAlteration(MESSAGE)) {
        assertFalse(key.publicKey().verifies(altered, signature));
      }
      assertFalse(other.publicKey().verifies(MESSAGE, signature));
      for (Bytes altered : Tampering.everyAlteration(key.publicKey().raw())) {
        if (altered.size() == AuthorPublicKey.SIZE) {
          assertFalse(new AuthorPublicKey(altered).verifies(MESSAGE, signature));
        } else {
          assertThrows(IllegalArgumentException.class, () -> new AuthorPublicKey(altered));
        }
      }
    }
  }

  /**
   * S and S + L satisfy the same equation: only the smaller one may verify, or signatures are
   * malleable.
   */
  @Test
  void largeScalarsAreRefused() {
    try (AuthorKey key = key(3)) {
      byte[] publicKey = key.publicKey().raw().toByteArray();
      byte[] signature = key.sign(MESSAGE).toByteArray();
      BigInteger s = ReferenceEd25519.fromLittleEndian(Arrays.copyOfRange(signature, 32, 64));
      BigInteger bound = BigInteger.TWO.pow(256);
      int refused = 0;
      for (BigInteger larger = s.add(ReferenceEd25519.L);
          larger.compareTo(bound) < 0;
          larger = larger.add(ReferenceEd25519.L)) {
        System.arraycopy(ReferenceEd25519.littleEndian(larger, 32), 0, signature, 32, 32);
        assertTrue(
            ReferenceEd25519.equationHolds(publicKey, MESSAGE.toByteArray(), signature, false));
        assertFalse(key.publicKey().verifies(MESSAGE, Bytes.copyOf(signature)));
        refused++;
      }
      assertTrue(refused >= 14, "tried " + refused);
    }
  }

  /**
   * All eight points of small order, also in encodings that are not canonical, as public key and as
   * R, where the equation holds.
   */
  @Test
  void smallOrderPointsAreRefused() {
    Point torsion = ReferenceEd25519.torsion();
    BigInteger eight = BigInteger.valueOf(8);
    assertEquals(ReferenceEd25519.NEUTRAL, torsion.times(eight));
    assertNotEquals(ReferenceEd25519.NEUTRAL, torsion.times(BigInteger.valueOf(4)));
    int accepted = 0;
    for (int i = 0; i < 8; i++) {
      Point small = torsion.times(BigInteger.valueOf(i));
      for (byte[] encoded : encodings(small)) {
        AuthorPublicKey key = new AuthorPublicKey(Bytes.copyOf(encoded));
        assertFalse(key.isValid());
        for (int n = 0; n < 8; n++) {
          Bytes message = Bytes.utf8("message " + n);
          // R = [s]B: whenever [k]A vanishes, the equation holds for a key that nobody owns.
          BigInteger s = BigInteger.valueOf(1000 + n);
          byte[] r = ReferenceEd25519.BASE.times(s).encode();
          byte[] signature = join(r, s);
          if (ReferenceEd25519.equationHolds(encoded, message.toByteArray(), signature, false)) {
            accepted++;
          }
          assertFalse(key.verifies(message, Bytes.copyOf(signature)));
        }
      }
    }
    assertTrue(accepted > 8, "a careless verifier accepted " + accepted);
  }

  /** R of small order, S = k a: holds under every message for the owner of a. */
  @Test
  void smallOrderNoncesAreRefused() {
    BigInteger secret = new BigInteger("123456789123456789").mod(ReferenceEd25519.L);
    byte[] publicKey = ReferenceEd25519.BASE.times(secret).encode();
    AuthorPublicKey key = new AuthorPublicKey(Bytes.copyOf(publicKey));
    assertTrue(key.isValid());
    Point torsion = ReferenceEd25519.torsion();
    for (int i = 0; i < 8; i++) {
      for (byte[] r : encodings(torsion.times(BigInteger.valueOf(i)))) {
        BigInteger k = ReferenceEd25519.challenge(r, publicKey, MESSAGE.toByteArray());
        byte[] signature = join(r, k.multiply(secret).mod(ReferenceEd25519.L));
        assertTrue(
            ReferenceEd25519.equationHolds(publicKey, MESSAGE.toByteArray(), signature, true));
        assertFalse(key.verifies(MESSAGE, Bytes.copyOf(signature)));
      }
    }
  }

  /**
   * A key with a part of small order: verifiers with and without a cofactor disagree about its
   * signatures, so it is no key at all.
   */
  @Test
  void mixedOrderKeysAreRefused() {
    BigInteger secret = new BigInteger("987654321987654321");
    byte[] publicKey =
        ReferenceEd25519.BASE.times(secret).plus(ReferenceEd25519.torsion()).encode();
    AuthorPublicKey key = new AuthorPublicKey(Bytes.copyOf(publicKey));
    assertFalse(key.isValid());
    int cofactored = 0;
    int cofactorless = 0;
    for (int n = 0; n < 48; n++) {
      Bytes message = Bytes.utf8("message " + n);
      BigInteger nonce = BigInteger.valueOf(77 + n);
      byte[] r = ReferenceEd25519.BASE.times(nonce).encode();
      BigInteger k = ReferenceEd25519.challenge(r, publicKey, message.toByteArray());
      byte[] signature = join(r, nonce.add(k.multiply(secret)).mod(ReferenceEd25519.L));
      cofactored +=
          ReferenceEd25519.equationHolds(publicKey, message.toByteArray(), signature, true) ? 1 : 0;
      cofactorless +=
          ReferenceEd25519.equationHolds(publicKey, message.toByteArray(), signature, false)
              ? 1
              : 0;
      assertFalse(key.verifies(message, Bytes.copyOf(signature)));
    }
    assertEquals(48, cofactored);
    assertTrue(cofactorless > 0 && cofactorless < 48, "cofactorless: " + cofactorless);
  }

  /**
   * R with a part of small order: only the equation with a cofactor holds, and a verifier with
   * short scalars accepts some of them.
   */
  @Test
  void mixedOrderNoncesAreRefused() {
    BigInteger secret = new BigInteger("5555555555555555");
    byte[] publicKey = ReferenceEd25519.BASE.times(secret).encode();
    AuthorPublicKey key = new AuthorPublicKey(Bytes.copyOf(publicKey));
    Point torsion = ReferenceEd25519.torsion();
    for (int i = 1; i < 8; i++) {
      for (int n = 0; n < 3; n++) {
        BigInteger nonce = BigInteger.valueOf(4242 + n);
        byte[] r =
            ReferenceEd25519.BASE.times(nonce).plus(torsion.times(BigInteger.valueOf(i))).encode();
        BigInteger k = ReferenceEd25519.challenge(r, publicKey, MESSAGE.toByteArray());
        byte[] signature = join(r, nonce.add(k.multiply(secret)).mod(ReferenceEd25519.L));
        assertTrue(
            ReferenceEd25519.equationHolds(publicKey, MESSAGE.toByteArray(), signature, true));
        assertFalse(
            ReferenceEd25519.equationHolds(publicKey, MESSAGE.toByteArray(), signature, false));
        assertFalse(key.verifies(MESSAGE, Bytes.copyOf(signature)));
      }
    }
  }

  /** y between p and 2^255 decodes in careless readers; there are 19 such values of either sign. */
  @Test
  void nonCanonicalPointsAreRefused() {
    int onCurve = 0;
    for (int i = 0; i < 19; i++) {
      for (int sign = 0; sign < 2; sign++) {
        byte[] encoded =
            ReferenceEd25519.littleEndian(ReferenceEd25519.P.add(BigInteger.valueOf(i)), 32);
        encoded[31] |= (byte) (sign << 7);
        assertFalse(new AuthorPublicKey(Bytes.copyOf(encoded)).isValid());
        Point point;
        try {
          point = ReferenceEd25519.decodeLeniently(encoded);
        } catch (ArithmeticException e) {
          continue;
        }
        onCurve++;
        // As R, with the secret key a: S from the discrete logarithm nobody knows, so only the
        // refusal as such can be tested.
        assertFalse(point.y().equals(ReferenceEd25519.fromLittleEndian(encoded)));
      }
    }
    assertTrue(onCurve > 10, "on the curve: " + onCurve);
    // x = 0 with the sign bit set: RFC 8032 section 5.1.3, step 4.
    byte[] negativeZero = ReferenceEd25519.NEUTRAL.encode();
    negativeZero[31] |= (byte) 0x80;
    assertFalse(new AuthorPublicKey(Bytes.copyOf(negativeZero)).isValid());
  }

  @Test
  void garbageIsRefusedAndNeverThrows() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (AuthorKey key = key(4)) {
      for (int i = 0; i < 500; i++) {
        byte[] publicKey = new byte[32];
        byte[] signature = new byte[random.nextInt(130)];
        random.nextBytes(publicKey);
        random.nextBytes(signature);
        assertFalse(
            new AuthorPublicKey(Bytes.copyOf(publicKey)).verifies(MESSAGE, Bytes.copyOf(signature)),
            () -> "seed " + seed);
        assertFalse(
            key.publicKey().verifies(MESSAGE, Bytes.copyOf(signature)), () -> "seed " + seed);
      }
    }
  }

  @Test
  void valuesAndSecrets() {
    try (AuthorKey key = key(5);
        AuthorKey same = key(5);
        AuthorKey other = key(6)) {
      assertEquals(key.publicKey(), same.publicKey());
      assertEquals(key.publicKey().hashCode(), same.publicKey().hashCode());
      assertNotEquals(key.publicKey(), other.publicKey());
      assertFalse(key.toString().contains(Sha256.hash(Bytes.utf8("seed 5")).hex()));
    }
    AuthorKey closed = key(5);
    closed.close();
    assertThrows(IllegalStateException.class, () -> closed.sign(MESSAGE));
    assertThrows(IllegalArgumentException.class, () -> AuthorKey.takeOwnershipOfSeed(new byte[31]));
  }

  /** The canonical encoding, that with y + p where it fits, and both with the sign of a zero x. */
  private static List<byte[]> encodings(Point point) {
    ArrayList<byte[]> encodings = new ArrayList<>();
    encodings.add(point.encode());
    BigInteger larger = point.y().add(ReferenceEd25519.P);
    boolean fits = larger.bitLength() <= 255;
    if (fits) {
      byte[] encoded = ReferenceEd25519.littleEndian(larger, 32);
      encoded[31] |= (byte) (point.x().testBit(0) ? 0x80 : 0);
      encodings.add(encoded);
    }
    if (point.x().signum() == 0) {
      for (byte[] encoded : List.copyOf(encodings)) {
        byte[] negative = encoded.clone();
        negative[31] |= (byte) 0x80;
        encodings.add(negative);
      }
    }
    return encodings;
  }

  private static byte[] join(byte[] r, BigInteger s) {
    byte[] signature = Arrays.copyOf(r, 64);
    System.arraycopy(ReferenceEd25519.littleEndian(s, 32), 0, signature, 32, 32);
    return signature;
  }
}
