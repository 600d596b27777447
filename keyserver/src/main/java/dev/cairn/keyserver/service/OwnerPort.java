package dev.cairn.keyserver.service;

import dev.cairn.crypto.Bytes;
import dev.cairn.keyserver.publish.LogExtent;
import java.util.List;
import java.util.Optional;

/**
 * The service as a running keyserver uses it: every request is signed, no login is needed.
 * Thread-safe.
 */
public interface OwnerPort {
  /**
   * How to reach the topic as the writer of an epoch; the first such request makes the topic.
   *
   * @throws dev.cairn.keyserver.error.FencedException if a later epoch has been granted
   */
  BrokerConnection connect(OwnerSigner signer, long epoch);

  /** Asks for a compaction; returns the name of the job. */
  String compact(OwnerSigner signer);

  /** What snapshots there are. */
  List<SnapshotRef> ownSnapshots(OwnerSigner signer);

  /** A small file of a snapshot; empty if it does not exist. */
  Optional<Bytes> ownFile(OwnerSigner signer, SnapshotRef snapshot, String name, int limit);

  /** A part of a file, as {@link BackupPort#range}. */
  Optional<Bytes> ownRange(
      OwnerSigner signer, SnapshotRef snapshot, String name, long from, long toExclusive);

  /** Records from an offset on; none at the log's end. */
  LogPage ownRecords(OwnerSigner signer, long from) throws LogTruncatedException;

  /** How much of the log is there. */
  LogExtent ownLog(OwnerSigner signer);

  /** What opens the account. */
  AccountSummary account(OwnerSigner signer);

  /** What happened to the account. */
  List<AuditEntry> audit(OwnerSigner signer);
}
