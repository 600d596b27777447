package dev.cairn.journal.snapshot;

import dev.cairn.crypto.Bytes;

/** An entry with what it adds to the state digest, computed from its bytes. */
public record LiveEntry(SnapshotEntry entry, Bytes element) {
  public Bytes tag() {
    return entry.tag();
  }
}
