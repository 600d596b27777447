package dev.cairn.e2e.liar;

import dev.cairn.crypto.Bytes;

/** A record of a log, or what a liar puts in its place. */
record LogEntry(long offset, Bytes value) {
  LogEntry at(long other) {
    return new LogEntry(other, value);
  }

  LogEntry with(Bytes other) {
    return new LogEntry(offset, other);
  }
}
