package dev.cairn.compactor.log;

import dev.cairn.crypto.UserId;

/** The logs of one cell. Thread-safe. */
public interface UserLogs {
  /**
   * Opens the log of a user.
   *
   * @throws LogAbsentException if there is none
   */
  UserLog open(UserId userId) throws LogUnavailableException;

  /** Shows everybody what a snapshot contains: the records from this offset on are uncompacted. */
  void setCompacted(UserId userId, long offset) throws LogUnavailableException;
}
