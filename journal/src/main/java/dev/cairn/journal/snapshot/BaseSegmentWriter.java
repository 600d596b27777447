package dev.cairn.journal.snapshot;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Writes one segment of a base and its index. Segments of a base are written apart, and again where
 * their tags have changed: neither a record nor the digest of the whole is in their bytes. Not
 * thread-safe.
 */
public final class BaseSegmentWriter implements AutoCloseable {
  /** Both files, as the manifest describes them; they lie under these names in the directory. */
  public record Written(SnapshotFile segment, SnapshotFile index) {}

  private final SegmentWriter writer;
  private Bytes last = Bytes.EMPTY;

  private BaseSegmentWriter(SegmentWriter writer) {
    this.writer = writer;
  }

  /** Begins a segment in an existing directory, which must not hold a file of the same content. */
  public static BaseSegmentWriter open(Path directory, UserId userId, int number)
      throws IOException {
    return new BaseSegmentWriter(
        SegmentWriter.open(
            directory,
            number,
            SnapshotFormat.marker(userId, SnapshotFormat.BASE_SEGMENT_HEAD, number)));
  }

  /** Whether both files stay within the bound with one entry more; the first one always fits. */
  public boolean fits(SnapshotEntry entry, int maxFileBytes) {
    return writer.fits(entry, maxFileBytes);
  }

  /**
   * Appends an entry with the element that was computed from it.
   *
   * @throws IllegalArgumentException if its tag does not come after the one before
   */
  public void add(LiveEntry live) throws IOException {
    if (last.size() > 0 && last.compareTo(live.tag()) >= 0) {
      throw new IllegalArgumentException(
          "Tag " + live.tag() + " does not come after the one before");
    }
    last = live.tag();
    writer.add(live.entry(), live.element());
  }

  /** Ends the segment, which has at least one entry. */
  public Written finish() throws IOException {
    SegmentWriter.Pair pair = writer.finish();
    return new Written(pair.segment(), pair.index());
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
