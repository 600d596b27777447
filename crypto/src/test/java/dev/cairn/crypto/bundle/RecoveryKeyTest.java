package dev.cairn.crypto.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.MalformedTextException;
import dev.cairn.crypto.SecretBytes;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RecoveryKeyTest {
  private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

  private static String print(byte[] key) {
    try (SecretBytes secret = SecretBytes.takeCopyOf(key)) {
      return new String(RecoveryKey.print(secret));
    }
  }

  private static void reads(byte[] key, String text) {
    try (SecretBytes expected = SecretBytes.takeCopyOf(key);
        SecretBytes read = RecoveryKey.parse(text.toCharArray())) {
      assertTrue(expected.equalsConstantTime(read));
    }
  }

  @Test
  void whatIsPrintedIsReadHoweverItIsTyped() {
    long seed = Long.getLong("cairn.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      byte[] key = new byte[16];
      random.nextBytes(key);
      String text = print(key);
      assertTrue(text.matches("[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){5}"), text);
      reads(key, text);
      reads(key, text.toLowerCase(Locale.ROOT));
      reads(key, text.replace("-", ""));
      reads(key, " " + text.replace('-', ' ') + "\n");
      reads(key, text.replace('0', 'O').replace('1', 'I'));
      reads(key, text.replace('0', 'o').replace('1', 'l'));
    }
  }

  /** Never change it: what people keep in their safes depends on it. */
  @Test
  void goldenText() {
    byte[] key = new byte[16];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) i;
    }
    assertEquals("000G4-0R40M-30E20-9185G-R38E1-XJNJB", print(key));
  }

  @Test
  void eachMistypedCharacterIsFound() {
    byte[] key = new byte[16];
    new Random(5).nextBytes(key);
    String text = print(key);
    int missed = 0;
    int tried = 0;
    for (int at = 0; at < text.length(); at++) {
      if (text.charAt(at) == '-') {
        continue;
      }
      for (int symbol = 0; symbol < ALPHABET.length(); symbol++) {
        char c = ALPHABET.charAt(symbol);
        if (c != text.charAt(at)) {
          String wrong = text.substring(0, at) + c + text.substring(at + 1);
          tried++;
          try (SecretBytes read = RecoveryKey.parse(wrong.toCharArray())) {
            missed += read.size() == 16 ? 1 : 0;
          } catch (MalformedTextException e) {
            assertFalse(e.toString().contains(text.substring(0, 5)));
          }
        }
      }
    }
    assertEquals(30 * 31, tried);
    assertEquals(0, missed);
  }

  @Test
  void anythingElseIsRefused() {
    String text = print(new byte[16]);
    for (String bad :
        new String[] {
          "",
          "-----",
          text.substring(1),
          text + "0",
          text.replace('-', '_'),
          "U" + text.substring(1),
          "\u00e9" + text.substring(1),
          text + text
        }) {
      assertThrows(
          MalformedTextException.class, () -> RecoveryKey.parse(bad.toCharArray()).close(), bad);
    }
  }

  @Test
  void eachOneIsAnother() {
    SecureRandom random = new SecureRandom();
    try (SecretBytes one = RecoveryKey.generate(random);
        SecretBytes two = RecoveryKey.generate(random)) {
      assertEquals(16, one.size());
      assertFalse(one.equalsConstantTime(two));
    }
  }
}
