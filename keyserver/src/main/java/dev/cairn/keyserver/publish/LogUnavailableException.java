package dev.cairn.keyserver.publish;

/** The log cannot be reached or does not answer: try again later. */
public final class LogUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LogUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
