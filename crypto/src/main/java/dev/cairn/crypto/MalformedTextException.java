package dev.cairn.crypto;

/**
 * Text that has no exact UTF-8 form, or one that is longer than the format allows: nothing was
 * written.
 */
public final class MalformedTextException extends IllegalArgumentException {
  /** What is wrong, without the text itself. */
  public MalformedTextException(String message) {
    super(message);
  }
}
