package dev.cairn.keyserver.error;

/** What was read is not what was signed or written: never a clean end. */
public final class IntegrityException extends CairnException {
  /** What a command ends with because of this. */
  public static final int EXIT_CODE = 5;

  private static final long serialVersionUID = 1L;

  public IntegrityException(String message) {
    super(EXIT_CODE, message, null);
  }

  public IntegrityException(String message, Throwable cause) {
    super(EXIT_CODE, message, cause);
  }
}
