package dev.cairn.keyserver.error;

/** Too many guesses: the account refuses more of them for now. */
public final class LockedOutException extends CairnException {
  /** What a command ends with because of this. */
  public static final int EXIT_CODE = 4;

  private static final long serialVersionUID = 1L;

  public LockedOutException(String message) {
    super(EXIT_CODE, message, null);
  }

  public LockedOutException(String message, Throwable cause) {
    super(EXIT_CODE, message, cause);
  }
}
