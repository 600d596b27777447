package dev.cairn.keyserver.error;

/**
 * The home is open in another process, or elsewhere in this one: ask that one, or wait for its end.
 */
public final class HomeInUseException extends UnavailableException {
  private static final long serialVersionUID = 1L;

  public HomeInUseException(String message) {
    super(message);
  }

  public HomeInUseException(String message, Throwable cause) {
    super(message, cause);
  }
}
