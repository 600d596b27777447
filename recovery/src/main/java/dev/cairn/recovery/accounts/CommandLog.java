package dev.cairn.recovery.accounts;

import dev.cairn.crypto.Bytes;

/**
 * The accounts topic: appended to by every instance, read in order by every instance. {@link
 * #append} and {@link #truncate} are thread-safe, the rest is called by one thread at a time.
 */
public interface CommandLog extends AutoCloseable {
  /** A record as the broker stored it; the time is the broker's, in milliseconds since 1970. */
  record Entry(long offset, long time, Bytes value) {}

  /** Receives entries in offset order. */
  @FunctionalInterface
  interface Reader {
    void accept(Entry entry) throws UnreadableCommandException;
  }

  /**
   * Appends durably.
   *
   * @return the offset
   * @throws AccountsUnavailableException when it is not known whether the record was stored
   */
  long append(byte[] value) throws AccountsUnavailableException;

  /** Offset of the first record that is there. */
  long startOffset() throws AccountsUnavailableException;

  /** Offset behind the last record. */
  long endOffset() throws AccountsUnavailableException;

  /**
   * Reads from {@code from} (inclusive) to {@code to} (exclusive).
   *
   * @throws LostCommandsException when what was read before {@code from} has been cut off since
   */
  void read(long from, long to, Reader reader)
      throws AccountsUnavailableException, UnreadableCommandException, LostCommandsException;

  /** Forgets what lies before an offset. */
  void truncate(long beforeOffset) throws AccountsUnavailableException;

  @Override
  void close();
}
