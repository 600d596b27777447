package dev.cairn.keyserver.recover;

import dev.cairn.crypto.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a recovery would do.
 *
 * @param userId the account
 * @param snapshot the newest one whose manifest holds; absent if the whole log is read
 * @param logStart first offset of the log
 * @param logEnd one more than its last offset
 * @param tailRecords records to be read after the snapshot, at most
 * @param warnings what the owner should know
 */
public record RecoveryPlan(
    UserId userId,
    Optional<PlannedSnapshot> snapshot,
    long logStart,
    long logEnd,
    long tailRecords,
    List<String> warnings) {
  /**
   * A snapshot, as its manifest describes it.
   *
   * @param name key version and directory
   * @param keyVersion of the backup key
   * @param epoch of its record
   * @param index of its record
   * @param entries live tags
   * @param bytes of its segments and indexes
   * @param files how many
   * @param signed when the owner signed its record
   */
  public record PlannedSnapshot(
      String name,
      int keyVersion,
      long epoch,
      long index,
      long entries,
      long bytes,
      int files,
      Instant signed) {}

  /** Keeps the warnings unchangeable. */
  public RecoveryPlan {
    warnings = List.copyOf(warnings);
  }
}
