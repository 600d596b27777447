package dev.cairn.journal.merge;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.StateAccumulator;
import dev.cairn.journal.record.SignedHeader;
import dev.cairn.journal.snapshot.LiveEntry;
import dev.cairn.journal.snapshot.SnapshotBrokenException;
import dev.cairn.journal.snapshot.SnapshotFormat;
import dev.cairn.journal.snapshot.SnapshotWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Merges a snapshot with the tail behind it into the files of the next snapshot, and compares the
 * outcome with what the owner signed. Memory does not grow with the state. Holds no key.
 *
 * <p>Guaranteed when it returns: every {@code replaces} named the element that was there; the
 * previous snapshot verified; digest and count of what was written are those of the record. The
 * caller still reads back what it uploads.
 */
public final class SnapshotMerge {
  /** Takes merged entries. */
  interface Output {
    void add(LiveEntry entry) throws IOException, MergeMismatchException;
  }

  /**
   * Stands between merge and writer; in production it passes everything on, in tests it makes
   * mistakes.
   */
  interface Passage {
    void pass(LiveEntry entry, Output output) throws IOException, MergeMismatchException;
  }

  private final Passage passage;

  public SnapshotMerge() {
    this((entry, output) -> output.add(entry));
  }

  SnapshotMerge(Passage passage) {
    this.passage = passage;
  }

  /**
   * Writes the segments and indexes into an existing directory.
   *
   * @param previous what the tail goes on from; absent for an empty state
   * @param record the newest clean record of the tail: the state after it is what is written
   * @throws MergeMismatchException if the outcome is not what the owner signed, while the previous
   *     snapshot is
   * @throws SnapshotBrokenException if the previous snapshot is not what the owner signed
   */
  public SnapshotWriter.Written merge(
      Optional<PreviousSnapshot> previous, Tail tail, SignedHeader record, Path directory)
      throws IOException, MergeMismatchException, SnapshotBrokenException {
    long index = record.header().index();
    try (PreviousEntries before = new PreviousEntries(previous);
        SortedChanges changes = tail.sorted();
        SnapshotWriter writer =
            new SnapshotWriter(
                directory, record.header().userId(), SnapshotFormat.segmentMarkerHead(record))) {
      SnapshotWriter.Written written;
      try {
        merge(before, changes, new OrderedOutput(writer, index));
        written = writer.finish();
        compare(written, record);
      } catch (MergeMismatchException e) {
        before.finish();
        throw e;
      }
      return written;
    }
  }

  private void merge(PreviousEntries before, SortedChanges changes, Output output)
      throws IOException, MergeMismatchException, SnapshotBrokenException {
    while (true) {
      Optional<LiveEntry> live = before.peek();
      Optional<TagChange> change = changes.peek();
      if (live.isEmpty() && change.isEmpty()) {
        return;
      }
      int order =
          live.isEmpty()
              ? 1
              : change.isEmpty() ? -1 : live.get().tag().compareTo(change.get().tag());
      if (order < 0) {
        passage.pass(before.take(), output);
      } else {
        TagChange next = changes.take();
        next.requireFound(order == 0 ? Optional.of(before.take().element()) : Optional.empty());
        if (next.result().isPresent()) {
          passage.pass(next.result().get(), output);
        }
      }
    }
  }

  private static void compare(SnapshotWriter.Written written, SignedHeader record)
      throws MergeMismatchException {
    long index = record.header().index();
    Bytes digest = StateAccumulator.fromBytes(written.accumulator()).digest();
    Bytes signed = record.header().stateDigest();
    if (!digest.equals(signed)) {
      throw new MergeMismatchException(
          new MergeMismatch(
              MergeMismatch.Kind.DIGEST, index, digest.hex() + " instead of " + signed.hex()));
    }
    if (written.entries() != record.header().objectCount()) {
      throw new MergeMismatchException(
          new MergeMismatch(
              MergeMismatch.Kind.COUNT,
              index,
              written.entries() + " instead of " + record.header().objectCount()));
    }
  }

  private static final class OrderedOutput implements Output {
    private final SnapshotWriter writer;
    private final long index;
    private Optional<Bytes> last = Optional.empty();

    OrderedOutput(SnapshotWriter writer, long index) {
      this.writer = writer;
      this.index = index;
    }

    @Override
    public void add(LiveEntry entry) throws IOException, MergeMismatchException {
      if (last.isPresent() && last.get().compareTo(entry.tag()) >= 0) {
        throw new MergeMismatchException(
            new MergeMismatch(
                MergeMismatch.Kind.ORDER,
                index,
                "tag " + entry.tag().hex() + " after " + last.get().hex()));
      }
      last = Optional.of(entry.tag());
      writer.add(entry);
    }
  }
}
