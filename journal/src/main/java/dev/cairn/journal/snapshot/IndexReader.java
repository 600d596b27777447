package dev.cairn.journal.snapshot;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.StateAccumulator;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Reads the index of one segment as a stream. The same guarantees as {@link SegmentReader}: folding
 * all elements of all indexes to the signed digest ({@link SnapshotVerifier#conclude})
 * authenticates every object before any value is fetched.
 */
public final class IndexReader implements AutoCloseable {
  private final int number;
  private final SnapshotFile file;
  private final ContainerReader container;
  private final StateAccumulator accumulator = new StateAccumulator();
  private Optional<ContainerReader.Block> block = Optional.empty();
  private long leftInBlock;
  private long entries;
  private Optional<Bytes> previous = Optional.empty();
  private boolean ended;

  IndexReader(Manifest manifest, int number, InputStream in) {
    this.number = number;
    this.file = manifest.indexes().get(number);
    this.container =
        new ContainerReader(
            file,
            in,
            SnapshotFormat.INDEX_SCHEMA,
            SnapshotFormat.marker(manifest.userId(), manifest.segmentMarkerHead(), number));
  }

  /** The next entry; empty at the end of the index. */
  public Optional<IndexedEntry> next() throws IOException, SnapshotBrokenException {
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
    IndexedEntry entry = IndexedEntry.decode(block.orElseThrow().entries());
    if (previous.isPresent() && previous.get().compareTo(entry.tag()) >= 0) {
      throw broken("its tags do not ascend strictly at entry " + entries);
    }
    if (previous.isEmpty() && !entry.tag().equals(file.firstTag())) {
      throw broken("its first tag is not the one that the manifest names");
    }
    previous = Optional.of(entry.tag());
    leftInBlock--;
    entries++;
    accumulator.add(entry.element());
    return Optional.of(entry);
  }

  /** What the index came to; reads on to its end. */
  public SegmentProof finish() throws IOException, SnapshotBrokenException {
    while (next().isPresent()) {
      // Everything that matters happens in next().
    }
    return new SegmentProof(number, accumulator.copy());
  }

  @Override
  public void close() throws IOException {
    container.close();
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
