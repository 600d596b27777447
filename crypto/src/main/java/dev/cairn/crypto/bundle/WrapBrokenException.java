package dev.cairn.crypto.bundle;

import java.security.GeneralSecurityException;

/**
 * A wrap did not open: another secret, or the provider's copy was altered or belongs to another
 * user or version. No key was given out.
 */
public final class WrapBrokenException extends GeneralSecurityException {
  /** Which check failed. */
  public enum Reason {
    /**
     * The commitment is of another key-encryption key: another secret than the one that wrapped.
     */
    OTHER_KEY,
    /**
     * The right key, but the wrap was altered, moved to another user, version or kind, or its
     * parameters were replaced.
     */
    ALTERED,
    /** It opened, but what it holds is no bundle content of this user. */
    MALFORMED
  }

  private final Reason reason;

  WrapBrokenException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  WrapBrokenException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Which check failed. */
  public Reason reason() {
    return reason;
  }
}
