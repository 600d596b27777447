package dev.cairn.keyserver.service;

import dev.cairn.crypto.Bytes;
import dev.cairn.keyserver.publish.LogExtent;
import java.util.List;
import java.util.Optional;

/**
 * The service as a recovering client uses it. Nothing that it answers is believed.
 *
 * <p>Every method may throw {@link dev.cairn.keyserver.error.UnavailableException}. Requests that
 * may be repeated are, with growing pauses, before it is thrown. Thread-safe.
 */
public interface RecoveryPort {
  /**
   * The service's own description.
   *
   * @throws dev.cairn.keyserver.error.IntegrityException if its name is not the pinned one
   */
  ServerDescription server();

  /**
   * Spends one guess.
   *
   * @throws dev.cairn.keyserver.error.LockedOutException if there are none left
   */
  LoginOffer startLogin(String username, Bytes ke1);

  /**
   * Ends the attempt.
   *
   * @throws dev.cairn.keyserver.error.WrongSecretException if the proof is not right
   */
  SecretProven finishLogin(Bytes sessionId, Bytes ke3);

  /** The recovery bundle in wire format. */
  Bytes bundle(AccessToken secret) throws TokenInvalidException;

  /** Turns a token of the secret into one of possession. */
  AccessToken provePossession(AccessToken secret, PossessionSigner signer)
      throws TokenInvalidException;

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

  /**
   * Asks for the log under an id that the client chose; repeating it gives the same answer.
   *
   * @param takeoverId 32 hex digits
   */
  TakeoverGrant takeOver(AccessToken possession, PossessionSigner signer, String takeoverId)
      throws TokenInvalidException;
}
