package dev.cairn.crypto;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Strict UTF-8: what {@code String.getBytes} and {@code new String} would replace in silence is
 * refused here.
 */
final class Utf8 {
  private Utf8() {}

  /** Encodes, refusing unpaired surrogates. */
  static byte[] encode(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (Character.isLowSurrogate(c)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          throw new MalformedTextException(
              "unpaired surrogate at position " + i + ": the text has no UTF-8 form");
        }
        i++;
      }
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Decodes the half-open range, refusing anything that is not UTF-8. */
  static String decode(byte[] source, int from, int toExclusive) throws MalformedLayoutException {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(source, from, toExclusive - from))
          .toString();
    } catch (CharacterCodingException e) {
      throw new MalformedLayoutException("text at byte " + from + " is not UTF-8", e);
    }
  }
}
