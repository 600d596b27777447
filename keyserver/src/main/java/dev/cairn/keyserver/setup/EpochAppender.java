package dev.cairn.keyserver.setup;

import dev.cairn.crypto.Bytes;
import dev.cairn.keyserver.service.BrokerConnection;

/** Appends the record that opens a log, as its new writer. */
public interface EpochAppender {
  /**
   * Appends and waits for the acknowledgement. May be repeated with the same bytes: readers pass
   * over the second copy.
   *
   * @return where the record stands
   * @throws dev.cairn.keyserver.error.UnavailableException if it is not acknowledged: it may stand
   *     there or not
   * @throws dev.cairn.keyserver.error.FencedException if this writer may not write any more
   */
  long append(BrokerConnection connection, Bytes record);
}
