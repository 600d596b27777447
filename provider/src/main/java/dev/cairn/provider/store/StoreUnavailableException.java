package dev.cairn.provider.store;

import java.io.IOException;

/**
 * The storage could not be reached, refused the request, or broke off in the middle. Nothing is
 * known about whether a write took effect; repeating it is safe, since every write here is
 * idempotent.
 */
public final class StoreUnavailableException extends IOException {
  private final boolean passing;

  /** Something that trying again does not mend. */
  public StoreUnavailableException(String message, Throwable cause) {
    this(message, cause, false);
  }

  private StoreUnavailableException(String message, Throwable cause, boolean passing) {
    super(message, cause);
    this.passing = passing;
  }

  /**
   * Something that trying again may mend: throttling, a broken connection, a server that restarts.
   */
  public static StoreUnavailableException passing(String message, Throwable cause) {
    return new StoreUnavailableException(message, cause, true);
  }

  /** Whether trying again may help. */
  public boolean isPassing() {
    return passing;
  }
}
