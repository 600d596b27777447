package dev.cairn.schemas.http;

/** Values of {@link ErrorBody#code()}. */
public final class ErrorCodes {
  public static final String MALFORMED = "malformed";
  public static final String TOKEN_INVALID = "token_invalid";
  public static final String SIGNATURE_INVALID = "signature_invalid";
  public static final String WRONG_SECRET = "wrong_secret";
  public static final String FORBIDDEN = "forbidden";
  public static final String ABSENT = "absent";
  public static final String FENCED = "fenced";
  public static final String USERNAME_TAKEN = "username_taken";
  public static final String REGISTRATION_CLOSED = "registration_closed";
  public static final String NOT_INVITED = "not_invited";
  public static final String CONFLICT = "conflict";
  public static final String BASE_BROKEN = "base_broken";
  public static final String LOG_TRUNCATED = "log_truncated";
  public static final String TOO_LARGE = "too_large";
  public static final String LOCKED_OUT = "locked_out";
  public static final String TOO_MANY = "too_many";
  public static final String UNAVAILABLE = "unavailable";
  public static final String INTERNAL = "internal";

  private ErrorCodes() {}
}
