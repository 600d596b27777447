package dev.cairn.journal.snapshot;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.StateAccumulator;
import dev.cairn.crypto.UserId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes the segments and indexes of one snapshot into a directory, in the order of the tags. The
 * same entries give the same files, to the byte. Not thread-safe.
 */
public final class SnapshotWriter implements AutoCloseable {
  /** What was written. */
  public record Written(
      List<SnapshotFile> segments, List<SnapshotFile> indexes, Bytes accumulator, long entries) {
    public Written {
      segments = List.copyOf(segments);
      indexes = List.copyOf(indexes);
    }
  }

  private final Path directory;
  private final UserId userId;
  private final Bytes markerHead;
  private final int maxFileBytes;
  private final List<SnapshotFile> segments = new ArrayList<>();
  private final List<SnapshotFile> indexes = new ArrayList<>();
  private final StateAccumulator accumulator = new StateAccumulator();
  private @Nullable SegmentWriter current;
  private Optional<Bytes> previous = Optional.empty();
  private long entries;

  /**
   * Writes into an existing directory.
   *
   * @param markerHead {@link SnapshotFormat#segmentMarkerHead} of the record that the snapshot is
   *     the state of
   */
  public SnapshotWriter(Path directory, UserId userId, Bytes markerHead) {
    this(directory, userId, markerHead, SnapshotFormat.MAX_FILE_BYTES);
  }

  SnapshotWriter(Path directory, UserId userId, Bytes markerHead, int maxFileBytes) {
    this.directory = directory;
    this.userId = userId;
    this.markerHead = markerHead;
    this.maxFileBytes = maxFileBytes;
  }

  /**
   * Appends an entry with the element that was computed from it.
   *
   * @throws IllegalArgumentException if its tag does not come after the one before
   */
  public void add(LiveEntry live) throws IOException {
    SnapshotEntry entry = live.entry();
    if (previous.isPresent() && previous.get().compareTo(entry.tag()) >= 0) {
      throw new IllegalArgumentException(
          "Tag " + entry.tag() + " does not come after the one before");
    }
    previous = Optional.of(entry.tag());
    SegmentWriter writer = current;
    if (writer != null && !writer.fits(entry, maxFileBytes)) {
      finish(writer);
      writer = null;
    }
    if (writer == null) {
      writer =
          SegmentWriter.open(
              directory,
              segments.size(),
              SnapshotFormat.marker(userId, markerHead, segments.size()));
      current = writer;
    }
    writer.add(entry, live.element());
    accumulator.add(live.element());
    entries++;
  }

  /** Ends the last segment. */
  public Written finish() throws IOException {
    SegmentWriter writer = current;
    if (writer != null) {
      finish(writer);
    }
    return new Written(segments, indexes, accumulator.toBytes(), entries);
  }

  /** Closes what is open; what is unfinished has no use. */
  @Override
  public void close() throws IOException {
    SegmentWriter writer = current;
    if (writer != null) {
      current = null;
      writer.close();
    }
  }

  private void finish(SegmentWriter writer) throws IOException {
    current = null;
    try (writer) {
      SegmentWriter.Pair pair = writer.finish();
      segments.add(pair.segment());
      indexes.add(pair.index());
    }
  }
}
