package dev.cairn.crypto.opaque;

import java.security.SecureRandom;

/**
 * Makes passphrases that nobody can guess: {@value #GROUPS} groups of two syllables and a half,
 * such as {@code lusab-babad-gutih}, 80 bits in all. Each group is a proquint (Wilkerson 2009): 16
 * random bits as consonant, vowel, consonant, vowel, consonant. They can be spoken, and contain no
 * letters that are easily taken for one another's digits.
 */
public final class Passphrases {
  /** Groups in a passphrase. */
  public static final int GROUPS = 5;

  /** Random bits in a passphrase. */
  public static final int BITS = 16 * GROUPS;

  private static final String CONSONANTS = "bdfghjklmnprstvz";
  private static final String VOWELS = "aiou";
  private static final int GROUP_LENGTH = 5;

  private Passphrases() {}

  /** A fresh passphrase, which the caller zeroes when it has been shown. */
  public static char[] generate(SecureRandom random) {
    char[] phrase = new char[GROUPS * (GROUP_LENGTH + 1) - 1];
    for (int group = 0; group < GROUPS; group++) {
      int at = group * (GROUP_LENGTH + 1);
      if (group > 0) {
        phrase[at - 1] = '-';
      }
      int bits = random.nextInt(1 << 16);
      phrase[at] = CONSONANTS.charAt(bits >>> 12);
      phrase[at + 1] = VOWELS.charAt((bits >>> 10) & 3);
      phrase[at + 2] = CONSONANTS.charAt((bits >>> 6) & 15);
      phrase[at + 3] = VOWELS.charAt((bits >>> 4) & 3);
      phrase[at + 4] = CONSONANTS.charAt(bits & 15);
    }
    return phrase;
  }
}
