package dev.cairn.journal.snapshot;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Takes a snapshot apart and puts it together again, with everything that its provider can compute:
 * sizes, digests, names, markers. What the owner signed stays as it was.
 */
public final class SnapshotForge {
  /** What an index says of one entry. */
  public record Line(
      Bytes tag, long epoch, long sequence, Bytes element, long offset, int length) {}

  /** One segment with its index. */
  public record Part(List<SnapshotEntry> entries, List<Line> lines) {
    /** Keeps the lists unchangeable. */
    public Part {
      entries = List.copyOf(entries);
      lines = List.copyOf(lines);
    }
  }

  /** Files of a snapshot by their names, without the manifest. */
  public record Forged(Manifest manifest, List<Bytes> segments, List<Bytes> indexes) {}

  private SnapshotForge() {}

  /** The entries of one segment. */
  public static List<SnapshotEntry> entries(Manifest manifest, int number, Bytes segment)
      throws IOException, SnapshotBrokenException {
    List<SnapshotEntry> entries = new ArrayList<>();
    try (SegmentReader reader =
        new SegmentReader(manifest, number, new ByteArrayInputStream(segment.toByteArray()))) {
      for (Optional<LiveEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
        entries.add(next.get().entry());
      }
    }
    return entries;
  }

  /** A segment with an index that fits it as far as its entries let it. */
  public static Part part(Manifest manifest, List<SnapshotEntry> entries) {
    List<Line> lines = new ArrayList<>();
    for (SnapshotEntry entry : entries) {
      lines.add(
          new Line(
              entry.tag(),
              entry.epoch(),
              entry.sequence(),
              entry.element(manifest.userId(), manifest.keyVersion()),
              0,
              entry.sealed().size()));
    }
    return new Part(entries, lines);
  }

  /** The snapshot that has these segments, in this order, and this accumulator. */
  public static Forged forge(Manifest manifest, Bytes accumulator, List<Part> parts) {
    List<Bytes> segments = new ArrayList<>();
    List<Bytes> indexes = new ArrayList<>();
    List<SnapshotFile> segmentFiles = new ArrayList<>();
    List<SnapshotFile> indexFiles = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      Bytes marker = SnapshotFormat.marker(manifest.userId(), manifest.segmentMarkerHead(), i);
      AvroOutput content = new AvroOutput(1 << 16);
      for (SnapshotEntry entry : part.entries()) {
        content
            .bytes(entry.tag())
            .number(entry.epoch())
            .number(entry.sequence())
            .bytes(entry.sealed());
      }
      Bytes segment =
          container(SnapshotFormat.SEGMENT_SCHEMA, marker, part.entries().size(), content);
      AvroOutput lines = new AvroOutput(1 << 16);
      for (Line line : part.lines()) {
        lines
            .bytes(line.tag())
            .number(line.epoch())
            .number(line.sequence())
            .bytes(line.element())
            .number(line.offset())
            .number(line.length());
      }
      Bytes index = container(SnapshotFormat.INDEX_SCHEMA, marker, part.lines().size(), lines);
      segments.add(segment);
      indexes.add(index);
      Bytes first = part.entries().get(0).tag();
      Bytes last = part.entries().get(part.entries().size() - 1).tag();
      int entries = part.entries().size();
      segmentFiles.add(
          describe(SnapshotFormat.segmentName(i, sha(segment)), segment, first, last, entries));
      indexFiles.add(
          describe(SnapshotFormat.indexName(i, sha(index)), index, first, last, entries));
    }
    return new Forged(
        with(manifest, accumulator, segmentFiles, indexFiles, manifest.position()),
        segments,
        indexes);
  }

  /** The same manifest over other files. */
  public static Manifest with(
      Manifest manifest,
      Bytes accumulator,
      List<SnapshotFile> segments,
      List<SnapshotFile> indexes,
      long position) {
    return new Manifest(
        manifest.userId(),
        manifest.keyVersion(),
        manifest.origin(),
        accumulator,
        segments,
        indexes,
        position);
  }

  /** Cuts a list into two parts of about the same length. */
  public static <T> List<List<T>> halves(List<T> all) {
    int middle = all.size() / 2;
    return IntStream.range(0, 2)
        .mapToObj(i -> i == 0 ? all.subList(0, middle) : all.subList(middle, all.size()))
        .toList();
  }

  private static SnapshotFile describe(
      String name, Bytes content, Bytes first, Bytes last, int entries) {
    return new SnapshotFile(name, content.size(), sha(content), first, last, entries);
  }

  private static Bytes container(String schema, Bytes marker, int count, AvroOutput content) {
    return new AvroOutput(content.size() + 1024)
        .raw(Containers.header(schema, marker))
        .number(count)
        .number(content.size())
        .raw(content.toBytes())
        .raw(marker)
        .toBytes();
  }

  private static Bytes sha(Bytes content) {
    return Sha256.hash(content);
  }
}
