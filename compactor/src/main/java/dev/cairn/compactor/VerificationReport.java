package dev.cairn.compactor;

import dev.cairn.compactor.log.LogExtent;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import java.util.List;
import java.util.Optional;

/**
 * What a verification without keys found.
 *
 * @param from where judging began: {@code genesis}, or a snapshot's directory
 * @param chain where the accepted chain ends; absent if there is none
 * @param passedOver records that count for nothing: sent again, of earlier epochs, lost races
 * @param snapshots every snapshot that was found, newest first
 * @param problems what is wrong, for people; empty if all is well
 */
public record VerificationReport(
    UserId userId,
    LogExtent log,
    String from,
    Optional<Chain> chain,
    long records,
    long passedOver,
    List<Snapshot> snapshots,
    List<String> problems) {
  public VerificationReport {
    snapshots = List.copyOf(snapshots);
    problems = List.copyOf(problems);
  }

  /** The end of the accepted chain, as its owner signed it. */
  public record Chain(
      int keyVersion,
      long epoch,
      long index,
      long sequence,
      Bytes head,
      Bytes stateDigest,
      long entries) {}

  /**
   * A snapshot.
   *
   * @param defect why it does not hold; absent if every byte is what the owner signed
   */
  public record Snapshot(String directory, long entries, long bytes, Optional<String> defect) {}

  /** Whether log and snapshots are exactly what their owner signed. */
  public boolean isSound() {
    return problems.isEmpty();
  }
}
