package dev.cairn.crypto;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 (FIPS 180-4). Thread-safe. */
public final class Sha256 {
  /** Bytes of a digest. */
  public static final int SIZE = 32;

  private static final ThreadLocal<MessageDigest> DIGEST =
      ThreadLocal.withInitial(Sha256::newDigest);

  private Sha256() {}

  /** The digest of the parts, one after the other, without anything between them. */
  public static Bytes hash(Bytes... parts) {
    MessageDigest digest = acquire();
    for (Bytes part : parts) {
      digest.update(part.unsafeArray());
    }
    return Bytes.wrap(digest.digest());
  }

  /** The digest of the array. */
  public static Bytes hash(byte[] input) {
    return hash(input, 0, input.length);
  }

  static Bytes hash(byte[] input, int offset, int length) {
    MessageDigest digest = acquire();
    digest.update(input, offset, length);
    return Bytes.wrap(digest.digest());
  }

  /** A digest of the caller's own, for streams. */
  public static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** This thread's digest, reset: to be used up before any other method of this class is called. */
  static MessageDigest acquire() {
    MessageDigest digest = DIGEST.get();
    digest.reset();
    return digest;
  }
}
