package dev.cairn.crypto.opaque;

import dev.cairn.crypto.SecretBytes;

/** What a registration leaves with the client. {@link #close()} closes the export key. */
public final class RegistrationResult implements AutoCloseable {
  private final RegistrationRecord record;
  private final SecretBytes exportKey;

  RegistrationResult(RegistrationRecord record, SecretBytes exportKey) {
    this.record = record;
    this.exportKey = exportKey;
  }

  /** For the server to keep; send it only over a confidential, authenticated connection. */
  public RegistrationRecord record() {
    return record;
  }

  /** 32 bytes that only this password, with this record, gives again. */
  public SecretBytes exportKey() {
    return exportKey;
  }

  @Override
  public void close() {
    exportKey.close();
  }

  @Override
  public String toString() {
    return "RegistrationResult";
  }
}
