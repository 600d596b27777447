package dev.cairn.crypto.opaque;

import dev.cairn.crypto.SecretBytes;

/** What a login gives the client. {@link #close()} closes both keys. */
public final class LoginResult implements AutoCloseable {
  private final KE3 ke3;
  private final SecretBytes sessionKey;
  private final SecretBytes exportKey;

  LoginResult(KE3 ke3, SecretBytes sessionKey, SecretBytes exportKey) {
    this.ke3 = ke3;
    this.sessionKey = sessionKey;
    this.exportKey = exportKey;
  }

  /** Proves the password to the server. */
  public KE3 ke3() {
    return ke3;
  }

  /** 32 bytes that only this login's two sides know. */
  public SecretBytes sessionKey() {
    return sessionKey;
  }

  /** The 32 bytes that registration gave. */
  public SecretBytes exportKey() {
    return exportKey;
  }

  @Override
  public void close() {
    sessionKey.close();
    exportKey.close();
  }

  @Override
  public String toString() {
    return "LoginResult";
  }
}
