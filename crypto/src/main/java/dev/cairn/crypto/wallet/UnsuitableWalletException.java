package dev.cairn.crypto.wallet;

/** A wallet that cannot hold a backup's key; the message says why and what to use instead. */
public final class UnsuitableWalletException extends Exception {
  private static final long serialVersionUID = 1L;

  UnsuitableWalletException(String message) {
    super(message);
  }
}
