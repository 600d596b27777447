package dev.cairn.keyserver.error;

/**
 * Another keyserver writes this log now; this one may not, and what it wrote last is not backed up.
 */
public final class FencedException extends CairnException {
  /** What a command ends with because of this. */
  public static final int EXIT_CODE = 7;

  private static final long serialVersionUID = 1L;

  public FencedException(String message) {
    super(EXIT_CODE, message, null);
  }

  public FencedException(String message, Throwable cause) {
    super(EXIT_CODE, message, cause);
  }
}
