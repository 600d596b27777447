package dev.cairn.keyserver.api;

import org.jspecify.annotations.Nullable;

/**
 * The keyserver's process did not answer: it stops, has stopped, or was killed.
 *
 * <p>Where {@link #isUndecided} the request may have taken effect; otherwise it certainly did not.
 */
public final class ProcessGoneException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean undecided;

  ProcessGoneException(String message, boolean undecided, @Nullable Throwable cause) {
    super(message, cause);
    this.undecided = undecided;
  }

  /** It said that it stops and did not take what it was given. */
  public static ProcessGoneException stopping() {
    return new ProcessGoneException("The keyserver's process is stopping", false, null);
  }

  /** Whether the request may have taken effect. */
  public boolean isUndecided() {
    return undecided;
  }
}
