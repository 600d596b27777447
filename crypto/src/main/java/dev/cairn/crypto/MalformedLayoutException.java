package dev.cairn.crypto;

/** Bytes that are not an instance of the layout they were read as. */
public final class MalformedLayoutException extends Exception {
  /** What was expected and where. */
  public MalformedLayoutException(String message) {
    super(message);
  }

  /** What was expected and where, and what the reader met. */
  public MalformedLayoutException(String message, Throwable cause) {
    super(message, cause);
  }
}
