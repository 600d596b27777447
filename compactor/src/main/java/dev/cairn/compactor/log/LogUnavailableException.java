package dev.cairn.compactor.log;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The log could not be read or truncated now. Says nothing about its content; trying again is safe.
 */
public class LogUnavailableException extends IOException {
  private static final long serialVersionUID = 1L;

  public LogUnavailableException(String message) {
    super(message);
  }

  public LogUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
