package dev.cairn.crypto.wallet;

/** A sign-in that proves nothing: which check failed, in words for its owner. */
public final class SignInRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  /** The checks. */
  public enum Check {
    /** The text is not one of EIP-4361, or the typed data is not ours. */
    MALFORMED,
    /** Another address than the account's. */
    ADDRESS,
    /** Made for another site. */
    DOMAIN,
    /** Made for another service. */
    URI,
    /** Made for another network. */
    CHAIN,
    /** Another challenge than the one that was given out. */
    NONCE,
    /** Issued in the future, or too long ago. */
    ISSUED_AT,
    /** Not valid yet, or not any more. */
    EXPIRATION,
    /** Not by the key of the address. */
    SIGNATURE
  }

  private final Check check;

  SignInRefusedException(Check check, String message) {
    super(message);
    this.check = check;
  }

  /** Which check failed. */
  public Check check() {
    return check;
  }
}
