package dev.cairn.keyserver.service;

import java.util.List;

/**
 * Consecutive records of a log.
 *
 * @param records in the order of their offsets; none at the log's end
 * @param nextOffset where to read on
 * @param endOffset where the log ended when this was read
 */
public record LogPage(List<LogRecordBytes> records, long nextOffset, long endOffset) {
  /** Keeps the records unchangeable. */
  public LogPage {
    records = List.copyOf(records);
  }

  /** Bytes of the records' values. */
  public long bytes() {
    return records.stream().mapToLong(record -> record.value().size()).sum();
  }
}
