package dev.cairn.keyserver.engine;

import dev.cairn.crypto.Bytes;
import java.util.Optional;

/**
 * A group, or a part of one that spans records, on its way to disk.
 *
 * @param index of the record
 * @param record absent for a group that changes nothing
 * @param last whether the group is complete with it
 */
record Part(Group group, long index, Optional<Bytes> record, boolean last) {
  int bytes() {
    return record.map(Bytes::size).orElse(0);
  }
}
