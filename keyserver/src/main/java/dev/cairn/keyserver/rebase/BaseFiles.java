package dev.cairn.keyserver.rebase;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Sha256;
import dev.cairn.journal.snapshot.BaseSegmentWriter;
import dev.cairn.journal.snapshot.LiveEntry;
import dev.cairn.journal.snapshot.Manifest;
import dev.cairn.journal.snapshot.ManifestCodec;
import dev.cairn.journal.snapshot.SnapshotFile;
import dev.cairn.journal.snapshot.SnapshotFormat;
import dev.cairn.keyserver.state.SealedBase;
import dev.cairn.keyserver.state.SealedBase.Cut;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Turns what is sealed anew into the files of a base, and sends them: each segment by itself, and
 * again only if its entries have changed. Not thread-safe.
 */
final class BaseFiles {
  /** So much is sent again for one changed entry. */
  private static final long SEGMENT_BYTES = 4L << 20;

  private static final int MAX_SEGMENTS = 50_000;
  private static final int MAX_SEGMENT_BYTES = 24 << 20;

  /** Where files go. */
  interface Upload {
    void send(String name, Bytes content);
  }

  /** Hears of each segment. */
  interface SegmentListener {
    void sent(int done, int segments);
  }

  private final SealedBase base;
  private final Path directory;
  private final Upload upload;

  /**
   * @param directory for the files on their way
   */
  BaseFiles(SealedBase base, Path directory, Upload upload) {
    this.base = base;
    this.directory = directory;
    this.upload = upload;
  }

  /** A segment has outgrown its bound, or lost its last entry: all must be cut anew. */
  private static final class OutOfShapeException extends Exception {
    private static final long serialVersionUID = 1;
  }

  /**
   * Sends every segment that is not there as it is now.
   *
   * @return how many were sent
   */
  int send(SegmentListener listener) {
    if (base.tags() > 0 && base.cuts().isEmpty()) {
      cut();
    }
    for (int attempt = 0; ; attempt++) {
      try {
        return sendDirty(listener);
      } catch (OutOfShapeException e) {
        if (attempt > 0) {
          throw new IllegalStateException("Segments that were just cut are out of shape", e);
        }
        cut();
      }
    }
  }

  private void cut() {
    long bytes = base.sealedBytes();
    base.cut(Math.max(SEGMENT_BYTES, bytes / MAX_SEGMENTS));
  }

  private int sendDirty(SegmentListener listener) throws OutOfShapeException {
    List<Cut> cuts = base.cuts();
    int sent = 0;
    for (int i = 0; i < cuts.size(); i++) {
      Cut cut = cuts.get(i);
      if (cut.dirty()) {
        Optional<Bytes> high =
            i + 1 < cuts.size() ? Optional.of(cuts.get(i + 1).low()) : Optional.empty();
        base.written(cut.number(), describe(write(cut, high)));
        sent++;
      }
      listener.sent(i + 1, cuts.size());
    }
    return sent;
  }

  private BaseSegmentWriter.Written write(Cut cut, Optional<Bytes> high)
      throws OutOfShapeException {
    try {
      clear();
      boolean[] fits = {true};
      long[] entries = {0};
      try (BaseSegmentWriter writer =
          BaseSegmentWriter.open(directory, base.target().userId(), cut.number())) {
        base.forEach(
            cut.low(),
            high,
            live -> {
              fits[0] &= writer.fits(live.entry(), MAX_SEGMENT_BYTES);
              if (fits[0]) {
                add(writer, live);
                entries[0]++;
              }
            });
        if (!fits[0] || entries[0] == 0) {
          throw new OutOfShapeException();
        }
        BaseSegmentWriter.Written written = writer.finish();
        for (SnapshotFile file : List.of(written.segment(), written.index())) {
          upload.send(file.name(), Bytes.wrap(Files.readAllBytes(directory.resolve(file.name()))));
        }
        clear();
        return written;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("A segment of the base cannot be written", e);
    }
  }

  private static void add(BaseSegmentWriter writer, LiveEntry live) {
    try {
      writer.add(live);
    } catch (IOException e) {
      throw new UncheckedIOException("A segment of the base cannot be written", e);
    }
  }

  private void clear() throws IOException {
    Files.createDirectories(directory);
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  /**
   * Sends the manifest; everything it names must be there.
   *
   * @return its SHA-256
   */
  Bytes sendManifest() {
    List<SnapshotFile> segments = new ArrayList<>();
    List<SnapshotFile> indexes = new ArrayList<>();
    for (Cut cut : base.cuts()) {
      List<SnapshotFile> files = parse(cut.files());
      segments.add(files.get(0));
      indexes.add(files.get(1));
    }
    Manifest manifest =
        new Manifest(
            base.target().userId(),
            base.target().keyVersion(),
            new Manifest.Base(),
            base.accumulator().toBytes(),
            segments,
            indexes,
            0);
    if (manifest.entries() != base.tags()) {
      throw new IllegalStateException(
          manifest.entries() + " entries were sent of " + base.tags() + " that were sealed");
    }
    Bytes bytes = ManifestCodec.encode(manifest);
    Bytes sha256 = Sha256.hash(bytes);
    upload.send(SnapshotFormat.baseName(sha256), bytes);
    return sha256;
  }

  private static String describe(BaseSegmentWriter.Written written) {
    return describe(written.segment()) + "\n" + describe(written.index());
  }

  private static String describe(SnapshotFile file) {
    return String.join(
        " ",
        file.name(),
        Long.toString(file.size()),
        file.sha256().hex(),
        file.firstTag().hex(),
        file.lastTag().hex(),
        Long.toString(file.entries()));
  }

  private static List<SnapshotFile> parse(String files) {
    List<SnapshotFile> parsed = new ArrayList<>();
    for (String line : files.split("\n", -1)) {
      String[] words = line.split(" ", -1);
      parsed.add(
          new SnapshotFile(
              words[0],
              Long.parseLong(words[1]),
              Bytes.fromHex(words[2]),
              Bytes.fromHex(words[3]),
              Bytes.fromHex(words[4]),
              Long.parseLong(words[5])));
    }
    return parsed;
  }
}
