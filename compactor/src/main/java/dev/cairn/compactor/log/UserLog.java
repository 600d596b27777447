package dev.cairn.compactor.log;

import java.util.List;

/** One user's log. Not thread-safe. */
public interface UserLog extends AutoCloseable {
  /** Takes records in offset order. */
  @FunctionalInterface
  interface Visitor<E extends Exception> {
    /** Takes the next records; false: no more are wanted. */
    boolean visit(List<LogEntry> entries) throws E;
  }

  /** Where the log starts and ends now. */
  LogExtent extent() throws LogUnavailableException;

  /**
   * Reads the half-open range in order, a few records at a time.
   *
   * @throws LogTruncatedException if the log starts after {@code from}, now or while it is read
   */
  <E extends Exception> void read(long from, long toExclusive, Visitor<E> visitor)
      throws LogUnavailableException, E;

  /**
   * Deletes the records before the offset, an exact one. A log that starts there or later does not
   * change.
   */
  void truncateBefore(long offset) throws LogUnavailableException;

  @Override
  void close();
}
