package dev.cairn.journal.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Sha256;
import dev.cairn.crypto.StateAccumulator;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.judge.TrustedKeys;
import dev.cairn.journal.merge.ModelOwner;
import dev.cairn.journal.record.EpochDraft;
import dev.cairn.journal.record.EpochHeader;
import dev.cairn.journal.record.EpochOpened;
import dev.cairn.journal.record.EpochReason;
import dev.cairn.schemas.avro.IndexEntry;
import dev.cairn.schemas.avro.SegmentEntry;
import dev.cairn.schemas.avro.SnapshotManifest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.SeekableByteArrayInput;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotFilesTest {
  private static final UserId USER = UserId.parse("abcdefghijklmnopqrstuvwxyz");
  private static final UserId OTHER = UserId.parse("zbcdefghijklmnopqrstuvwxyz");

  @TempDir Path directory;
  private int created;

  @Test
  void whatIsWrittenIsReadAndVerified() throws Exception {
    Snapshot snapshot = snapshot(2_000, 3_000, 40_000);
    assertTrue(snapshot.manifest.segments().size() > 20);
    verify(snapshot.manifest, snapshot.files);
    assertEquals(new ArrayList<>(snapshot.owner.state().values()), read(snapshot));
  }

  @Test
  void anEmptyStateHasNoFiles() throws Exception {
    ModelOwner owner = new ModelOwner(USER, 3);
    Snapshot snapshot = write(owner, List.of(), SnapshotFormat.MAX_FILE_BYTES);
    assertEquals(List.of(), snapshot.manifest.segments());
    verify(ManifestCodec.decode(ManifestCodec.encode(snapshot.manifest)), snapshot.files);
  }

  @Test
  void theSameStateGivesTheSameBytes() throws Exception {
    Snapshot one = snapshot(500, 500, 20_000);
    Snapshot two = snapshot(500, 500, 20_000);
    assertEquals(one.files, two.files);
    assertEquals(ManifestCodec.encode(one.manifest), ManifestCodec.encode(two.manifest));
  }

  @Test
  void avroToolsReadTheFiles() throws Exception {
    Snapshot snapshot = snapshot(300, 500, 30_000);
    List<LiveEntry> expected = new ArrayList<>(snapshot.owner.state().values());
    int at = 0;
    for (int i = 0; i < snapshot.manifest.segments().size(); i++) {
      byte[] segment = content(snapshot, snapshot.manifest.segments().get(i));
      byte[] index = content(snapshot, snapshot.manifest.indexes().get(i));
      try (DataFileReader<GenericRecord> entries = open(segment);
          DataFileReader<GenericRecord> indexed = open(index)) {
        while (entries.hasNext()) {
          GenericRecord entry = entries.next();
          GenericRecord where = indexed.next();
          LiveEntry live = expected.get(at++);
          assertEquals(live.tag(), bytes(entry, "tag"));
          assertEquals(live.entry().epoch(), entry.get("epoch"));
          assertEquals(live.entry().sequence(), entry.get("sequence"));
          assertEquals(live.entry().sealed(), bytes(entry, "sealed"));
          assertEquals(live.tag(), bytes(where, "tag"));
          assertEquals(live.element(), bytes(where, "element"));
          int from = Math.toIntExact((long) where.get("offset"));
          assertEquals(
              live.entry().sealed(), Bytes.copyOf(segment, from, from + (int) where.get("length")));
        }
        assertTrue(!indexed.hasNext());
      }
    }
    assertEquals(expected.size(), at);
    try (DataFileReader<GenericRecord> manifests =
        open(ManifestCodec.encode(snapshot.manifest).toByteArray())) {
      GenericRecord manifest = manifests.next();
      assertEquals(USER.value(), manifest.get("userId").toString());
      assertEquals(
          snapshot.manifest.segments().size(), ((List<?>) manifest.get("segments")).size());
      assertEquals(
          snapshot.owner.last().header().toBytes(),
          bytes((GenericRecord) manifest.get("lastRecord"), "header"));
      assertTrue(!manifests.hasNext());
    }
  }

  private static byte[] content(Snapshot snapshot, SnapshotFile file) {
    return Objects.requireNonNull(snapshot.files.get(file.name())).toByteArray();
  }

  private static DataFileReader<GenericRecord> open(byte[] file) throws IOException {
    return new DataFileReader<>(new SeekableByteArrayInput(file), new GenericDatumReader<>());
  }

  private static Bytes bytes(GenericRecord record, String field) {
    return Bytes.copyOf((ByteBuffer) record.get(field));
  }

  @Test
  void schemasInTheFilesAreTheDocumentedOnes() {
    assertSame(SegmentEntry.getClassSchema(), SnapshotFormat.SEGMENT_SCHEMA);
    assertSame(IndexEntry.getClassSchema(), SnapshotFormat.INDEX_SCHEMA);
    assertSame(SnapshotManifest.getClassSchema(), SnapshotFormat.MANIFEST_SCHEMA);
  }

  private static void assertSame(Schema documented, String written) {
    assertEquals(
        SchemaNormalization.toParsingForm(documented),
        SchemaNormalization.toParsingForm(new Schema.Parser().parse(written)));
  }

  @Test
  void everyFlippedByteIsNoticedOrChangesNothing() throws Exception {
    Snapshot snapshot = snapshot(12, 60, SnapshotFormat.MAX_FILE_BYTES);
    for (String name : snapshot.files.keySet()) {
      Bytes original = snapshot.files.get(name);
      for (int i = 0; i < original.size(); i++) {
        for (int bit : new int[] {i % 8}) {
          byte[] changed = original.toByteArray();
          changed[i] ^= (byte) (1 << bit);
          assertBroken(snapshot, name, Bytes.wrap(changed));
        }
      }
    }
    Bytes manifest = ManifestCodec.encode(snapshot.manifest);
    for (int i = 0; i < manifest.size(); i++) {
      for (int bit : new int[] {i % 8, (i + 3) % 8}) {
        byte[] changed = manifest.toByteArray();
        changed[i] ^= (byte) (1 << bit);
        assertOriginalOrBroken(snapshot, Bytes.wrap(changed));
      }
    }
  }

  @Test
  void everyCutAndEveryByteMoreIsNoticed() throws Exception {
    Snapshot snapshot = snapshot(6, 60, SnapshotFormat.MAX_FILE_BYTES);
    for (String name : snapshot.files.keySet()) {
      Bytes original = snapshot.files.get(name);
      for (int i = 0; i < original.size(); i++) {
        assertBroken(snapshot, name, original.slice(0, i));
      }
      assertBroken(snapshot, name, Bytes.concat(original, Bytes.fromHex("00")));
      assertBroken(snapshot, name, Bytes.concat(original, original));
    }
    Bytes manifest = ManifestCodec.encode(snapshot.manifest);
    for (int i = 0; i < manifest.size(); i++) {
      Bytes cut = manifest.slice(0, i);
      assertThrows(SnapshotBrokenException.class, () -> ManifestCodec.decode(cut));
    }
    assertThrows(
        SnapshotBrokenException.class,
        () -> ManifestCodec.decode(Bytes.concat(manifest, Bytes.fromHex("00"))));
  }

  @Test
  void whoeverWritesConsistentFilesOfAnotherStateIsCaught() throws Exception {
    ModelOwner owner = new ModelOwner(USER, 3);
    owner.commit(changes(8, 60));
    List<LiveEntry> entries = new ArrayList<>(owner.state().values());
    List<UnaryOperator<List<LiveEntry>>> lies =
        List.of(
            // one left out
            list -> list.subList(1, list.size()),
            list -> list.subList(0, list.size() - 1),
            // one more
            list ->
                Stream.concat(list.stream(), Stream.of(entry(ModelOwner.tag(9_999), 1, 1, USER)))
                    .sorted((a, b) -> a.tag().compareTo(b.tag()))
                    .toList(),
            // another value, epoch, sequence, user
            list -> replaced(list, 3, entry(list.get(3).tag(), 1, 1, USER)),
            list -> replaced(list, 3, renumbered(list.get(3), 2, 1, USER)),
            list -> replaced(list, 3, renumbered(list.get(3), 1, 2, USER)),
            list -> replaced(list, 3, renumbered(list.get(3), 1, 1, OTHER)),
            // values swapped
            list ->
                replaced(
                    replaced(list, 2, withValueOf(list.get(2), list.get(4))),
                    4,
                    withValueOf(list.get(4), list.get(2))));
    verify(write(owner, entries, SnapshotFormat.MAX_FILE_BYTES));
    for (int i = 0; i < lies.size(); i++) {
      Snapshot lie = write(owner, lies.get(i).apply(entries), SnapshotFormat.MAX_FILE_BYTES);
      // With the accumulator of the lie, and with the one that the owner signed.
      assertThrows(SnapshotBrokenException.class, () -> verify(lie), "lie " + i);
      Manifest signed =
          new Manifest(
              USER,
              1,
              lie.manifest.origin(),
              owner.accumulator().toBytes(),
              lie.manifest.segments(),
              lie.manifest.indexes(),
              5);
      assertThrows(SnapshotBrokenException.class, () -> verify(signed, lie.files), "lie " + i);
    }
  }

  @Test
  void anotherUsersOrAnUnsignedManifestIsRefused() throws Exception {
    Snapshot snapshot = snapshot(5, 60, SnapshotFormat.MAX_FILE_BYTES);
    assertThrows(
        SnapshotBrokenException.class,
        () -> SnapshotVerifier.of(snapshot.manifest, OTHER, TrustedKeys.none()));
    ModelOwner stranger = new ModelOwner(USER, 99);
    assertThrows(
        SnapshotBrokenException.class,
        () ->
            SnapshotVerifier.of(
                snapshot.manifest, USER, TrustedKeys.of(1, stranger.author().publicKey())));
    stranger.commit(changes(5, 60));
    Manifest mixed =
        new Manifest(
            USER,
            1,
            new Manifest.AtRecord(snapshot.owner.last(), stranger.epochOpened()),
            snapshot.manifest.accumulator(),
            snapshot.manifest.segments(),
            snapshot.manifest.indexes(),
            5);
    assertThrows(
        SnapshotBrokenException.class, () -> SnapshotVerifier.of(mixed, USER, TrustedKeys.none()));
  }

  @Test
  void segmentsCannotBeSwappedLeftOutOrRepeated() throws Exception {
    Snapshot snapshot = snapshot(300, 500, 20_000);
    Manifest manifest = snapshot.manifest;
    assertTrue(manifest.segments().size() > 2);
    assertThrows(
        IllegalArgumentException.class,
        () -> withFiles(manifest, swapped(manifest.segments()), swapped(manifest.indexes())));
    assertThrows(
        IllegalArgumentException.class,
        () -> withFiles(manifest, manifest.segments(), swapped(manifest.indexes())));
    Manifest shorter =
        withFiles(
            manifest,
            manifest.segments().subList(0, manifest.segments().size() - 1),
            manifest.indexes().subList(0, manifest.indexes().size() - 1));
    assertThrows(SnapshotBrokenException.class, () -> verify(shorter, snapshot.files));
    Map<String, Bytes> crossed = new HashMap<>(snapshot.files);
    crossed.put(
        manifest.segments().get(0).name(), snapshot.files.get(manifest.segments().get(1).name()));
    assertThrows(SnapshotBrokenException.class, () -> verify(manifest, crossed));
  }

  @Test
  void proofsMustCoverEverySegmentOnce() throws Exception {
    Snapshot snapshot = snapshot(300, 500, 20_000);
    SnapshotVerifier verifier = SnapshotVerifier.of(snapshot.manifest, USER, TrustedKeys.none());
    List<SegmentProof> proofs = new ArrayList<>();
    for (int i = snapshot.manifest.segments().size() - 1; i >= 0; i--) {
      proofs.add(verifier.verifyPair(i, source(snapshot.files)));
    }
    verifier.conclude(proofs);
    assertThrows(
        IllegalArgumentException.class,
        () -> verifier.conclude(proofs.subList(0, proofs.size() - 1)));
    proofs.set(0, proofs.get(1));
    assertThrows(IllegalArgumentException.class, () -> verifier.conclude(proofs));
  }

  @Test
  void aBaseHoldsOnlyThroughTheOpeningThatNamesIt() throws Exception {
    ModelOwner owner = new ModelOwner(USER, 3);
    owner.commit(changes(5, 60));
    Path files = newDirectory();
    SnapshotWriter.Written written;
    try (SnapshotWriter writer =
        new SnapshotWriter(files, USER, SnapshotFormat.BASE_SEGMENT_HEAD)) {
      for (LiveEntry entry : owner.state().values()) {
        writer.add(entry);
      }
      written = writer.finish();
    }
    Manifest base =
        new Manifest(
            USER,
            1,
            new Manifest.Base(),
            written.accumulator(),
            written.segments(),
            written.indexes(),
            0);
    Bytes bytes = ManifestCodec.encode(base);
    Manifest read = ManifestCodec.decode(bytes);
    assertEquals(base, read);
    assertThrows(
        SnapshotBrokenException.class, () -> SnapshotVerifier.of(read, USER, TrustedKeys.none()));
    EpochOpened opened = rebase(owner, Sha256.hash(bytes), owner.state().size());
    SnapshotVerifier.ofBase(read, Sha256.hash(bytes), opened).verifyAll(source(load(files)));
    assertThrows(
        SnapshotBrokenException.class,
        () -> SnapshotVerifier.ofBase(read, Sha256.hash(Bytes.EMPTY), opened));
    EpochOpened miscounted = rebase(owner, Sha256.hash(bytes), 7);
    assertThrows(
        SnapshotBrokenException.class,
        () -> SnapshotVerifier.ofBase(read, Sha256.hash(bytes), miscounted));
  }

  private static EpochOpened rebase(ModelOwner owner, Bytes digest, long count) {
    return new EpochDraft(
            new EpochHeader(
                USER,
                1,
                2,
                EpochReason.REBASE,
                2,
                owner.last().head(),
                1,
                owner.author().publicKey(),
                Optional.of(digest),
                owner.accumulator().digest(),
                count,
                9))
        .sign(owner.author());
  }

  private void assertBroken(Snapshot snapshot, String name, Bytes changed) {
    Map<String, Bytes> files = new HashMap<>(snapshot.files);
    files.put(name, changed);
    SnapshotBrokenException e =
        assertThrows(SnapshotBrokenException.class, () -> verify(snapshot.manifest, files));
    assertEquals(name, e.file());
  }

  /** Nothing signs the position: it is a hint, and the only thing that may differ. */
  private static void assertOriginalOrBroken(Snapshot snapshot, Bytes manifest) throws IOException {
    Manifest read;
    try {
      read = ManifestCodec.decode(manifest);
      verify(read, snapshot.files);
    } catch (SnapshotBrokenException e) {
      return;
    }
    Manifest original = snapshot.manifest;
    assertEquals(
        original,
        new Manifest(
            read.userId(),
            read.keyVersion(),
            read.origin(),
            read.accumulator(),
            read.segments(),
            read.indexes(),
            original.position()));
  }

  /** Files of a snapshot in memory. */
  private record Snapshot(ModelOwner owner, Manifest manifest, Map<String, Bytes> files) {}

  private Snapshot snapshot(int entries, int maxBytes, int maxFileBytes) throws IOException {
    ModelOwner owner = new ModelOwner(USER, 3);
    owner.commit(changes(entries, maxBytes));
    return write(owner, new ArrayList<>(owner.state().values()), maxFileBytes);
  }

  private Snapshot write(ModelOwner owner, List<LiveEntry> entries, int maxFileBytes)
      throws IOException {
    Path files = newDirectory();
    SnapshotWriter.Written written;
    try (SnapshotWriter writer =
        new SnapshotWriter(files, USER, owner.last().head(), maxFileBytes)) {
      for (LiveEntry entry : entries) {
        writer.add(entry);
      }
      written = writer.finish();
    }
    Manifest manifest =
        new Manifest(
            USER,
            1,
            new Manifest.AtRecord(owner.last(), owner.epochOpened()),
            written.accumulator(),
            written.segments(),
            written.indexes(),
            5);
    return new Snapshot(owner, manifest, load(files));
  }

  private static Map<String, Bytes> load(Path files) throws IOException {
    Map<String, Bytes> loaded = new HashMap<>();
    try (Stream<Path> paths = Files.list(files)) {
      for (Path path : paths.toList()) {
        loaded.put(path.getFileName().toString(), Bytes.wrap(Files.readAllBytes(path)));
      }
    }
    return loaded;
  }

  private static List<ModelOwner.Change> changes(int count, int maxBytes) {
    Random random = new Random(count);
    List<ModelOwner.Change> changes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      changes.add(
          new ModelOwner.Change(
              ModelOwner.tag(i),
              Optional.of(ModelOwner.random(random, 40 + random.nextInt(maxBytes)))));
    }
    return changes;
  }

  private static List<LiveEntry> read(Snapshot snapshot) throws Exception {
    SnapshotVerifier verifier = SnapshotVerifier.of(snapshot.manifest, USER, TrustedKeys.none());
    List<LiveEntry> entries = new ArrayList<>();
    List<SegmentProof> proofs = new ArrayList<>();
    for (int i = 0; i < snapshot.manifest.segments().size(); i++) {
      SnapshotFile file = snapshot.manifest.segments().get(i);
      assertTrue(file.size() <= 40_000);
      try (SegmentReader reader = verifier.readSegment(i, source(snapshot.files).open(file))) {
        for (Optional<LiveEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
          entries.add(next.get());
        }
        proofs.add(reader.finish());
      }
    }
    verifier.conclude(proofs);
    return entries;
  }

  private static void verify(Snapshot snapshot) throws IOException, SnapshotBrokenException {
    verify(snapshot.manifest, snapshot.files);
  }

  private static void verify(Manifest manifest, Map<String, Bytes> files)
      throws IOException, SnapshotBrokenException {
    SnapshotVerifier.of(manifest, USER, TrustedKeys.none()).verifyAll(source(files));
  }

  private static SnapshotSource source(Map<String, Bytes> files) {
    return file -> {
      Bytes content = files.get(file.name());
      if (content == null) {
        throw new SnapshotBrokenException(file.name(), "it is not there");
      }
      InputStream in = new ByteArrayInputStream(content.toByteArray());
      return in;
    };
  }

  private Path newDirectory() throws IOException {
    return Files.createDirectory(directory.resolve("s" + created++));
  }

  private static Manifest withFiles(
      Manifest manifest, List<SnapshotFile> segments, List<SnapshotFile> indexes) {
    return new Manifest(USER, 1, manifest.origin(), manifest.accumulator(), segments, indexes, 5);
  }

  private static List<SnapshotFile> swapped(List<SnapshotFile> files) {
    List<SnapshotFile> changed = new ArrayList<>(files);
    changed.set(0, files.get(1));
    changed.set(1, files.get(0));
    return changed;
  }

  private static LiveEntry entry(Bytes tag, long epoch, long sequence, UserId user) {
    SnapshotEntry entry =
        new SnapshotEntry(tag, epoch, sequence, ModelOwner.random(new Random(4), 70));
    return new LiveEntry(entry, entry.element(user, 1));
  }

  private static LiveEntry renumbered(LiveEntry from, long epoch, long sequence, UserId user) {
    SnapshotEntry entry = new SnapshotEntry(from.tag(), epoch, sequence, from.entry().sealed());
    return new LiveEntry(entry, entry.element(user, 1));
  }

  private static LiveEntry withValueOf(LiveEntry entry, LiveEntry other) {
    SnapshotEntry changed = new SnapshotEntry(entry.tag(), 1, 1, other.entry().sealed());
    return new LiveEntry(changed, changed.element(USER, 1));
  }

  private static List<LiveEntry> replaced(List<LiveEntry> list, int at, LiveEntry entry) {
    List<LiveEntry> changed = new ArrayList<>(list);
    changed.set(at, entry);
    return changed;
  }

  @Test
  void anAccumulatorOfAnotherStateIsRefused() throws Exception {
    Snapshot snapshot = snapshot(5, 60, SnapshotFormat.MAX_FILE_BYTES);
    Manifest other =
        new Manifest(
            USER,
            1,
            snapshot.manifest.origin(),
            new StateAccumulator().toBytes(),
            snapshot.manifest.segments(),
            snapshot.manifest.indexes(),
            5);
    assertThrows(
        SnapshotBrokenException.class, () -> SnapshotVerifier.of(other, USER, TrustedKeys.none()));
  }
}
