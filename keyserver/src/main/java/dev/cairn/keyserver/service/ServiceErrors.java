package dev.cairn.keyserver.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cairn.keyserver.error.AbsentException;
import dev.cairn.keyserver.error.FencedException;
import dev.cairn.keyserver.error.LockedOutException;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.error.WrongSecretException;
import dev.cairn.schemas.http.ErrorCodes;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * From the service's refusals to the decision that the caller has.
 *
 * <table>
 * <caption>Codes</caption>
 * <tr><th>code</th><th>becomes</th></tr>
 * <tr><td>wrong_secret</td><td>{@link WrongSecretException}</td></tr>
 * <tr><td>locked_out</td><td>{@link LockedOutException}</td></tr>
 * <tr><td>fenced</td><td>{@link FencedException}</td></tr>
 * <tr><td>absent</td><td>{@link AbsentException}</td></tr>
 * <tr><td>malformed, too_large, registration_closed, not_invited</td><td>{@link MalformedInputException}</td></tr>
 * <tr><td>too_many, unavailable, forbidden, any other 5xx</td><td>{@link UnavailableException}</td></tr>
 * <tr><td>token_invalid, log_truncated, username_taken</td><td>a checked exception of this package, thrown by the methods
 * that can meet it</td></tr>
 * <tr><td>anything else</td><td>{@link ServiceRefusedException}</td></tr>
 * </table>
 */
final class ServiceErrors {
  /** A refusal as the service worded it. */
  record Refusal(int status, String code, String message, Map<String, String> details) {
    Optional<Long> number(String name) {
      return Optional.ofNullable(details.get(name))
          .filter(text -> text.matches("[0-9]{1,18}"))
          .map(Long::valueOf);
    }
  }

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int MAX_MESSAGE = 500;
  private static final int SERVER_ERROR = 500;
  private static final int NOT_FOUND = 404;

  private ServiceErrors() {}

  static boolean isLockedOut(HttpAnswer answer) {
    return read(answer).code().equals(ErrorCodes.LOCKED_OUT);
  }

  /** Reads a refusal, whoever on the way worded it. */
  static Refusal read(HttpAnswer answer) {
    String code = "";
    String message = "";
    Map<String, String> details = new HashMap<>();
    try {
      JsonNode json = MAPPER.readTree(answer.body().toByteArray());
      code = json.path("code").asText("");
      message = json.path("message").asText("");
      json.path("details")
          .properties()
          .forEach(entry -> details.put(entry.getKey(), entry.getValue().asText("")));
    } catch (IOException e) {
      message = "an answer that is not the service's";
    }
    if (code.isEmpty()) {
      code = answer.status() == NOT_FOUND ? ErrorCodes.ABSENT : "status " + answer.status();
    }
    return new Refusal(answer.status(), code, printable(message), details);
  }

  static RuntimeException toException(Refusal refusal) {
    String message = refusal.message();
    return switch (refusal.code()) {
      case ErrorCodes.WRONG_SECRET ->
          new WrongSecretException(
              isFactor(refusal)
                  ? "The code of the second factor is refused"
                      + sentence(message)
                      + ". Nothing was changed"
                      + remaining(refusal)
                  : "The username or the secret is wrong. Nothing was changed"
                      + remaining(refusal));
      case ErrorCodes.LOCKED_OUT ->
          new LockedOutException(
              "Too many wrong attempts: the account refuses more of them for now"
                  + sentence(message)
                  + ". Nothing was changed and the backup is safe; try again "
                  + refusal
                      .number("retryAfterSeconds")
                      .map(seconds -> "in " + seconds + " seconds")
                      .orElse("later"));
      case ErrorCodes.FENCED ->
          new FencedException(
              "Another keyserver writes this log now"
                  + refusal.number("epoch").map(epoch -> " (epoch " + epoch + ")").orElse("")
                  + ": this one may not. What it had not backed up can be exported (export"
                  + " --unbacked)");
      case ErrorCodes.ABSENT ->
          new AbsentException("The recovery service does not have it" + sentence(message));
      case ErrorCodes.MALFORMED, ErrorCodes.TOO_LARGE ->
          new MalformedInputException(
              "The recovery service refuses the request"
                  + sentence(message)
                  + ". Nothing was changed");
      case ErrorCodes.REGISTRATION_CLOSED ->
          new MalformedInputException(
              "The provider takes no new accounts now. Nothing was registered; an account that"
                  + " exists is still served (recover)");
      case ErrorCodes.NOT_INVITED ->
          new MalformedInputException(
              "The provider takes new accounts by invitation only, and this request came with none,"
                  + " or with one that is unknown, over or used for another name. Nothing was"
                  + " registered; ask the provider for an invitation and name its file with"
                  + " --invitation-file");
      case ErrorCodes.TOO_MANY, ErrorCodes.UNAVAILABLE -> unavailable(refusal);
      // The provider may change its mind; until then everything stays where it is.
      case ErrorCodes.FORBIDDEN ->
          new UnavailableException(
              "The provider refuses" + sentence(message) + ". Nothing is lost");
      default ->
          refusal.status() >= SERVER_ERROR
              ? unavailable(refusal)
              : new ServiceRefusedException(refusal.code(), message, refusal.details());
    };
  }

  private static UnavailableException unavailable(Refusal refusal) {
    return new UnavailableException(
        "The recovery service cannot answer now ("
            + refusal.code()
            + sentence(refusal.message())
            + "). Nothing is lost; try again later");
  }

  private static boolean isFactor(Refusal refusal) {
    return "true".equals(refusal.details().get("factor"));
  }

  private static String remaining(Refusal refusal) {
    return refusal.number("remaining").map(left -> "; " + left + " attempts are left").orElse("");
  }

  private static String sentence(String message) {
    return message.isEmpty() ? "" : ": " + message;
  }

  /** What strangers word goes to a terminal: one line, no control characters, bounded. */
  private static String printable(String text) {
    String oneLine = text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]+", " ").strip();
    String cut =
        oneLine.length() <= MAX_MESSAGE ? oneLine : oneLine.substring(0, MAX_MESSAGE) + "…";
    return cut.endsWith(".") ? cut.substring(0, cut.length() - 1) : cut;
  }
}
