package dev.cairn.compactor.work;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.compactor.catalog.PublishedSnapshot;
import dev.cairn.compactor.catalog.StoredDirectory;
import dev.cairn.compactor.work.CompactionResult.Kind;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Sha256;
import dev.cairn.journal.merge.FaultyMerges;
import dev.cairn.journal.merge.SnapshotMerge;
import dev.cairn.journal.snapshot.LiveEntry;
import dev.cairn.journal.snapshot.Manifest;
import dev.cairn.journal.snapshot.ManifestCodec;
import dev.cairn.journal.snapshot.SnapshotFile;
import dev.cairn.journal.snapshot.SnapshotWriter;
import dev.cairn.provider.store.ObjectStat;
import dev.cairn.schemas.names.ObjectKeys;
import dev.cairn.schemas.names.SnapshotDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompactionTest {
  @TempDir Path directory;
  private Bench bench = new Bench(Path.of("."), 1);

  @BeforeEach
  void aBench() throws IOException {
    bench = new Bench(Files.createDirectory(directory.resolve("1")), 1);
  }

  @Test
  void nothingIsTruncatedBeforeTwoSnapshotsAreVerified() throws Exception {
    bench.commits(20);
    CompactionResult first = bench.compact();
    assertEquals(Kind.PUBLISHED, first.kind());
    assertEquals(bench.owner.index(), first.newest().orElseThrow().index());
    assertEquals(0, bench.logs.start());
    assertEquals(21, bench.logs.compacted());
    bench.assertNothingIsLost();

    bench.commits(20);
    CompactionResult second = bench.compact();
    assertEquals(Kind.PUBLISHED, second.kind());
    assertEquals(21, bench.logs.start(), "the position of the older of the two");
    assertEquals(41, bench.logs.compacted());
    bench.assertNothingIsLost();

    bench.commits(1);
    assertEquals(Kind.PUBLISHED, bench.compactKind());
    assertEquals(41, bench.logs.start());
    bench.assertNothingIsLost();
    assertEquals(List.of(first, second), bench.events.subList(0, 2));
  }

  @Test
  void aJobThatTheNewestSnapshotCoversChangesNothing() throws Exception {
    assertEquals(Kind.PUBLISHED, bench.compactKind(), "the empty state after genesis");
    bench.commits(5);
    assertEquals(Kind.PUBLISHED, bench.compactKind());
    List<ObjectStat> before = bench.store.list("");
    CompactionResult again = bench.compact();
    assertEquals(Kind.UNCHANGED, again.kind());
    assertEquals(6, again.newest().orElseThrow().position());
    assertEquals(before, bench.store.list(""));
  }

  @Test
  void anEmptyLogHasNothingToCompact() throws Exception {
    bench.logs.loseFrom(0);
    assertEquals(Kind.UNCHANGED, bench.compactKind());
    assertEquals(List.of(), bench.store.list(""));
  }

  @Test
  void aUserWithoutLogFails() throws Exception {
    CompactionResult result =
        bench.compaction().run(dev.cairn.crypto.UserId.parse("zzzzzzzzzzzzzzzzzzzzzzzzzz"), "job");
    assertEquals(Kind.FAILED, result.kind());
    assertEquals(List.of(result), bench.events);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void manyCompactionsOfAnyHistoryLoseNothing(long seed) throws Exception {
    Bench any = new Bench(Files.createDirectory(directory.resolve("any")), seed);
    Random random = new Random(seed);
    for (int i = 0; i < 15; i++) {
      any.commits(random.nextInt(12));
      if (random.nextInt(3) == 0) {
        any.logs.append(any.owner.takeover());
      }
      if (random.nextInt(3) == 0 && any.logs.end() > any.logs.start()) {
        // Sent again: everybody passes over it.
        any.logs.append(any.logs.valueAt(any.logs.end() - 1));
      }
      if (random.nextInt(4) == 0) {
        any.logs.skip(2);
        any.commits(1);
      }
      any.logs.readInBatchesOf(1 + random.nextInt(5));
      any.compact();
      any.clock.advance(Duration.ofMinutes(random.nextInt(90)));
      any.assertNothingIsLost();
    }
    assertTrue(any.logs.start() > 0, "seed " + seed);
  }

  @Test
  void anUnfinishedTransactionWaits() throws Exception {
    bench.commits(3);
    bench.logs.append(
        bench.owner.commit(List.of(bench.owner.randomChange(new Random(5), 30, 60)), List.of()));
    CompactionResult result = bench.compact();
    assertEquals(Kind.PUBLISHED, result.kind());
    assertEquals(3, result.newest().orElseThrow().index());
    assertEquals(4, result.newest().orElseThrow().position());
    bench.logs.append(bench.owner.takeover());
    bench.commits(2);
    assertEquals(Kind.PUBLISHED, bench.compactKind());
    bench.assertNothingIsLost();
  }

  @ParameterizedTest
  @EnumSource(FaultyMerges.Fault.class)
  void aMergeThatGoesWrongTruncatesNothingAndQuarantines(FaultyMerges.Fault fault)
      throws Exception {
    bench.commits(40);
    assertEquals(Kind.PUBLISHED, bench.compactKind());
    bench.commits(30);
    List<ObjectStat> before = bench.store.list("");
    CompactionResult result =
        bench
            .compaction(CrashPoints.NONE, FaultyMerges.of(fault, 2, Bench.USER))
            .run(Bench.USER, "bad");
    assertEquals(Kind.QUARANTINED, result.kind(), fault.name());
    assertEquals(0, bench.logs.start());
    assertEquals(1, bench.catalog().published(Bench.USER).sound().size());
    for (ObjectStat stat : before) {
      assertTrue(bench.store.stat(stat.key()).isPresent());
    }
    // Remembered by whoever comes next, also when that one merges well.
    assertEquals(Kind.QUARANTINED, bench.compactKind());
    bench.commits(3);
    assertEquals(Kind.QUARANTINED, bench.compactKind());
    assertEquals(0, bench.logs.truncations());
    bench.assertNothingIsLost();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLogThatDoesNotComeToWhatWasSignedQuarantinesUntilARebase(boolean wrongDigest)
      throws Exception {
    bench.commits(10);
    assertEquals(Kind.PUBLISHED, bench.compactKind());
    bench.commits(5);
    ModelOwner.Change change =
        new ModelOwner.Change(
            ModelOwner.tag(1234), Optional.of(ModelOwner.random(new Random(3), 60)));
    bench.logs.append(bench.owner.wrongCommit(change, wrongDigest));
    CompactionResult result = bench.compact();
    assertEquals(Kind.QUARANTINED, result.kind());
    assertEquals(0, bench.logs.truncations());
    assertEquals(Kind.QUARANTINED, bench.compactKind());
    assertTrue(new Quarantine(bench.store).find(Bench.USER).isPresent());

    bench.logs.append(bench.owner.rebase(uploadBase()));
    bench.commits(4);
    CompactionResult healed = bench.compact();
    assertEquals(Kind.PUBLISHED, healed.kind(), healed.detail());
    assertFalse(new Quarantine(bench.store).find(Bench.USER).isPresent());
    bench.commits(4);
    assertEquals(Kind.PUBLISHED, bench.compactKind());
    PublishedSnapshot newest = bench.sound().getFirst();
    assertEquals(
        bench.owner.state().values().stream().toList(),
        Bench.entries(newest.verifier(), newest.source()));
  }

  @Test
  void aMissingBaseFailsAndTruncatesNothing() throws Exception {
    bench.commits(4);
    bench.logs.append(bench.owner.rebase(Sha256.hash(Bytes.utf8("never uploaded"))));
    bench.commits(4);
    assertEquals(Kind.FAILED, bench.compactKind());
    assertEquals(0, bench.logs.truncations());
  }

  @Test
  void aDamagedLogTruncatesNothingUntilItIsHealed() throws Exception {
    bench.commits(10);
    assertEquals(Kind.PUBLISHED, bench.compactKind());
    bench.commits(10);
    bench.logs.append(Bytes.utf8("garbage"));
    CompactionResult damaged = bench.compact();
    assertEquals(Kind.DAMAGED, damaged.kind());
    assertTrue(damaged.detail().contains("offset 21"), damaged.detail());
    assertEquals(0, bench.logs.truncations());
    assertEquals(1, bench.sound().size());
    bench.commits(1);
    assertEquals(Kind.PUBLISHED, bench.compactKind());
    assertEquals(11, bench.logs.start());
    bench.assertNothingIsLost();
  }

  @Test
  void aHoleInTheLogTruncatesNothing() throws Exception {
    bench.commits(10);
    bench.compact();
    bench.owner.commit(List.of(bench.owner.randomChange(new Random(8), 30, 60)));
    bench.commits(5);
    assertEquals(Kind.DAMAGED, bench.compactKind());
    assertEquals(0, bench.logs.truncations());
  }

  /** What may happen to the newest snapshot in storage. */
  enum Loss {
    SEGMENT_FLIPPED,
    SEGMENT_GONE,
    INDEX_GONE,
    MANIFEST_FLIPPED,
    MANIFEST_GONE,
    ALL_GONE
  }

  @ParameterizedTest
  @EnumSource(Loss.class)
  void aBrokenNewestSnapshotCostsNothing(Loss loss) throws Exception {
    bench.commits(20);
    bench.compact();
    bench.commits(20);
    bench.compact();
    assertTrue(bench.logs.start() > 0);
    PublishedSnapshot newest = bench.sound().getFirst();
    lose(newest, loss);
    if (loss != Loss.SEGMENT_FLIPPED) {
      // Nothing new in the log: it is made whole again.
      assertEquals(Kind.PUBLISHED, bench.compactKind(), loss.name());
      assertEquals(2, bench.sound().size());
      lose(newest, loss);
    }
    bench.commits(5);
    assertEquals(Kind.PUBLISHED, bench.compactKind(), loss.name());
    bench.assertNothingIsLost();
    bench.commits(5);
    assertEquals(Kind.PUBLISHED, bench.compactKind());
    bench.assertNothingIsLost();
  }

  private void lose(PublishedSnapshot snapshot, Loss loss) throws IOException {
    SnapshotFile segment = snapshot.manifest().segments().getFirst();
    SnapshotFile index = snapshot.manifest().indexes().getFirst();
    switch (loss) {
      case SEGMENT_FLIPPED -> bench.flip(key(snapshot.stored(), segment.name()), -50);
      case SEGMENT_GONE -> bench.store.delete(List.of(key(snapshot.stored(), segment.name())));
      case INDEX_GONE -> bench.store.delete(List.of(key(snapshot.stored(), index.name())));
      case MANIFEST_FLIPPED -> bench.flip(key(snapshot.stored(), ObjectKeys.MANIFEST), 900);
      case MANIFEST_GONE ->
          bench.store.delete(List.of(key(snapshot.stored(), ObjectKeys.MANIFEST)));
      case ALL_GONE ->
          bench.store.delete(
              snapshot.stored().files().keySet().stream()
                  .map(file -> key(snapshot.stored(), file))
                  .toList());
    }
  }

  @Test
  void aSnapshotWithABrokenIndexMakesNoRecordSuperfluous() throws Exception {
    bench.commits(20);
    bench.compact();
    bench.commits(20);
    bench.compact();
    long start = bench.logs.start();
    PublishedSnapshot newest = bench.sound().getFirst();
    // The merge does not need it: what it makes holds. A recovery does.
    bench.flip(key(newest.stored(), newest.manifest().indexes().getFirst().name()), -50);
    bench.commits(5);
    assertEquals(Kind.PUBLISHED, bench.compactKind());
    assertEquals(start, bench.logs.start());
    bench.assertNothingIsLost();
    bench.commits(5);
    assertEquals(Kind.PUBLISHED, bench.compactKind());
    assertTrue(bench.logs.start() > start, "two hold again");
  }

  @Test
  void nothingIsTruncatedWhileTheOtherKeptSnapshotIsBroken() throws Exception {
    bench.commits(20);
    bench.compact();
    bench.commits(20);
    CrashingAt crashing = new CrashingAt(CrashPoint.EVENT_SENT, 1);
    assertThrows(
        Crash.class, () -> bench.compaction(crashing, new SnapshotMerge()).run(Bench.USER, "job"));
    PublishedSnapshot older = bench.sound().getLast();
    lose(older, Loss.SEGMENT_FLIPPED);
    assertEquals(Kind.UNCHANGED, bench.compactKind());
    assertEquals(0, bench.logs.start());
    bench.assertNothingIsLost();
  }

  @Test
  void whenNoSnapshotHoldsAndTheLogIsTruncatedNothingMoreIsDone() throws Exception {
    bench.commits(20);
    bench.compact();
    bench.commits(20);
    bench.compact();
    long start = bench.logs.start();
    for (PublishedSnapshot each : bench.sound()) {
      lose(each, Loss.SEGMENT_FLIPPED);
    }
    bench.commits(5);
    CompactionResult result = bench.compact();
    assertEquals(Kind.FAILED, result.kind());
    assertEquals(start, bench.logs.start());
  }

  @Test
  void storageThatChangesWhatItIsGivenIsNoticedAndRepaired() throws Exception {
    bench.commits(30);
    AtomicInteger writes = new AtomicInteger();
    CompactionResult result =
        bench
            .compaction(
                new LyingStore(bench.store, () -> writes.getAndIncrement() == 0),
                CrashPoints.NONE,
                new SnapshotMerge())
            .run(Bench.USER, "job");
    assertEquals(Kind.PUBLISHED, result.kind());
    assertEquals(1, bench.sound().size());
  }

  @Test
  void storageThatAlwaysLiesPublishesNothing() throws Exception {
    bench.commits(30);
    CompactionResult result =
        bench
            .compaction(
                new LyingStore(bench.store, () -> true), CrashPoints.NONE, new SnapshotMerge())
            .run(Bench.USER, "job");
    assertEquals(Kind.FAILED, result.kind());
    assertEquals(List.of(), bench.sound());
    assertEquals(0, bench.logs.truncations());
    assertFalse(new Quarantine(bench.store).find(Bench.USER).isPresent(), "the log is well");
    assertEquals(Kind.PUBLISHED, bench.compactKind(), "repairs what the liar left");
  }

  /** Thrown in place of the death of the process. */
  static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private record CrashingAt(CrashPoint point, AtomicInteger left) implements CrashPoints {
    CrashingAt(CrashPoint point, int occurrence) {
      this(point, new AtomicInteger(occurrence));
    }

    @Override
    public void reached(CrashPoint reached) {
      if (reached == point && left.decrementAndGet() == 0) {
        throw new Crash();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(CrashPoint.class)
  void aCrashAtAnyArrowLosesNothingAndIsFinishedByTheNext(CrashPoint point) throws Exception {
    for (int rounds = 0; rounds < 4; rounds++) {
      Bench each = new Bench(Files.createDirectory(directory.resolve(point + "-" + rounds)), 7);
      for (int i = 0; i < rounds; i++) {
        each.commits(15).compact();
        each.clock.advance(Bench.GRACE.plusMinutes(1));
      }
      each.commits(10);
      boolean crashed = false;
      if (point == CrashPoint.QUARANTINE_MARKED) {
        try {
          each.compaction(
                  new CrashingAt(point, 1), FaultyMerges.of(FaultyMerges.Fault.DROP, 0, Bench.USER))
              .run(Bench.USER, "job");
        } catch (Crash e) {
          crashed = true;
        }
        assertTrue(crashed);
        each.assertNothingIsLost();
        assertEquals(Kind.QUARANTINED, each.compactKind());
        continue;
      }
      try {
        each.compaction(new CrashingAt(point, 1), new SnapshotMerge()).run(Bench.USER, "job");
      } catch (Crash e) {
        crashed = true;
      }
      boolean reachable =
          switch (point) {
            case MERGED,
                FILE_UPLOADED,
                FILES_UPLOADED,
                READ_BACK,
                MANIFEST_WRITTEN,
                EVENT_SENT,
                POSITION_SET ->
                true;
            case TRUNCATED, SWEEP_MARKED -> rounds >= 1;
            case MANIFEST_SWEPT, FILES_SWEPT -> rounds >= 3;
            case QUARANTINE_MARKED -> false;
          };
      assertEquals(reachable, crashed, point + " in round " + rounds);
      each.assertNothingIsLost();
      // Whoever comes next finishes it, with and without news in the log.
      each.compact();
      each.assertNothingIsLost();
      if (rounds > 0) {
        assertTrue(each.logs.start() > 0, point + " in round " + rounds);
      }
      each.commits(3).compact();
      each.assertNothingIsLost();
      // Nothing is left behind for ever.
      each.clock.advance(Bench.GRACE.plusMinutes(1));
      each.commits(3).compact();
      each.clock.advance(Bench.GRACE.plusMinutes(1));
      each.commits(3).compact();
      each.clock.advance(Bench.GRACE.plusMinutes(1));
      each.compact();
      each.assertNothingIsLost();
      assertEquals(2, each.catalog().list(Bench.USER).size());
      try (Stream<Path> left = Files.list(directory.resolve(point + "-" + rounds + "/scratch"))) {
        assertEquals(0, left.count(), "scratch files of a worker that threw");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = CrashPoint.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"QUARANTINE_MARKED"})
  void aLateOrDoubledWorkerChangesNothingForTheWorse(CrashPoint point) throws Exception {
    for (boolean news : List.of(true, false)) {
      Bench each = new Bench(Files.createDirectory(directory.resolve(point + "-" + news)), 11);
      for (int i = 0; i < 3; i++) {
        each.commits(10).compact();
        each.clock.advance(Bench.GRACE.plusMinutes(1));
      }
      each.commits(10);
      AtomicInteger nested = new AtomicInteger();
      CrashPoints another =
          reached -> {
            if (reached == point && nested.getAndIncrement() == 0) {
              try {
                for (int i = 0; i < 3; i++) {
                  if (news) {
                    each.commits(4);
                  }
                  each.compact();
                  each.clock.advance(Bench.GRACE.plusMinutes(1));
                }
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            }
          };
      each.compaction(another, new SnapshotMerge()).run(Bench.USER, "late");
      each.assertNothingIsLost();
      PublishedSnapshot newest = each.sound().getFirst();
      assertEquals(each.owner.index(), newest.anchor().last().header().index(), point + " " + news);
      each.commits(2).compact();
      each.assertNothingIsLost();
    }
  }

  @Test
  void supersededSnapshotsStayForTheLongestDownload() throws Exception {
    bench.commits(5).compact();
    bench.commits(5).compact();
    bench.commits(5).compact();
    assertEquals(3, bench.catalog().list(Bench.USER).size(), "marked, not deleted");
    bench.clock.advance(Bench.GRACE.minusSeconds(1));
    bench.compact();
    assertEquals(3, bench.catalog().list(Bench.USER).size());
    bench.clock.advance(Duration.ofSeconds(1));
    bench.compact();
    assertEquals(2, bench.catalog().list(Bench.USER).size());
    assertEquals(List.of(), bench.store.list(ObjectKeys.user(Bench.USER.value()) + "superseded/"));
    bench.assertNothingIsLost();
  }

  @Test
  void remainsOfADeadWorkerAreSweptButNeverBeforeTheNewest() throws Exception {
    bench.commits(5).compact();
    bench.commits(5).compact();
    bench.commits(5).compact();
    StoredDirectory newest = bench.catalog().list(Bench.USER).getLast();
    String old = place(1, 2) + "segment-00000-0011223344556677.avro";
    String future = place(9, 999) + "segment-00000-0011223344556677.avro";
    bench.store.put(old, Bytes.utf8("remains"));
    bench.store.put(future, Bytes.utf8("being uploaded"));
    for (int i = 0; i < 3; i++) {
      bench.compact();
      bench.clock.advance(Bench.GRACE.plusMinutes(1));
    }
    assertTrue(bench.store.stat(old).isEmpty());
    assertTrue(bench.store.stat(future).isPresent());
    assertTrue(bench.store.stat(key(newest, ObjectKeys.MANIFEST)).isPresent());
  }

  @Test
  void aSnapshotOfARecordThatTheLogLostIsDead() throws Exception {
    bench.commits(10).compact();
    // Another copy of the owner goes on from the same record, and its log wins.
    InMemoryLogs fork = bench.logs.copy();
    bench.commits(2);
    assertEquals(Kind.PUBLISHED, bench.compactKind());
    long lost = bench.owner.index();
    ModelOwner other = new ModelOwner(Bench.USER, 1);
    Random random = new Random(1);
    for (int i = 0; i < 10; i++) {
      other.commit(List.of(other.randomChange(random, 30, 200)));
    }
    assertEquals(fork.end(), 11);
    bench.logs.loseFrom(11);
    Random another = new Random(99);
    for (int i = 0; i < 6; i++) {
      bench.logs.append(other.commit(List.of(other.randomChange(another, 30, 200))));
    }
    assertTrue(other.index() > lost);
    CompactionResult result = bench.compact();
    assertEquals(Kind.PUBLISHED, result.kind(), result.detail());
    assertEquals(other.index(), result.newest().orElseThrow().index());
    PublishedSnapshot newest = bench.sound().getFirst();
    assertEquals(
        List.copyOf(other.state().values()), Bench.entries(newest.verifier(), newest.source()));
  }

  private Bytes uploadBase() throws IOException {
    Path files = bench.newDirectory();
    SnapshotWriter.Written written;
    try (SnapshotWriter writer = new SnapshotWriter(files, Bench.USER, Bytes.wrap(new byte[32]))) {
      for (LiveEntry entry : bench.owner.state().values()) {
        writer.add(entry);
      }
      written = writer.finish();
    }
    Manifest manifest =
        new Manifest(
            Bench.USER,
            1,
            new Manifest.Base(),
            written.accumulator(),
            written.segments(),
            written.indexes(),
            0);
    SnapshotDirectory place = SnapshotDirectory.ofBase(bench.owner.epoch() + 1);
    for (SnapshotFile file :
        Stream.concat(written.segments().stream(), written.indexes().stream()).toList()) {
      bench.store.putIfAbsent(
          ObjectKeys.snapshotFile(Bench.USER.value(), 1, place, file.name()),
          files.resolve(file.name()));
    }
    Bytes bytes = ManifestCodec.encode(manifest);
    bench.store.putIfAbsent(
        ObjectKeys.snapshotFile(
            Bench.USER.value(), 1, place, ObjectKeys.baseFile(Sha256.hash(bytes).hex())),
        bytes);
    return Sha256.hash(bytes);
  }

  private static String place(long epoch, long index) {
    return ObjectKeys.snapshot(
        Bench.USER.value(), 1, new SnapshotDirectory(epoch, index, "0123456789abcdef"));
  }

  private static String key(StoredDirectory stored, String file) {
    return ObjectKeys.snapshotFile(
        Bench.USER.value(), stored.keyVersion(), stored.directory(), file);
  }
}
