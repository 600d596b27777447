package dev.cairn.schemas.http;

import java.util.Map;

/** Every answer that is not a success: a code for programs, a message for people. */
public record ErrorBody(String code, String message, Map<String, String> details) {
  public ErrorBody {
    details = Map.copyOf(details);
  }
}
