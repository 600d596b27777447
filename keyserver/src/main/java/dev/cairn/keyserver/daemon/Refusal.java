package dev.cairn.keyserver.daemon;

import dev.cairn.keyserver.api.LocalErrors;
import dev.cairn.keyserver.error.CairnException;
import dev.cairn.schemas.http.ErrorBody;
import dev.cairn.schemas.http.ErrorCodes;
import java.util.LinkedHashMap;
import java.util.Map;

/** A request is not served: status, code and message for the answer. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;
  private static final String EXIT_CODE = "exitCode";

  private final int status;
  private final transient ErrorBody body;

  private Refusal(int status, String code, String message, Map<String, String> details) {
    super(message);
    this.status = status;
    this.body = new ErrorBody(code, message, details);
  }

  static Refusal malformed(String message) {
    return new Refusal(400, ErrorCodes.MALFORMED, message, Map.of(EXIT_CODE, "2"));
  }

  static Refusal tokenInvalid() {
    return new Refusal(
        401,
        ErrorCodes.TOKEN_INVALID,
        "Authorization is not 'Bearer <token>' with the token of api.properties. Nothing was"
            + " changed",
        Map.of());
  }

  static Refusal wrongHost() {
    return new Refusal(
        403,
        ErrorCodes.FORBIDDEN,
        "The Host of the request is not this machine's loopback: a name that somebody else controls"
            + " may lead here. Nothing was changed; use the url of api.properties",
        Map.of());
  }

  static Refusal tooLarge(long limit) {
    return new Refusal(
        413,
        ErrorCodes.TOO_LARGE,
        "The transaction is longer than "
            + limit
            + " bytes, an eighth of the memory that the keyserver may use. Nothing was changed",
        Map.of(EXIT_CODE, "2"));
  }

  static Refusal tooMany(String what) {
    return new Refusal(
        429,
        ErrorCodes.TOO_MANY,
        "There are too many " + what + " already: try again",
        Map.of(EXIT_CODE, "6"));
  }

  static Refusal noSuchRoute(int status, String message) {
    return new Refusal(status, LocalErrors.NO_SUCH_ROUTE, message, Map.of());
  }

  static Refusal stopping() {
    return stopping(Map.of());
  }

  /** With further details. */
  static Refusal stopping(Map<String, String> details) {
    return new Refusal(
        503,
        LocalErrors.STOPPING,
        "The keyserver is stopping: it takes nothing more. What is durable stays queued and is sent"
            + " after the next start",
        with(details, EXIT_CODE, "6"));
  }

  static Refusal internal() {
    return new Refusal(
        500,
        ErrorCodes.INTERNAL,
        "The keyserver failed to answer; its log says why. What was acknowledged before is safe",
        Map.of(EXIT_CODE, "1"));
  }

  static Refusal of(CairnException error, Map<String, String> details) {
    return new Refusal(
        LocalErrors.status(error),
        LocalErrors.code(error),
        error.getMessage(),
        with(details, EXIT_CODE, Integer.toString(error.exitCode())));
  }

  private static Map<String, String> with(Map<String, String> details, String name, String value) {
    Map<String, String> all = new LinkedHashMap<>(details);
    all.put(name, value);
    return all;
  }

  int status() {
    return status;
  }

  ErrorBody body() {
    return body;
  }
}
