package dev.cairn.keyserver.wallet;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Sha256;
import dev.cairn.crypto.wallet.SignInForm;

/**
 * A login as a wallet signed it. Nothing in it is secret.
 *
 * @param form how it was signed
 * @param message the exact text, or the typed data as JSON
 * @param signature {@code r ‖ s ‖ v}, 65 bytes
 */
public record SignedLogin(SignInForm form, String message, Bytes signature) {
  /** What statements of this session are bound to: 32 bytes. */
  public Bytes binding() {
    return Sha256.hash(Bytes.utf8(message));
  }
}
