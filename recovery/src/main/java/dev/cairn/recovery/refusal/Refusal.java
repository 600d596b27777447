package dev.cairn.recovery.refusal;

import dev.cairn.schemas.http.ErrorBody;
import dev.cairn.schemas.http.ErrorCodes;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A request is not served: status, code and message for the answer. Nothing was changed by it. */
public final class Refusal extends Exception {
  private static final String REMAINING = "remaining";
  private static final String FACTOR = "factor";
  private static final String RETRY = "retryAfterSeconds";

  private final int status;
  private final ErrorBody body;
  private final Optional<Duration> retryAfter;

  private Refusal(
      int status,
      String code,
      String message,
      Map<String, String> details,
      Optional<Duration> after) {
    super(message);
    this.status = status;
    this.body = new ErrorBody(code, message, details);
    this.retryAfter = after;
  }

  private static Refusal of(int status, String code, String message) {
    return new Refusal(status, code, message, Map.of(), Optional.empty());
  }

  public static Refusal malformed(String message) {
    return of(400, ErrorCodes.MALFORMED, message);
  }

  /** {@code left} attempts are answered before answers are delayed. */
  public static Refusal wrongSecret(int left) {
    return new Refusal(
        401,
        ErrorCodes.WRONG_SECRET,
        "the name or the password is wrong",
        Map.of(REMAINING, Integer.toString(left)),
        Optional.empty());
  }

  /** A recovery key or a wallet that is not this account's; no attempts are counted. */
  public static Refusal wrongProof() {
    return of(401, ErrorCodes.WRONG_SECRET, "the name is wrong, or what was signed with");
  }

  /** {@code left} attempts are answered before answers are delayed. */
  public static Refusal wrongFactor(int left) {
    return new Refusal(
        401,
        ErrorCodes.WRONG_SECRET,
        "the code is wrong, or was used before",
        Map.of(FACTOR, "true", REMAINING, Integer.toString(left)),
        Optional.empty());
  }

  /** A code that a newly enrolled authenticator does not show. */
  public static Refusal wrongNewFactor() {
    return new Refusal(
        401,
        ErrorCodes.WRONG_SECRET,
        "the code is not what the new authenticator shows now",
        Map.of(FACTOR, "true"),
        Optional.empty());
  }

  public static Refusal tokenInvalid(String message) {
    return of(401, ErrorCodes.TOKEN_INVALID, message);
  }

  public static Refusal signatureInvalid(String message) {
    return of(401, ErrorCodes.SIGNATURE_INVALID, message);
  }

  public static Refusal forbidden(String message) {
    return of(403, ErrorCodes.FORBIDDEN, message);
  }

  public static Refusal absent(String message) {
    return of(404, ErrorCodes.ABSENT, message);
  }

  public static Refusal usernameTaken() {
    return of(409, ErrorCodes.USERNAME_TAKEN, "this name belongs to an account that has a backup");
  }

  /** The provider takes no new accounts. */
  public static Refusal registrationClosed() {
    return of(403, ErrorCodes.REGISTRATION_CLOSED, "this provider takes no new accounts now");
  }

  /** No invitation, or one that is unknown, over, or used for another name. */
  public static Refusal notInvited() {
    return of(
        403,
        ErrorCodes.NOT_INVITED,
        "this provider takes new accounts by invitation only, and this is none that is good now");
  }

  public static Refusal conflict(String message) {
    return of(409, ErrorCodes.CONFLICT, message);
  }

  /** A later epoch was granted. */
  public static Refusal fenced(long epoch) {
    return new Refusal(
        409,
        ErrorCodes.FENCED,
        "a later keyserver has taken this log over",
        Map.of("epoch", Long.toString(epoch)),
        Optional.empty());
  }

  /** A base is not what its opening says. */
  public static Refusal baseBroken(String file, String defect) {
    return new Refusal(
        409,
        ErrorCodes.BASE_BROKEN,
        "the base does not hold: " + file + ": " + defect,
        Map.of("file", file),
        Optional.empty());
  }

  /** What was asked for has been truncated. */
  public static Refusal logTruncated(long startOffset) {
    return new Refusal(
        410,
        ErrorCodes.LOG_TRUNCATED,
        "the log starts later: go on from the newest snapshot",
        Map.of("startOffset", Long.toString(startOffset)),
        Optional.empty());
  }

  /** The object ends before the range begins. */
  public static Refusal rangeNotSatisfiable() {
    return of(416, ErrorCodes.MALFORMED, "the file ends before the range begins");
  }

  public static Refusal tooLarge(String message) {
    return of(413, ErrorCodes.TOO_LARGE, message);
  }

  /** Too many guesses; {@code retryAfter} until the next is answered. */
  public static Refusal lockedOut(Duration retryAfter) {
    return new Refusal(
        429,
        ErrorCodes.LOCKED_OUT,
        "too many wrong passwords for this name",
        Map.of(RETRY, Long.toString(Math.max(1, retryAfter.toSeconds())), REMAINING, "0"),
        Optional.of(retryAfter));
  }

  /** As {@link #lockedOut}, for the second factor. */
  public static Refusal factorLockedOut(Duration retryAfter) {
    return new Refusal(
        429,
        ErrorCodes.LOCKED_OUT,
        "too many wrong codes for this account",
        Map.of(
            RETRY,
            Long.toString(Math.max(1, retryAfter.toSeconds())),
            REMAINING,
            "0",
            FACTOR,
            "true"),
        Optional.of(retryAfter));
  }

  /** Not now; ask again after {@code retryAfter}. */
  public static Refusal unavailable(String message, Duration retryAfter) {
    return new Refusal(503, ErrorCodes.UNAVAILABLE, message, Map.of(), Optional.of(retryAfter));
  }

  public int status() {
    return status;
  }

  public ErrorBody body() {
    return body;
  }

  public Optional<Duration> retryAfter() {
    return retryAfter;
  }
}
