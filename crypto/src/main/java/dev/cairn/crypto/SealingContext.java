package dev.cairn.crypto;

/**
 * Where an object was written: all of it is authenticated with the object, so that none can be
 * moved.
 *
 * @param userId the owner
 * @param keyVersion of the backup key, from 1
 * @param epoch of the writer
 * @param sequence of the operation's own transaction
 */
public record SealingContext(UserId userId, int keyVersion, long epoch, long sequence) {
  /** Checks the ranges. */
  public SealingContext {
    if (keyVersion < 1 || epoch < 0 || sequence < 0) {
      throw new IllegalArgumentException(
          "key version "
              + keyVersion
              + ", epoch "
              + epoch
              + ", sequence "
              + sequence
              + " are out of range");
    }
  }
}
