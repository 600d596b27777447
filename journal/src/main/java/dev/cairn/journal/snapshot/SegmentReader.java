package dev.cairn.journal.snapshot;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.StateAccumulator;
import dev.cairn.journal.record.RecordLimits;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Reads one segment as a stream, in the order of its tags, holding one block at a time, and
 * recomputes the element of each entry.
 *
 * <p>Guaranteed at the end of the stream, not before: the bytes are those that the manifest
 * describes. Guaranteed only by {@link SnapshotVerifier#conclude}: the entries are those that the
 * owner signed. Not thread-safe; segments may be read in parallel, each by its own reader.
 */
public final class SegmentReader implements AutoCloseable {
  private final Manifest manifest;
  private final int number;
  private final SnapshotFile file;
  private final ContainerReader container;
  private final StateAccumulator accumulator = new StateAccumulator();
  private Optional<ContainerReader.Block> block = Optional.empty();
  private long leftInBlock;
  private long entries;
  private Optional<Bytes> previous = Optional.empty();
  private long sealedOffset;
  private boolean ended;

  SegmentReader(Manifest manifest, int number, InputStream in) {
    this.manifest = manifest;
    this.number = number;
    this.file = manifest.segments().get(number);
    this.container =
        new ContainerReader(
            file,
            in,
            SnapshotFormat.SEGMENT_SCHEMA,
            SnapshotFormat.marker(manifest.userId(), manifest.segmentMarkerHead(), number));
  }

  /**
   * The next entry; empty at the end of the segment.
   *
   * @throws SnapshotBrokenException if the segment is not what the manifest describes
   * @throws IOException if the stream fails, which says nothing about the snapshot
   */
  public Optional<LiveEntry> next() throws IOException, SnapshotBrokenException {
    if (ended) {
      return Optional.empty();
    }
    if (leftInBlock == 0) {
      if (block.isPresent()) {
        block.get().entries().end();
      }
      block = container.next();
      if (block.isEmpty()) {
        end();
        return Optional.empty();
      }
      leftInBlock = block.get().count();
    }
    SnapshotEntry entry = read(block.orElseThrow());
    leftInBlock--;
    entries++;
    Bytes element = entry.element(manifest.userId(), manifest.keyVersion());
    accumulator.add(element);
    return Optional.of(new LiveEntry(entry, element));
  }

  /** What the segment came to; reads on to its end. */
  public SegmentProof finish() throws IOException, SnapshotBrokenException {
    while (next().isPresent()) {
      // Everything that matters happens in next().
    }
    return new SegmentProof(number, accumulator.copy());
  }

  /** Where the sealed bytes of the last entry stand in the file. */
  long sealedOffset() {
    return sealedOffset;
  }

  @Override
  public void close() throws IOException {
    container.close();
  }

  private SnapshotEntry read(ContainerReader.Block from) throws SnapshotBrokenException {
    AvroInput in = from.entries();
    Bytes tag = in.bytes(RecordLimits.DIGEST_BYTES, RecordLimits.DIGEST_BYTES, "tag");
    if (previous.isPresent() && previous.get().compareTo(tag) >= 0) {
      throw broken("its tags do not ascend strictly at entry " + entries);
    }
    if (previous.isEmpty() && !tag.equals(file.firstTag())) {
      throw broken("its first tag is not the one that the manifest names");
    }
    previous = Optional.of(tag);
    long epoch = in.number(1, RecordLimits.MAX_COUNTER, "epoch");
    long sequence = in.number(0, RecordLimits.MAX_COUNTER, "sequence");
    Bytes sealed =
        in.bytes(SnapshotFormat.MIN_SEALED_BYTES, SnapshotFormat.MAX_SEALED_BYTES, "sealed slice");
    sealedOffset = from.offset() + in.position() - sealed.size();
    return new SnapshotEntry(tag, epoch, sequence, sealed);
  }

  private void end() throws SnapshotBrokenException {
    ended = true;
    if (entries != file.entries()) {
      throw broken("it has " + entries + " entries, not " + file.entries());
    }
    if (!previous.equals(Optional.of(file.lastTag()))) {
      throw broken("its last tag is not the one that the manifest names");
    }
  }

  private SnapshotBrokenException broken(String what) {
    return new SnapshotBrokenException(file.name(), what);
  }
}
