package dev.cairn.provider.store;

import java.io.IOException;

/**
 * The storage could not be reached, refused the request, or broke off in the middle. Nothing is known
 * about whether a write took effect; repeating it is safe, since every write here is idempotent.
 */
public final class StoreUnavailableException extends IOException {
  public StoreUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
