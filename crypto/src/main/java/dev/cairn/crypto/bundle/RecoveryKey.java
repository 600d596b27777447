package dev.cairn.crypto.bundle;

import dev.cairn.crypto.AuthorKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Hkdf;
import dev.cairn.crypto.Layout;
import dev.cairn.crypto.MalformedTextException;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.UserId;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * A recovery key: 128 random bits, printed as six groups of five characters, such as {@code
 * 4XJ0N-…}. The alphabet is Crockford's base 32, which has no I, L, O and U; the last 22 of the 150
 * bits are a checksum, so a mistyped character is found before anything is asked of anybody.
 */
public final class RecoveryKey {
  /** Characters of the printed form, with the dashes. */
  public static final int LENGTH = 35;

  private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final int CHARACTERS = 30;
  private static final int GROUP = 5;
  private static final int CHECK_BITS = CHARACTERS * 5 - Kek.RECOVERY_KEY_SIZE * 8;

  private RecoveryKey() {}

  /** A fresh one; the caller closes it. */
  public static SecretBytes generate(SecureRandom random) {
    byte[] key = new byte[Kek.RECOVERY_KEY_SIZE];
    random.nextBytes(key);
    return SecretBytes.takeOwnershipOf(key);
  }

  /**
   * The key that logs in with it: Ed25519, seed = {@code HKDF-SHA256(recovery key, salt = empty,
   * info = label(recovery-login) ‖ userId)}. The service knows its public half, from which nothing
   * about the recovery key follows.
   *
   * @return the caller closes it
   */
  public static AuthorKey loginKey(SecretBytes key, UserId userId) {
    byte[] copy = key.copyMaterial();
    try {
      return AuthorKey.takeOwnershipOfSeed(
          Hkdf.sha256(
              copy, Bytes.EMPTY, Layout.label("recovery-login").userId(userId).toBytes(), 32));
    } finally {
      Arrays.fill(copy, (byte) 0);
    }
  }

  /** The printed form, which the caller zeroes when it has been shown. */
  public static char[] print(SecretBytes key) {
    byte[] bytes = key.copyMaterial();
    char[] text = new char[LENGTH];
    try {
      int check = check(bytes);
      int at = 0;
      for (int i = 0; i < CHARACTERS; i++) {
        if (i > 0 && i % GROUP == 0) {
          text[at++] = '-';
        }
        int symbol = 0;
        for (int bit = 5 * i; bit < 5 * i + 5; bit++) {
          symbol = symbol << 1 | bit(bytes, check, bit);
        }
        text[at++] = ALPHABET.charAt(symbol);
      }
      return text;
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /**
   * Reads the printed form: either case, with or without dashes and blanks, O for 0 and I or L for
   * 1. The caller zeroes the characters.
   *
   * @return the caller closes it
   * @throws MalformedTextException if it is no recovery key or has a mistake in it; the message
   *     does not show it
   */
  public static SecretBytes parse(char[] text) {
    byte[] bytes = new byte[Kek.RECOVERY_KEY_SIZE];
    int check = 0;
    int symbols = 0;
    for (int i = 0; i < text.length; i++) {
      char c = text[i];
      if (c == '-' || Character.isWhitespace(c)) {
        continue;
      }
      int symbol = symbol(c);
      if (symbol < 0) {
        Arrays.fill(bytes, (byte) 0);
        throw new MalformedTextException(
            "Character " + (i + 1) + " of the recovery key is none that occurs in one");
      }
      if (symbols == CHARACTERS) {
        Arrays.fill(bytes, (byte) 0);
        throw wrongLength();
      }
      for (int b = 0; b < 5; b++) {
        int bit = symbol >>> (4 - b) & 1;
        int position = symbols * 5 + b;
        if (position < bytes.length * 8) {
          bytes[position / 8] |= (byte) (bit << (7 - position % 8));
        } else {
          check = check << 1 | bit;
        }
      }
      symbols++;
    }
    if (symbols != CHARACTERS) {
      Arrays.fill(bytes, (byte) 0);
      throw wrongLength();
    }
    if (check != check(bytes)) {
      Arrays.fill(bytes, (byte) 0);
      throw new MalformedTextException(
          "The recovery key has a mistake in it: its checksum is wrong. Compare it with what was printed");
    }
    return SecretBytes.takeOwnershipOf(bytes);
  }

  private static MalformedTextException wrongLength() {
    return new MalformedTextException(
        "A recovery key has " + CHARACTERS + " letters and digits, in six groups of five");
  }

  private static int symbol(char c) {
    char upper = c >= 'a' && c <= 'z' ? (char) (c - 'a' + 'A') : c;
    return switch (upper) {
      case 'O' -> 0;
      case 'I', 'L' -> 1;
      default -> ALPHABET.indexOf(upper);
    };
  }

  private static int bit(byte[] bytes, int check, int position) {
    return position < bytes.length * 8
        ? bytes[position / 8] >>> (7 - position % 8) & 1
        : check >>> (CHECK_BITS - 1 - (position - bytes.length * 8)) & 1;
  }

  private static int check(byte[] bytes) {
    byte[] hash = Hkdf.sha256(bytes, Bytes.EMPTY, Layout.label("recovery-key-check").toBytes(), 3);
    int first = (hash[0] & 0xff) << 16 | (hash[1] & 0xff) << 8 | (hash[2] & 0xff);
    return first >>> (24 - CHECK_BITS);
  }
}
