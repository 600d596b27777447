package dev.cairn.keyserver.error;

/** A party cannot be reached or is full: nothing is lost, and trying again later may help. */
public sealed class UnavailableException extends CairnException permits HomeInUseException {
  /** What a command ends with because of this. */
  public static final int EXIT_CODE = 6;

  private static final long serialVersionUID = 1L;

  public UnavailableException(String message) {
    super(EXIT_CODE, message, null);
  }

  public UnavailableException(String message, Throwable cause) {
    super(EXIT_CODE, message, cause);
  }
}
