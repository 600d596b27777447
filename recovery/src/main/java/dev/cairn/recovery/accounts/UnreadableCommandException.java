package dev.cairn.recovery.accounts;

/** The accounts topic holds something that this version cannot fold. The instance must stop. */
public final class UnreadableCommandException extends Exception {
  UnreadableCommandException(String message) {
    super(message);
  }

  UnreadableCommandException(String message, Throwable cause) {
    super(message, cause);
  }
}
