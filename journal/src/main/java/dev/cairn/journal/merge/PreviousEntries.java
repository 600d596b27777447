package dev.cairn.journal.merge;

import dev.cairn.journal.snapshot.LiveEntry;
import dev.cairn.journal.snapshot.SegmentProof;
import dev.cairn.journal.snapshot.SegmentReader;
import dev.cairn.journal.snapshot.SnapshotBrokenException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** All entries of a snapshot in the order of their tags; at the end the snapshot is verified. */
final class PreviousEntries implements AutoCloseable {
  private final Optional<PreviousSnapshot> previous;
  private final int segments;
  private final List<SegmentProof> proofs = new ArrayList<>();
  private @Nullable SegmentReader current;
  private Optional<LiveEntry> peeked = Optional.empty();
  private boolean ended;

  PreviousEntries(Optional<PreviousSnapshot> previous) {
    this.previous = previous;
    this.segments = previous.map(it -> it.verifier().manifest().segments().size()).orElse(0);
  }

  /**
   * The next entry, which stays; empty at the end, and then all of them are what the owner signed.
   */
  Optional<LiveEntry> peek() throws IOException, SnapshotBrokenException {
    while (peeked.isEmpty() && !ended) {
      SegmentReader reader = current;
      if (reader == null) {
        if (proofs.size() == segments) {
          ended = true;
          if (previous.isPresent()) {
            previous.get().verifier().conclude(proofs);
          }
          break;
        }
        reader = open(previous.orElseThrow(), proofs.size());
        current = reader;
      }
      peeked = reader.next();
      if (peeked.isEmpty()) {
        proofs.add(reader.finish());
        current = null;
        reader.close();
      }
    }
    return peeked;
  }

  LiveEntry take() throws IOException, SnapshotBrokenException {
    LiveEntry taken = peek().orElseThrow();
    peeked = Optional.empty();
    return taken;
  }

  /** Reads on to the end and verifies. */
  void finish() throws IOException, SnapshotBrokenException {
    while (peek().isPresent()) {
      take();
    }
  }

  @Override
  public void close() throws IOException {
    SegmentReader reader = current;
    if (reader != null) {
      current = null;
      reader.close();
    }
  }

  private static SegmentReader open(PreviousSnapshot from, int number)
      throws IOException, SnapshotBrokenException {
    return from.verifier()
        .readSegment(number, from.source().open(from.verifier().manifest().segments().get(number)));
  }
}
