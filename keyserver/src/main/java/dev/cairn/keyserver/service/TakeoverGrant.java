package dev.cairn.keyserver.service;

/** Where a takeover stands. */
public sealed interface TakeoverGrant {
  /** The old writer is not shut out yet: ask again. */
  record Pending() implements TakeoverGrant {}

  /**
   * The old writer can write no more.
   *
   * @param epoch that may be opened now
   * @param finalEndOffset where the log ended when the old writer had been shut out
   * @param connection as which writer
   */
  record Issued(long epoch, long finalEndOffset, BrokerConnection connection)
      implements TakeoverGrant {}
}
