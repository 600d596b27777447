package dev.cairn.crypto.opaque;

import com.nulabinc.zxcvbn.Strength;
import com.nulabinc.zxcvbn.Zxcvbn;
import dev.cairn.crypto.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Refuses weak passwords where they are chosen (never where they are entered again).
 *
 * <p>Whoever holds the OPRF seed and a record tests passwords at Argon2id speed, some five a second
 * and core. A password therefore has to withstand 10^10 guesses, some 60 core-years, in the
 * estimate of zxcvbn (Wheeler, USENIX Security 2016): it knows common passwords, names, words,
 * keyboard walks, dates, repeats and the usual replacements, where a rule about length and
 * character classes lets {@code Passw0rd!} pass and refuses a passphrase. The library is
 * maintained, 0.5 MB, and brings nothing along. An estimate is an upper bound: what it does not
 * know, it takes for random. {@link Passphrases} gives passwords that need no estimate.
 *
 * <p>Stateless and thread-safe.
 */
public final class PasswordStrength {
  /** Guesses that a password must withstand, as a power of ten. */
  public static final double MIN_GUESSES_LOG10 = 10;

  /** The estimate takes cubic time: what is longer is judged by its beginning. */
  private static final int MAX_JUDGED = 100;

  private static final Zxcvbn ZXCVBN = new Zxcvbn();

  private PasswordStrength() {}

  /**
   * Checks a password that is about to be set.
   *
   * @param serverName counts as known to whoever guesses
   * @param username counts as known to whoever guesses
   * @param passwordUtf8 stays the caller's to close
   * @throws WeakPasswordException if it is too weak; the message says why and what to do, never the
   *     password
   * @throws UnusablePasswordException if it cannot be used at all
   */
  public static void check(String serverName, String username, SecretBytes passwordUtf8)
      throws WeakPasswordException, UnusablePasswordException {
    char[] entered = PasswordInput.decode(passwordUtf8);
    byte[] prepared = OpaqueString.enforce(entered);
    Arrays.fill(entered, '\0');
    CharBuffer text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(prepared));
    Arrays.fill(prepared, (byte) 0);
    try {
      int judged = Math.min(text.length(), MAX_JUDGED);
      Strength strength =
          ZXCVBN.measure(
              text.subSequence(0, judged), List.of(username, serverName, "cairn", "keyserver"));
      try {
        if (strength.getGuessesLog10() < MIN_GUESSES_LOG10) {
          throw new WeakPasswordException(message(strength));
        }
      } finally {
        strength.wipe();
      }
    } finally {
      Arrays.fill(text.array(), '\0');
    }
  }

  private static String message(Strength strength) {
    StringBuilder message = new StringBuilder("this password is too weak: about 10^");
    message
        .append((int) Math.floor(strength.getGuessesLog10()))
        .append(" guesses find it, and it must withstand 10^");
    message.append((int) MIN_GUESSES_LOG10).append('.');
    String warning = strength.getFeedback().getWarning(Locale.ENGLISH);
    if (!warning.isEmpty()) {
      message.append(' ').append(warning);
      if (!warning.endsWith(".")) {
        message.append('.');
      }
    }
    return message
        .append(" Whoever steals the provider's secrets could read the backup.")
        .append(
            " Use a longer passphrase of unrelated words, or let one be generated. Nothing was sent.")
        .toString();
  }
}
