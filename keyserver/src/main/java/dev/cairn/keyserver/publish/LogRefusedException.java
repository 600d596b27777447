package dev.cairn.keyserver.publish;

/**
 * The log refuses this writer. Whether that is for good only the service can say: a broker that
 * restarts refuses, too.
 */
public final class LogRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LogRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
