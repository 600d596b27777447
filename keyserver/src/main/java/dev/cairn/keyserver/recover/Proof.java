package dev.cairn.keyserver.recover;

import dev.cairn.crypto.SecretBytes;

/**
 * How its owner proves an account. It stays its maker's to close, after its last use: closing it
 * closes the secret.
 *
 * @param secret which one
 * @param factor asked when the account wants a second factor, too
 */
public record Proof(Secret secret, FactorPrompt factor) implements AutoCloseable {
  /**
   * A password, of an account without a second factor.
   *
   * @param password stays the caller's to close
   */
  public static Proof ofPassword(SecretBytes password) {
    return new Proof(new PasswordSecret(password), FactorPrompt.NONE);
  }

  /** What it was given for is done: a wallet's page says so. */
  public void succeeded() {
    if (secret instanceof WalletSecret wallet) {
      wallet.succeeded();
    }
  }

  @Override
  public void close() {
    secret.close();
  }
}
