package dev.cairn.keyserver;

import dev.cairn.crypto.Bytes;
import java.time.Instant;
import java.util.Optional;

/**
 * Where a keyserver stands. Index, head, sequence and objects are those of what is durable here.
 *
 * @param checkpoint {@code keyVersion.epoch.index.head}: a recovery that is given it refuses
 *     anything older
 * @param objects objects, each counted once however many slices it has
 * @param outboxTransactions transactions that are durable and not yet known to be backed up
 * @param outboxBytes bytes of the records that hold them
 * @param backedUpSequence every transaction up to this one is backed up
 * @param fenced whether another keyserver has taken the log over
 * @param snapshot the newest snapshot; absent if there is none, or the service cannot be reached
 * @param log the extent of the log; absent if the service cannot be reached
 */
public record KeyserverStatus(
    String userId,
    String username,
    long epoch,
    int keyVersion,
    long sequence,
    long index,
    Bytes head,
    String checkpoint,
    long objects,
    long outboxTransactions,
    long outboxBytes,
    long backedUpSequence,
    boolean fenced,
    Optional<Snapshot> snapshot,
    Optional<Log> log) {

  /** The same, of a keyserver of which somebody else has learnt that it is fenced. */
  public KeyserverStatus asFenced() {
    return new KeyserverStatus(
        userId,
        username,
        epoch,
        keyVersion,
        sequence,
        index,
        head,
        checkpoint,
        objects,
        outboxTransactions,
        outboxBytes,
        backedUpSequence,
        true,
        snapshot,
        log);
  }

  /**
   * A snapshot at the provider.
   *
   * @param index of the record that it is the state of
   * @param sequence transactions in it
   * @param entries live tags in it, one for each slice
   * @param bytes of its segments
   * @param time signed by the owner with its last record
   */
  public record Snapshot(long index, long sequence, long entries, long bytes, Instant time) {}

  /** The half-open range of offsets that the log holds. */
  public record Log(long startOffset, long endOffset) {}
}
