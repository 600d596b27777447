package dev.cairn.compactor.log;

import dev.cairn.crypto.Bytes;

/** One record of a log, not judged yet. */
public record LogEntry(long offset, Bytes value) {}
