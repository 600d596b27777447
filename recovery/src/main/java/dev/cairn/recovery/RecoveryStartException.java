package dev.cairn.recovery;

/** The service could not start; nothing was changed that a next start does not expect. */
public final class RecoveryStartException extends Exception {
  RecoveryStartException(Throwable cause) {
    super("the recovery service cannot start: " + cause.getMessage(), cause);
  }
}
