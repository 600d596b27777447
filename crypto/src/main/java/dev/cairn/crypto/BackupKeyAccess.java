package dev.cairn.crypto;

/**
 * The only way to the bytes of a backup key, so that its few uses are easy to find: wrapping into a
 * recovery bundle, and the owner's own key file.
 */
public final class BackupKeyAccess {
  private BackupKeyAccess() {}

  /** A copy of the 32 bytes, which the caller must zero as soon as possible. */
  public static byte[] copyMaterial(BackupKey key) {
    return key.copyMaterial();
  }
}
