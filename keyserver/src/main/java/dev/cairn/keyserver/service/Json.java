package dev.cairn.keyserver.service;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cairn.crypto.Bytes;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.schemas.http.HttpJson;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Messages of the service to and from JSON. Fields that a later service adds are passed over. */
final class Json {
  private static final ObjectMapper MAPPER = HttpJson.lenient();

  private Json() {}

  static Bytes write(Object message) {
    try {
      return Bytes.wrap(MAPPER.writeValueAsBytes(message));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A message cannot be written", e);
    }
  }

  static <T> T read(Bytes body, Class<T> type) {
    try {
      T message = MAPPER.readValue(body.toByteArray(), type);
      if (message == null) {
        throw malformed(type, "it is null", null);
      }
      return message;
    } catch (IOException e) {
      throw malformed(type, firstLine(e), e);
    }
  }

  static Bytes binary(String what, String text) {
    try {
      return Bytes.fromBase64Url(text);
    } catch (IllegalArgumentException e) {
      throw malformed(what, "it is not base64url without padding", e);
    }
  }

  static Bytes binary(String what, String text, int size) {
    Bytes bytes = binary(what, text);
    if (bytes.size() != size) {
      throw malformed(what, "it has " + bytes.size() + " bytes, not " + size, null);
    }
    return bytes;
  }

  static IntegrityException malformed(Object what, String why, @Nullable Throwable cause) {
    String name = what instanceof Class<?> type ? type.getSimpleName() : what.toString();
    String message =
        "The recovery service answers with a malformed "
            + name
            + ": "
            + why
            + ". Nothing was changed; check service.url";
    return cause == null ? new IntegrityException(message) : new IntegrityException(message, cause);
  }

  private static String firstLine(IOException e) {
    String message = e.getMessage() == null ? "unreadable" : e.getMessage();
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }
}
