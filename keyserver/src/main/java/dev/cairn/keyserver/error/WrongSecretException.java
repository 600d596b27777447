package dev.cairn.keyserver.error;

/** The secret or the second factor is wrong. */
public final class WrongSecretException extends CairnException {
  /** What a command ends with because of this. */
  public static final int EXIT_CODE = 3;

  private static final long serialVersionUID = 1L;

  public WrongSecretException(String message) {
    super(EXIT_CODE, message, null);
  }

  public WrongSecretException(String message, Throwable cause) {
    super(EXIT_CODE, message, cause);
  }
}
