package dev.cairn.crypto.bundle;

import dev.cairn.crypto.Bytes;

/**
 * What its owner knew of the log when a bundle was wrapped: a recovered head must not come before
 * it, in the order of key version, epoch, index.
 *
 * @param keyVersion from 1
 * @param epoch of the writer
 * @param index of the record
 * @param head 32 bytes
 */
public record Floor(int keyVersion, long epoch, long index, Bytes head) {
  /** Bytes of a head. */
  public static final int HEAD_SIZE = 32;

  /** Checks lengths and ranges: {@link IllegalArgumentException}. */
  public Floor {
    if (keyVersion < 1 || epoch < 0 || index < 0) {
      throw new IllegalArgumentException(
          "no floor has key version " + keyVersion + ", epoch " + epoch + ", index " + index);
    }
    if (head.size() != HEAD_SIZE) {
      throw new IllegalArgumentException("a head has " + HEAD_SIZE + " bytes, not " + head.size());
    }
  }
}
