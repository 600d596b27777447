package dev.cairn.keyserver.service;

import dev.cairn.crypto.Bytes;
import dev.cairn.keyserver.publish.LogExtent;
import java.util.List;
import java.util.Optional;

/**
 * What a backup consists of. Nothing that it answers is believed.
 *
 * <p>Every method may throw {@link dev.cairn.keyserver.error.UnavailableException}. Requests that
 * may be repeated are, with growing pauses, before it is thrown. Thread-safe.
 */
public interface BackupPort {
  /** What snapshots there are, in no order that could be relied on. */
  List<SnapshotRef> snapshots(AccessToken possession) throws TokenInvalidException;

  /**
   * A whole small file of a snapshot.
   *
   * @return empty if it does not exist (any more)
   * @throws dev.cairn.keyserver.error.IntegrityException if it is longer than the limit
   */
  Optional<Bytes> file(AccessToken possession, SnapshotRef snapshot, String name, int limit)
      throws TokenInvalidException;

  /**
   * A part of a file.
   *
   * @return exactly that range, fewer bytes where the file ends before, empty if it does not exist
   *     (any more)
   */
  Optional<Bytes> range(
      AccessToken possession, SnapshotRef snapshot, String name, long from, long toExclusive)
      throws TokenInvalidException;

  /** How much of the log is there. */
  LogExtent log(AccessToken possession) throws TokenInvalidException;

  /** Records from an offset on; none at the log's end. */
  LogPage records(AccessToken possession, long from)
      throws TokenInvalidException, LogTruncatedException;
}
