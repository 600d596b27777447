package dev.cairn.keyserver.error;

/** The input is not what the contract asks for; nothing was changed. */
public final class MalformedInputException extends CairnException {
  /** What a command ends with because of this. */
  public static final int EXIT_CODE = 2;

  private static final long serialVersionUID = 1L;

  public MalformedInputException(String message) {
    super(EXIT_CODE, message, null);
  }

  public MalformedInputException(String message, Throwable cause) {
    super(EXIT_CODE, message, cause);
  }
}
