package dev.cairn.compactor.catalog;

import dev.cairn.crypto.Bytes;
import dev.cairn.journal.judge.SnapshotAnchor;
import dev.cairn.journal.snapshot.Manifest;
import dev.cairn.journal.snapshot.SnapshotSource;
import dev.cairn.journal.snapshot.SnapshotVerifier;

/**
 * A snapshot of a record whose manifest holds: signed by the key that it names, and all files are
 * there with the right sizes. Their content is not verified yet.
 */
public record PublishedSnapshot(
    StoredDirectory stored, SnapshotVerifier verifier, SnapshotSource source) {
  public Manifest manifest() {
    return verifier.manifest();
  }

  public SnapshotAnchor anchor() {
    return verifier.anchor().orElseThrow();
  }

  public Bytes head() {
    return anchor().head();
  }
}
