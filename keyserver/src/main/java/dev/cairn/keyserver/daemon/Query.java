package dev.cairn.keyserver.daemon;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a request, read strictly: what does not decode would silently name another
 * object, and what is misspelt would silently do nothing.
 */
final class Query {
  private static final Duration LONGEST = Duration.ofDays(1);

  private final Map<String, String> values;

  private Query(Map<String, String> values) {
    this.values = values;
  }

  /** Reads {@code name=value&…}, percent-encoded UTF-8, a plus sign for a blank. */
  static Query parse(@Nullable String raw) throws Refusal {
    Map<String, String> values = new HashMap<>();
    if (raw != null && !raw.isEmpty()) {
      for (String pair : raw.split("&", -1)) {
        int equals = pair.indexOf('=');
        if (equals < 0) {
          throw Refusal.malformed("A parameter is name=value");
        }
        String name = decode(pair.substring(0, equals));
        if (values.put(name, decode(pair.substring(equals + 1))) != null) {
          throw Refusal.malformed("A parameter stands in the request twice");
        }
      }
    }
    return new Query(values);
  }

  private static String decode(String text) throws Refusal {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        if (i + 2 >= text.length()
            || !HexFormat.isHexDigit(text.charAt(i + 1))
            || !HexFormat.isHexDigit(text.charAt(i + 2))) {
          throw Refusal.malformed("A parameter is not percent-encoded");
        }
        bytes.write(HexFormat.fromHexDigits(text, i + 1, i + 3));
        i += 2;
      } else if (c <= ' ' || c >= 0x7f) {
        throw Refusal.malformed("A parameter is not percent-encoded");
      } else {
        bytes.write(c == '+' ? ' ' : c);
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw Refusal.malformed("A parameter is not UTF-8");
    }
  }

  /** Refuses a request that has other parameters than these. */
  Query only(String... names) throws Refusal {
    if (!Set.of(names).containsAll(values.keySet())) {
      throw Refusal.malformed(
          names.length == 0
              ? "This route takes no parameters"
              : "This route takes no other parameters than " + String.join(", ", names));
    }
    return this;
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name));
  }

  String required(String name) throws Refusal {
    String value = values.get(name);
    if (value == null) {
      throw Refusal.malformed("The request lacks the parameter " + name);
    }
    return value;
  }

  /** {@code true} or {@code false}; false if it is not there. */
  boolean flag(String name) throws Refusal {
    return switch (values.getOrDefault(name, "false")) {
      case "true" -> true;
      case "false" -> false;
      default -> throw Refusal.malformed("The parameter " + name + " is true or false");
    };
  }

  /** A number of milliseconds, at most a day. */
  Duration milliseconds(String name, Duration otherwise) throws Refusal {
    String value = values.get(name);
    if (value == null) {
      return otherwise;
    }
    if (!value.matches("[0-9]{1,8}") || Long.parseLong(value) > LONGEST.toMillis()) {
      throw Refusal.malformed(
          "The parameter " + name + " is a number of milliseconds, at most a day");
    }
    return Duration.ofMillis(Long.parseLong(value));
  }
}
