package dev.cairn.keyserver.recover;

import dev.cairn.crypto.UserId;
import dev.cairn.journal.checkpoint.Checkpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What was recovered. Everything in it has been verified.
 *
 * @param home where it is
 * @param userId the account
 * @param readOnly whether the home refuses writes
 * @param end the record that the state is the state after
 * @param sequence transactions finished so far
 * @param objects that exist
 * @param entries live tags
 * @param snapshot which one was used; absent if the whole log was read
 * @param snapshotBytes of its segments and indexes
 * @param downloadedBytes of them that this run fetched; the rest an earlier one had
 * @param tailRecords that were accepted after it
 * @param newestSigned when the owner signed the last record: what came later, if anything did, is
 *     not here
 * @param warnings what the owner should know
 * @param duration from the first request to the home
 */
public record RecoveryReport(
    Path home,
    UserId userId,
    boolean readOnly,
    Checkpoint end,
    long sequence,
    long objects,
    long entries,
    Optional<String> snapshot,
    long snapshotBytes,
    long downloadedBytes,
    long tailRecords,
    Instant newestSigned,
    List<String> warnings,
    Duration duration) {
  /** Keeps the warnings unchangeable. */
  public RecoveryReport {
    warnings = List.copyOf(warnings);
  }
}
