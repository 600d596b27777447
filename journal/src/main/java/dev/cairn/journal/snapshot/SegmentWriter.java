package dev.cairn.journal.snapshot;

import dev.cairn.crypto.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * Writes one segment and its index, under names that are theirs only when their digests are known.
 */
final class SegmentWriter implements AutoCloseable {
  /** Both files, as the manifest describes them. */
  record Pair(SnapshotFile segment, SnapshotFile index) {}

  /** An entry of the block at hand: where it stands in the file is known when the block ends. */
  private record Pending(SnapshotEntry entry, Bytes element, int sealedOffsetInBlock) {}

  private final Path directory;
  private final int number;
  private final Path segmentPath;
  private final Path indexPath;
  private final ContainerWriter segment;
  private final ContainerWriter index;
  private final List<Pending> pending = new ArrayList<>();
  private Optional<Bytes> first = Optional.empty();
  private Bytes last = Bytes.EMPTY;
  private long entries;

  private SegmentWriter(
      Path directory,
      int number,
      Path segmentPath,
      Path indexPath,
      ContainerWriter segment,
      ContainerWriter index) {
    this.directory = directory;
    this.number = number;
    this.segmentPath = segmentPath;
    this.indexPath = indexPath;
    this.segment = segment;
    this.index = index;
  }

  static SegmentWriter open(Path directory, int number, Bytes marker) throws IOException {
    Path segmentPath = directory.resolve(String.format(Locale.ROOT, "segment-%05d.tmp", number));
    Path indexPath = directory.resolve(String.format(Locale.ROOT, "index-%05d.tmp", number));
    OutputStream segmentOut = Files.newOutputStream(segmentPath);
    try {
      OutputStream indexOut = Files.newOutputStream(indexPath);
      return new SegmentWriter(
          directory,
          number,
          segmentPath,
          indexPath,
          new ContainerWriter(segmentOut, SnapshotFormat.SEGMENT_SCHEMA, marker),
          new ContainerWriter(indexOut, SnapshotFormat.INDEX_SCHEMA, marker));
    } catch (IOException e) {
      segmentOut.close();
      throw e;
    }
  }

  /** Whether both files stay within the bound with one entry more; the first one always fits. */
  boolean fits(SnapshotEntry entry, int maxFileBytes) {
    return entries == 0
        || (segment.sizeWith(entry.encodedSize()) <= maxFileBytes
            && index.sizeWith((pending.size() + 1L) * IndexedEntry.MAX_ENCODED_BYTES)
                <= maxFileBytes);
  }

  void add(SnapshotEntry entry, Bytes element) throws IOException {
    AvroOutput out = segment.beginEntry();
    out.bytes(entry.tag())
        .number(entry.epoch())
        .number(entry.sequence())
        .number(entry.sealed().size());
    pending.add(new Pending(entry, element, out.size()));
    out.raw(entry.sealed());
    if (first.isEmpty()) {
      first = Optional.of(entry.tag());
    }
    last = entry.tag();
    entries++;
    if (segment.isBlockFull()) {
      endBlock();
    }
  }

  Pair finish() throws IOException {
    endBlock();
    SnapshotFile segmentFile =
        describe(segment, segmentPath, sha -> SnapshotFormat.segmentName(number, sha));
    SnapshotFile indexFile =
        describe(index, indexPath, sha -> SnapshotFormat.indexName(number, sha));
    return new Pair(segmentFile, indexFile);
  }

  @Override
  public void close() throws IOException {
    try (segment) {
      index.close();
    }
  }

  private void endBlock() throws IOException {
    long start = segment.endBlock();
    for (Pending each : pending) {
      new IndexedEntry(
              each.entry().tag(),
              each.entry().epoch(),
              each.entry().sequence(),
              each.element(),
              start + each.sealedOffsetInBlock(),
              each.entry().sealed().size())
          .encode(index.beginEntry());
      if (index.isBlockFull()) {
        index.endBlock();
      }
    }
    pending.clear();
  }

  private SnapshotFile describe(ContainerWriter writer, Path path, Function<Bytes, String> naming)
      throws IOException {
    Bytes sha256 = writer.finish();
    writer.close();
    String name = naming.apply(sha256);
    Files.move(path, directory.resolve(name));
    return new SnapshotFile(name, writer.written(), sha256, first.orElseThrow(), last, entries);
  }
}
