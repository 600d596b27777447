package dev.cairn.journal.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cairn.crypto.AuthorPublicKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.record.EpochHeader;
import dev.cairn.journal.record.EpochReason;
import dev.cairn.journal.record.SignedHeader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The files of format version 1, byte by byte, as a second implementation (not in this repository,
 * not in this language) wrote them from {@code docs/formats.md}. They stay for ever.
 */
class GoldenSnapshotTest {
  private static final UserId USER = UserId.parse("abcdefghijklmnopqrstuvwxyz");
  private static final SignedHeader RECORD =
      new SignedHeader(
          new EpochHeader(
              USER,
              1,
              1,
              EpochReason.GENESIS,
              0,
              counting(50, 32),
              0,
              new AuthorPublicKey(counting(100, 32)),
              Optional.empty(),
              counting(0, 32),
              3,
              1_700_000_000_000L),
          List.of(counting(0, 64)));

  @TempDir Path directory;
  private SnapshotWriter.Written written =
      new SnapshotWriter.Written(List.of(), List.of(), Bytes.EMPTY, 0);

  @BeforeEach
  void write() throws IOException {
    try (SnapshotWriter writer = new SnapshotWriter(directory, USER, RECORD.head())) {
      for (int i : new int[] {1, 2, 200}) {
        byte[] tag = new byte[32];
        Arrays.fill(tag, (byte) i);
        SnapshotEntry entry = new SnapshotEntry(Bytes.wrap(tag), i, 1000L * i, counting(i, 40 + i));
        writer.add(new LiveEntry(entry, entry.element(USER, 1)));
      }
      written = writer.finish();
    }
  }

  @Test
  void segment() throws IOException {
    assertEquals(golden("segment-v1"), file(written.segments().get(0)));
  }

  @Test
  void index() throws IOException {
    assertEquals(golden("index-v1"), file(written.indexes().get(0)));
  }

  @Test
  void manifest() throws Exception {
    Manifest manifest =
        new Manifest(
            USER,
            1,
            new Manifest.AtRecord(RECORD, RECORD),
            accumulator(),
            written.segments(),
            written.indexes(),
            12_345);
    assertEquals(golden("manifest-v1"), ManifestCodec.encode(manifest));
    assertEquals(manifest, ManifestCodec.decode(golden("manifest-v1")));
  }

  @Test
  void baseManifest() throws Exception {
    Manifest manifest =
        new Manifest(USER, 1, new Manifest.Base(), accumulator(), List.of(), List.of(), 0);
    assertEquals(golden("base-manifest-v1"), ManifestCodec.encode(manifest));
    assertEquals(manifest, ManifestCodec.decode(golden("base-manifest-v1")));
  }

  private Bytes file(SnapshotFile file) throws IOException {
    return Bytes.wrap(Files.readAllBytes(directory.resolve(file.name())));
  }

  private static Bytes accumulator() {
    byte[] bytes = new byte[2048];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i % 251);
    }
    return Bytes.wrap(bytes);
  }

  private static Bytes counting(int from, int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (from + i);
    }
    return Bytes.wrap(bytes);
  }

  private static Bytes golden(String name) throws IOException {
    try (InputStream in =
        GoldenSnapshotTest.class.getResourceAsStream("/golden/" + name + ".hex")) {
      if (in == null) {
        throw new AssertionError("the golden file " + name + " is missing");
      }
      return Bytes.fromHex(
          new String(in.readAllBytes(), StandardCharsets.US_ASCII).replace("\n", ""));
    }
  }
}
