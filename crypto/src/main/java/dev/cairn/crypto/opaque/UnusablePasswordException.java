package dev.cairn.crypto.opaque;

/**
 * A password that has no OpaqueString form (RFC 8265 section 4.2): it is empty, too long, not
 * UTF-8, or holds a character that not every keyboard or system would enter alike again. Nothing
 * was sent.
 */
public final class UnusablePasswordException extends Exception {
  UnusablePasswordException(String message) {
    super(message);
  }
}
