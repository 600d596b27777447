package dev.cairn.keyserver.state;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.StateAccumulator;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.record.Heads;

/**
 * Which record the stored state is the state after, and what the state folds to. Kept in the same
 * SQL transaction as the state itself.
 *
 * @param keyVersion of the backup key that everything in the store is sealed under
 * @param epoch in force
 * @param index of the record
 * @param head of the record
 * @param sequence transactions finished so far
 * @param accumulator 2048 bytes, of the live state after the last finished transaction
 * @param tags live tags after the last finished transaction
 */
public record StatePoint(
    int keyVersion,
    long epoch,
    long index,
    Bytes head,
    long sequence,
    Bytes accumulator,
    long tags) {
  /** Checks the sizes. */
  public StatePoint {
    if (accumulator.size() != StateAccumulator.SIZE) {
      throw new IllegalArgumentException(
          "An accumulator does not have " + accumulator.size() + " bytes");
    }
  }

  /** Before the first record of a log: the empty state at index -1. */
  public static StatePoint beforeGenesis(UserId userId) {
    return new StatePoint(1, 1, -1, Heads.genesis(userId), 0, new StateAccumulator().toBytes(), 0);
  }
}
