package dev.cairn.crypto;

import java.util.Arrays;

/**
 * HKDF with SHA-256 (RFC 5869). Stateless and thread-safe; what it returns is the caller's to zero.
 */
public final class Hkdf {
  private static final int MAX_LENGTH = 255 * Sha256.SIZE;

  private Hkdf() {}

  /**
   * Extract, then expand.
   *
   * @param ikm input key material, not changed
   * @param salt may be empty (RFC 5869 section 2.2: as 32 zeros)
   * @param info context
   * @param length bytes wanted, 1 to 8160
   */
  public static byte[] sha256(byte[] ikm, Bytes salt, Bytes info, int length) {
    byte[] prk = extract(salt.unsafeArray(), ikm);
    try {
      return expand(prk, info.unsafeArray(), length);
    } finally {
      Arrays.fill(prk, (byte) 0);
    }
  }

  /** RFC 5869 section 2.2. */
  public static byte[] extract(byte[] salt, byte[] ikm) {
    try (HmacSha256 hmac = new HmacSha256(salt)) {
      return hmac.mac(ikm);
    }
  }

  /** RFC 5869 section 2.3. */
  public static byte[] expand(byte[] prk, byte[] info, int length) {
    if (length < 1 || length > MAX_LENGTH) {
      throw new IllegalArgumentException("HKDF gives 1 to " + MAX_LENGTH + " bytes, not " + length);
    }
    byte[] output = new byte[length];
    byte[] block = new byte[0];
    byte[] counter = new byte[1];
    try (HmacSha256 hmac = new HmacSha256(prk)) {
      for (int at = 0; at < length; at += Sha256.SIZE) {
        counter[0]++;
        byte[] next = hmac.mac(block, info, counter);
        Arrays.fill(block, (byte) 0);
        block = next;
        System.arraycopy(block, 0, output, at, Math.min(Sha256.SIZE, length - at));
      }
      Arrays.fill(block, (byte) 0);
    }
    return output;
  }
}
