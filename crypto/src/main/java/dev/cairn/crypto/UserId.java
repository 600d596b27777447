package dev.cairn.crypto;

import java.security.SecureRandom;

/**
 * The name of an account in topics and object keys: 128 random bits as 26 characters of lower-case
 * base32 (RFC 4648 alphabet, no padding), never reused.
 */
public record UserId(String value) implements Comparable<UserId> {
  /** Characters, and so bytes, of every user id. */
  public static final int LENGTH = 26;

  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
  private static final int RANDOM_BYTES = 16;
  private static final int BITS_PER_CHARACTER = 5;

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException if the value is not 26 characters of {@code [a-z2-7]}
   */
  public UserId {
    if (value.length() != LENGTH) {
      throw new IllegalArgumentException(
          "a user id has " + LENGTH + " characters, not " + value.length());
    }
    for (int i = 0; i < LENGTH; i++) {
      char c = value.charAt(i);
      if (!(c >= 'a' && c <= 'z') && !(c >= '2' && c <= '7')) {
        throw new IllegalArgumentException(
            "a user id has only a-z and 2-7: position " + i + " does not fit");
      }
    }
  }

  /** Same as the constructor. */
  public static UserId parse(String value) {
    return new UserId(value);
  }

  /** A fresh id of 128 random bits. */
  public static UserId random(SecureRandom random) {
    byte[] bits = new byte[RANDOM_BYTES];
    random.nextBytes(bits);
    StringBuilder text = new StringBuilder(LENGTH);
    int buffer = 0;
    int held = 0;
    for (byte b : bits) {
      buffer = (buffer << Byte.SIZE) | (b & 0xff);
      held += Byte.SIZE;
      while (held >= BITS_PER_CHARACTER) {
        held -= BITS_PER_CHARACTER;
        text.append(ALPHABET.charAt((buffer >>> held) & 31));
      }
      buffer &= (1 << held) - 1;
    }
    text.append(ALPHABET.charAt((buffer << (BITS_PER_CHARACTER - held)) & 31));
    return new UserId(text.toString());
  }

  @Override
  public int compareTo(UserId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
