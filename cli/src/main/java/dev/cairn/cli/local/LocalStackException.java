package dev.cairn.cli.local;

/**
 * The embedded stack cannot start or go on; the message says why and what to do. Nothing was lost.
 */
public final class LocalStackException extends Exception {
  public LocalStackException(String message) {
    super(message);
  }

  public LocalStackException(String message, Throwable cause) {
    super(message, cause);
  }
}
