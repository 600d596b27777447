package dev.cairn.journal.merge;

import dev.cairn.journal.snapshot.SnapshotSource;
import dev.cairn.journal.snapshot.SnapshotVerifier;

/**
 * The snapshot that a tail goes on from, or the base that replaced it; it is verified while it is
 * merged.
 */
public record PreviousSnapshot(SnapshotVerifier verifier, SnapshotSource source) {}
