package dev.cairn.compactor.log;

/** There is no log of this user in this cell. */
public final class LogAbsentException extends LogUnavailableException {
  private static final long serialVersionUID = 1L;

  public LogAbsentException(String message) {
    super(message);
  }
}
