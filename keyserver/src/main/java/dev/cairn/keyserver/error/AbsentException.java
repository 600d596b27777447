package dev.cairn.keyserver.error;

/** There is no such object. */
public final class AbsentException extends CairnException {
  /** What a command ends with because of this. */
  public static final int EXIT_CODE = 8;

  private static final long serialVersionUID = 1L;

  public AbsentException(String message) {
    super(EXIT_CODE, message, null);
  }

  public AbsentException(String message, Throwable cause) {
    super(EXIT_CODE, message, cause);
  }
}
