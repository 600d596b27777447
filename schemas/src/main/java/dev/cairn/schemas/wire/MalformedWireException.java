package dev.cairn.schemas.wire;

/** The bytes are not a record of ours in Confluent wire format; nothing of them was used. */
public final class MalformedWireException extends Exception {
  public MalformedWireException(String message) {
    super(message);
  }

  public MalformedWireException(String message, Throwable cause) {
    super(message, cause);
  }
}
