package dev.cairn.keyserver.recover;

import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.bundle.WrapKind;

/** A printed recovery key. Whatever strangers guess at the account, this lane stays open. */
public final class RecoveryKeySecret implements Secret {
  private final SecretBytes key;

  /**
   * @param key 16 bytes; closed with this
   */
  public RecoveryKeySecret(SecretBytes key) {
    this.key = key;
  }

  /** 16 bytes; stays this object's to close. */
  public SecretBytes key() {
    return key;
  }

  @Override
  public WrapKind kind() {
    return WrapKind.RECOVERY_KEY;
  }

  @Override
  public void close() {
    key.close();
  }

  @Override
  public String toString() {
    return "RecoveryKeySecret";
  }
}
