package dev.cairn.crypto;

import java.security.GeneralSecurityException;

/**
 * A sealed thing did not open: it was altered, moved, cut, sealed under another key, or written by
 * something that does not keep to the format. Nothing of its content was given out.
 */
public final class SealBrokenException extends GeneralSecurityException {
  /** What did not hold. */
  public SealBrokenException(String message) {
    super(message);
  }

  /** What did not hold, and what the reader met. */
  public SealBrokenException(String message, Throwable cause) {
    super(message, cause);
  }
}
