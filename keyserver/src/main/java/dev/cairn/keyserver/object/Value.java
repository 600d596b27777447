package dev.cairn.keyserver.object;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.MalformedTextException;
import dev.cairn.crypto.ValueKind;
import dev.cairn.keyserver.error.MalformedInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A value: bytes of any kind, or one JSON value as text, kept exactly as it was written.
 *
 * @param kind which of the two
 * @param content the bytes, or the UTF-8 of the text
 */
public record Value(ValueKind kind, Bytes content) {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(1000)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  /** Bytes of any kind, copied. */
  public static Value bytes(byte[] content) {
    return bytes(Bytes.copyOf(content));
  }

  /** Bytes of any kind. */
  public static Value bytes(Bytes content) {
    return new Value(ValueKind.BYTES, content);
  }

  /**
   * One JSON value, kept as this very text.
   *
   * @throws MalformedInputException if the text is not one JSON value, or holds an unpaired
   *     surrogate
   */
  public static Value json(String text) {
    try (JsonParser parser = JSON.createParser(text)) {
      if (parser.nextToken() == null) {
        throw new MalformedInputException("The value is not JSON: it is empty");
      }
      parser.skipChildren();
      parser.finishToken();
      if (parser.nextToken() != null) {
        throw new MalformedInputException("The value is not JSON: something follows it");
      }
    } catch (IOException e) {
      throw new MalformedInputException("The value is not JSON: " + firstLine(e), e);
    }
    return ofCheckedJson(text);
  }

  /** For text that a parser has already passed as one JSON value. */
  public static Value ofCheckedJson(String text) {
    try {
      return new Value(ValueKind.JSON, Bytes.utf8(text));
    } catch (MalformedTextException e) {
      throw new MalformedInputException("The value is not valid text: " + e.getMessage(), e);
    }
  }

  /** A JSON string that holds the text. */
  public static Value text(String text) {
    return ofCheckedJson(
        "\""
            + new String(
                com.fasterxml.jackson.core.io.JsonStringEncoder.getInstance().quoteAsString(text))
            + "\"");
  }

  /**
   * The JSON text.
   *
   * @throws IllegalStateException if the value is not JSON
   */
  public String jsonText() {
    if (kind != ValueKind.JSON) {
      throw new IllegalStateException("This value is bytes, not JSON");
    }
    return new String(content.toByteArray(), StandardCharsets.UTF_8);
  }

  private static String firstLine(IOException e) {
    String message = e.getMessage() == null ? "unreadable" : e.getMessage();
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }

  /** The kind and the length, never the content. */
  @Override
  public String toString() {
    return "Value(" + kind + ", " + content.size() + " bytes)";
  }
}
