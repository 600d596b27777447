package dev.cairn.recovery.accounts;

/** The accounts topic no longer holds what was read from it. The instance must stop. */
public final class LostCommandsException extends Exception {
  LostCommandsException(String message, Throwable cause) {
    super(message, cause);
  }
}
