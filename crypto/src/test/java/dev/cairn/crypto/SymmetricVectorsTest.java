package dev.cairn.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.junit.jupiter.api.Test;

/** SHA-256, HMAC and HKDF: published vectors, and other implementations over many lengths. */
class SymmetricVectorsTest {
  private static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  @Test
  void sha256OfFips180() {
    assertEquals(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        Sha256.hash(Bytes.utf8("abc")).hex());
    assertEquals(
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Sha256.hash().hex());
    assertEquals(
        Sha256.hash(Bytes.utf8("abc")),
        Sha256.hash(Bytes.utf8("a"), Bytes.EMPTY, Bytes.utf8("bc")));
  }

  /** RFC 5869 appendix A.1 to A.3, those with SHA-256. */
  @Test
  void hkdfOfRfc5869() {
    byte[] ikm = hex("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b");
    assertArrayEquals(
        hex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"),
        Hkdf.sha256(
            ikm,
            Bytes.fromHex("000102030405060708090a0b0c"),
            Bytes.fromHex("f0f1f2f3f4f5f6f7f8f9"),
            42));
    byte[] long2 = new byte[80];
    byte[] salt2 = new byte[80];
    byte[] info2 = new byte[80];
    for (int i = 0; i < 80; i++) {
      long2[i] = (byte) i;
      salt2[i] = (byte) (0x60 + i);
      info2[i] = (byte) (0xb0 + i);
    }
    assertArrayEquals(
        hex(
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
                + "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"),
        Hkdf.sha256(long2, Bytes.copyOf(salt2), Bytes.copyOf(info2), 82));
    assertArrayEquals(
        hex("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"),
        Hkdf.sha256(ikm, Bytes.EMPTY, Bytes.EMPTY, 42));
  }

  @Test
  void hkdfAsBouncyCastle() {
    for (int length : new int[] {1, 31, 32, 33, 64, 255, 8160}) {
      byte[] ikm = Sha256.hash(Bytes.utf8("ikm" + length)).toByteArray();
      byte[] salt = Sha256.hash(Bytes.utf8("salt")).slice(0, length % 33).toByteArray();
      HKDFBytesGenerator other = new HKDFBytesGenerator(new SHA256Digest());
      other.init(new HKDFParameters(ikm, salt, new byte[] {7}));
      byte[] expected = new byte[length];
      other.generateBytes(expected, 0, length);
      assertArrayEquals(
          expected, Hkdf.sha256(ikm, Bytes.copyOf(salt), Bytes.fromHex("07"), length));
    }
    assertThrows(IllegalArgumentException.class, () -> Hkdf.expand(new byte[32], new byte[0], 0));
    assertThrows(
        IllegalArgumentException.class, () -> Hkdf.expand(new byte[32], new byte[0], 8161));
  }

  /** Keys shorter than, as long as and longer than a block, against the platform's own HMAC. */
  @Test
  void hmacAsThePlatform() throws Exception {
    for (int keyLength = 1; keyLength <= 130; keyLength++) {
      byte[] key = new byte[keyLength];
      Arrays.fill(key, (byte) keyLength);
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      byte[] message = new byte[3 * keyLength];
      Arrays.fill(message, (byte) ~keyLength);
      try (HmacSha256 hmac = new HmacSha256(key)) {
        assertArrayEquals(
            mac.doFinal(message),
            hmac.mac(Arrays.copyOf(message, keyLength), Arrays.copyOf(message, 2 * keyLength)));
      }
    }
  }

  /** RFC 4231, test cases 1, 2 and 6. */
  @Test
  void hmacOfRfc4231() {
    byte[] key1 = new byte[20];
    Arrays.fill(key1, (byte) 0x0b);
    byte[] key6 = new byte[131];
    Arrays.fill(key6, (byte) 0xaa);
    try (HmacSha256 one = new HmacSha256(key1);
        HmacSha256 two = new HmacSha256(Bytes.utf8("Jefe").toByteArray());
        HmacSha256 six = new HmacSha256(key6)) {
      assertEquals(
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
          one.mac(Bytes.utf8("Hi There")).hex());
      assertEquals(
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
          two.mac(Bytes.utf8("what do ya want for nothing?")).hex());
      assertEquals(
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
          six.mac(Bytes.utf8("Test Using Larger Than Block-Size Key - Hash Key First")).hex());
    }
  }

  @Test
  void closedKeysDoNothing() {
    HmacSha256 hmac = new HmacSha256(new byte[] {1});
    hmac.close();
    assertThrows(IllegalStateException.class, () -> hmac.mac(Bytes.EMPTY));
  }
}
