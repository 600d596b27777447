package dev.cairn.keyserver.recover;

import dev.cairn.keyserver.error.IntegrityException;

/**
 * Ends the reading of a log that has no end: a provider may send what belongs to nobody, or the
 * same again and again, for as long as somebody listens.
 */
final class EndlessLog {
  /**
   * So many answers in a row may bring nothing new. A service sends up to 8 MiB at a time: no
   * writer that lost a race leaves so much behind.
   */
  private static final int FRUITLESS = 1_000;

  private int fruitless;

  /**
   * Counts one answer.
   *
   * @param fruitful whether it held anything of the owner's that had not been there before
   * @param next the offset to go on from
   * @throws IntegrityException if this goes on and on
   */
  void read(boolean fruitful, long next) {
    fruitless = fruitful ? 0 : fruitless + 1;
    if (fruitless > FRUITLESS) {
      throw new IntegrityException(
          "The log goes on and on: "
              + FRUITLESS
              + " answers in a row, up to offset "
              + next
              + ", hold nothing that continues it. No home was made, and nothing that is stored was"
              + " changed; ask the provider");
    }
  }
}
