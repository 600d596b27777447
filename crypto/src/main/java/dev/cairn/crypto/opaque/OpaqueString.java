package dev.cairn.crypto.opaque;

import java.lang.Character.UnicodeScript;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;

/**
 * The OpaqueString profile for passwords (RFC 8265 section 4.2) over the FreeformClass of PRECIS
 * (RFC 8264 section 4.3): spaces outside ASCII become U+0020, the text becomes NFC, case stays, and
 * what the class disallows is refused.
 *
 * <p>One deviation, on the strict side: the two join controls (U+200C, U+200D), which RFC 8264
 * allows in some contexts, are refused everywhere. Characters that the running JDK's Unicode
 * version does not know are refused, as RFC 8264 demands for unassigned ones.
 */
final class OpaqueString {
  private static final int MIDDLE_DOT = 0x00b7;
  private static final int GREEK_KERAIA = 0x0375;
  private static final int HEBREW_GERESH = 0x05f3;
  private static final int HEBREW_GERSHAYIM = 0x05f4;
  private static final int KATAKANA_MIDDLE_DOT = 0x30fb;

  /** Disallowed by name, RFC 5892 section 2.6 through RFC 8264 section 9.6. */
  private static final int[] EXCEPTIONS = {
    0x0640, 0x07fa, 0x302e, 0x302f, 0x3031, 0x3032, 0x3033, 0x3034, 0x3035, 0x303b
  };

  /**
   * Default_Ignorable_Code_Point, and Old Hangul Jamo, in inclusive pairs (RFC 8264 sections 9.13
   * and 9.9).
   */
  private static final int[] IGNORABLE_AND_JAMO = {
    0x00ad, 0x00ad, 0x034f, 0x034f, 0x061c, 0x061c, 0x1100, 0x11ff, 0x17b4, 0x17b5, 0x180b, 0x180f,
        0x200b, 0x200f,
    0x202a, 0x202e, 0x2060, 0x206f, 0x3164, 0x3164, 0xa960, 0xa97c, 0xd7b0, 0xd7fb, 0xfe00, 0xfe0f,
        0xfeff, 0xfeff,
    0xffa0, 0xffa0, 0xfff0, 0xfff8, 0x1bca0, 0x1bca3, 0x1d173, 0x1d17a, 0xe0000, 0xe0fff
  };

  private OpaqueString() {}

  /**
   * The UTF-8 bytes of the prepared password, which the caller zeroes; the argument is not changed.
   */
  static byte[] enforce(char[] password) throws UnusablePasswordException {
    char[] mapped = password.clone();
    char[] normal = mapped;
    try {
      for (int i = 0; i < mapped.length; i++) {
        if (Character.getType(mapped[i]) == Character.SPACE_SEPARATOR) {
          mapped[i] = ' ';
        }
      }
      normal = nfc(mapped);
      if (normal.length == 0) {
        throw new UnusablePasswordException("the password is empty");
      }
      for (int i = 0;
          i < normal.length;
          i += Character.charCount(Character.codePointAt(normal, i))) {
        check(normal, i);
      }
      return encode(normal);
    } finally {
      Arrays.fill(mapped, '\0');
      Arrays.fill(normal, '\0');
    }
  }

  private static char[] nfc(char[] text) throws UnusablePasswordException {
    for (int i = 0; i < text.length; i++) {
      if (Character.isSurrogate(text[i])) {
        if (Character.isLowSurrogate(text[i])
            || i + 1 == text.length
            || !Character.isLowSurrogate(text[i + 1])) {
          throw new UnusablePasswordException("the password is not Unicode text");
        }
        i++;
      }
    }
    CharBuffer chars = CharBuffer.wrap(text);
    return Normalizer.isNormalized(chars, Normalizer.Form.NFC)
        ? text
        : Normalizer.normalize(chars, Normalizer.Form.NFC).toCharArray();
  }

  private static byte[] encode(char[] text) {
    byte[] room = new byte[3 * text.length];
    ByteBuffer target = ByteBuffer.wrap(room);
    StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text), target, true);
    byte[] bytes = Arrays.copyOf(room, target.position());
    Arrays.fill(room, (byte) 0);
    return bytes;
  }

  private static void check(char[] text, int at) throws UnusablePasswordException {
    int c = Character.codePointAt(text, at);
    boolean allowed =
        switch (c) {
          case MIDDLE_DOT ->
              at > 0 && text[at - 1] == 'l' && at + 1 < text.length && text[at + 1] == 'l';
          case GREEK_KERAIA ->
              at + 1 < text.length
                  && script(Character.codePointAt(text, at + 1)) == UnicodeScript.GREEK;
          case HEBREW_GERESH, HEBREW_GERSHAYIM ->
              at > 0 && script(Character.codePointBefore(text, at)) == UnicodeScript.HEBREW;
          case KATAKANA_MIDDLE_DOT ->
              anyScript(text, UnicodeScript.HIRAGANA, UnicodeScript.KATAKANA, UnicodeScript.HAN);
          default -> isArabicDigit(c) ? !mixesArabicDigits(text) : isFreeform(c);
        };
    if (!allowed) {
      throw new UnusablePasswordException(
          "the password holds a character that cannot be used in passwords"
              + " (RFC 8265), at position "
              + (Character.codePointCount(text, 0, at) + 1)
              + ": control characters, invisible characters and line breaks are not allowed");
    }
  }

  /** Everything of FreeformClass that needs no context (RFC 8264 sections 4.3 and 8). */
  private static boolean isFreeform(int c) {
    if (Arrays.binarySearch(EXCEPTIONS, c) >= 0) {
      return false;
    }
    for (int i = 0; i < IGNORABLE_AND_JAMO.length; i += 2) {
      if (c >= IGNORABLE_AND_JAMO[i] && c <= IGNORABLE_AND_JAMO[i + 1]) {
        return false;
      }
    }
    return switch (Character.getType(c)) {
      case Character.UNASSIGNED,
          Character.CONTROL,
          Character.FORMAT,
          Character.PRIVATE_USE,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  private static boolean isArabicDigit(int c) {
    return (c >= 0x0660 && c <= 0x0669) || (c >= 0x06f0 && c <= 0x06f9);
  }

  private static boolean mixesArabicDigits(char[] text) {
    boolean plain = false;
    boolean extended = false;
    for (char c : text) {
      plain |= c >= 0x0660 && c <= 0x0669;
      extended |= c >= 0x06f0 && c <= 0x06f9;
    }
    return plain && extended;
  }

  private static boolean anyScript(char[] text, UnicodeScript... scripts) {
    for (int i = 0; i < text.length; i += Character.charCount(Character.codePointAt(text, i))) {
      int c = Character.codePointAt(text, i);
      if (c != KATAKANA_MIDDLE_DOT && Arrays.asList(scripts).contains(script(c))) {
        return true;
      }
    }
    return false;
  }

  private static UnicodeScript script(int c) {
    return UnicodeScript.of(c);
  }
}
