package dev.cairn.keyserver.recover;

import dev.cairn.keyserver.error.IntegrityException;

/**
 * Ends the reading of a log that has no end: a provider may send what belongs to nobody, or the
 * same again and again, for as long as somebody listens.
 */
final class EndlessLog {
  /** So many answers in a row may bring nothing new: no writer that lost a race leaves more. */
  private static final int FRUITLESS = 1_000;

  /**
   * A hundred times as many where each is long. Behind a base there may be a whole log that an
   * earlier key has signed, and nothing of it counts: some 800 GB are read before this ends.
   */
  private static final int LONG_BYTES = 1 << 20;

  private static final int WEIGHT = 100;

  private int fruitless;

  /**
   * Counts one answer.
   *
   * @param fruitful whether it held anything of the owner's that had not been there before
   * @param bytes of the records in it
   * @param next the offset to go on from
   * @throws IntegrityException if this goes on and on
   */
  void read(boolean fruitful, long bytes, long next) {
    fruitless = fruitful ? 0 : fruitless + (bytes >= LONG_BYTES ? 1 : WEIGHT);
    if (fruitless > FRUITLESS * WEIGHT) {
      throw new IntegrityException(
          "The log goes on and on: many answers in a row, up to offset "
              + next
              + ", hold nothing that continues it. No home was made, and nothing that is stored was"
              + " changed; ask the provider");
    }
  }
}
