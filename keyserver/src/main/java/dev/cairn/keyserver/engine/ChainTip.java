package dev.cairn.keyserver.engine;

import dev.cairn.crypto.Bytes;
import dev.cairn.keyserver.CommitPosition;
import dev.cairn.keyserver.state.StatePoint;

/**
 * Where the chain stands after a record that leaves no transaction unfinished.
 *
 * @param point the record and the state it leads to
 * @param objects objects, not slices
 * @param timestamp signed with the record, in milliseconds
 */
record ChainTip(StatePoint point, long objects, long timestamp) {
  long index() {
    return point.index();
  }

  long sequence() {
    return point.sequence();
  }

  Bytes head() {
    return point.head();
  }

  CommitPosition position() {
    return new CommitPosition(point.epoch(), point.index(), point.sequence());
  }
}
