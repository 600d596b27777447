package dev.cairn.keyserver.recover;

import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.bundle.WrapKind;

/** A password. */
public final class PasswordSecret implements Secret {
  private final SecretBytes password;

  /**
   * @param password in UTF-8; closed with this
   */
  public PasswordSecret(SecretBytes password) {
    this.password = password;
  }

  SecretBytes password() {
    return password;
  }

  @Override
  public WrapKind kind() {
    return WrapKind.OPAQUE;
  }

  @Override
  public void close() {
    password.close();
  }

  @Override
  public String toString() {
    return "PasswordSecret";
  }
}
