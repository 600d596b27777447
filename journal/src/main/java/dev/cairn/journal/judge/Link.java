package dev.cairn.journal.judge;

import dev.cairn.crypto.Bytes;
import dev.cairn.journal.record.EpochOpened;
import dev.cairn.journal.record.LogRecord;

/** What of a record decides where it stands to the chain. */
record Link(long offset, Place place, Bytes head, Bytes previous, boolean opensEpoch) {
  static Link of(long offset, LogRecord record) {
    return new Link(
        offset,
        new Place(record.epoch(), record.index()),
        record.head(),
        record.previousHead(),
        record instanceof EpochOpened);
  }
}
