package dev.cairn.crypto.bundle;

import dev.cairn.crypto.BackupKey;

/**
 * A backup key and its version. A class and not a record: key material is in no record.
 *
 * <p>{@link #close()} closes the key.
 */
public final class VersionedKey implements AutoCloseable {
  private final int keyVersion;
  private final BackupKey key;

  /**
   * Takes the key over: closing this closes it.
   *
   * @throws IllegalArgumentException if the version is below 1
   */
  public VersionedKey(int keyVersion, BackupKey key) {
    if (keyVersion < 1) {
      throw new IllegalArgumentException("key versions count from 1, not " + keyVersion);
    }
    this.keyVersion = keyVersion;
    this.key = key;
  }

  /** From 1. */
  public int keyVersion() {
    return keyVersion;
  }

  /** The key, which lives as long as this. */
  public BackupKey key() {
    return key;
  }

  @Override
  public void close() {
    key.close();
  }

  @Override
  public String toString() {
    return "VersionedKey(key version " + keyVersion + ")";
  }
}
