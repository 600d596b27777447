package dev.cairn.crypto.opaque;

/** A password that could be guessed by whoever steals the provider's secrets. Nothing was sent. */
public final class WeakPasswordException extends Exception {
  WeakPasswordException(String message) {
    super(message);
  }
}
