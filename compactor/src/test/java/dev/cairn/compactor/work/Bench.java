package dev.cairn.compactor.work;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cairn.compactor.catalog.PublishedSnapshot;
import dev.cairn.compactor.catalog.SnapshotCatalog;
import dev.cairn.compactor.log.LogExtent;
import dev.cairn.compactor.log.UserLog;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.judge.Authenticator;
import dev.cairn.journal.judge.TrustedKeys;
import dev.cairn.journal.merge.SnapshotMerge;
import dev.cairn.journal.merge.Tail;
import dev.cairn.journal.record.SignedHeader;
import dev.cairn.journal.snapshot.LiveEntry;
import dev.cairn.journal.snapshot.Manifest;
import dev.cairn.journal.snapshot.SegmentReader;
import dev.cairn.journal.snapshot.SnapshotBrokenException;
import dev.cairn.journal.snapshot.SnapshotSource;
import dev.cairn.journal.snapshot.SnapshotVerifier;
import dev.cairn.journal.snapshot.SnapshotWriter;
import dev.cairn.provider.store.InMemoryObjectStore;
import dev.cairn.provider.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** An owner, a log and a storage, and what must always hold between them. */
final class Bench {
  static final UserId USER = UserId.parse("abcdefghijklmnopqrstuvwxyz");
  static final Duration GRACE = Duration.ofHours(1);

  final ModelOwner owner;
  final InMemoryLogs logs = new InMemoryLogs(USER);
  final MovingClock clock = new MovingClock();
  final InMemoryObjectStore store = new InMemoryObjectStore(clock);
  final List<CompactionResult> events = new ArrayList<>();
  private final Path directory;
  private final Random random;
  private int created;

  Bench(Path directory, long seed) {
    this.directory = directory;
    this.random = new Random(seed);
    this.owner = new ModelOwner(USER, seed);
    logs.append(owner.genesis());
  }

  /** A clock that a test moves. */
  static final class MovingClock extends Clock {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    void advance(Duration by) {
      now = now.plus(by);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }

  /** The owner commits so many random transactions. */
  Bench commits(int count) {
    for (int i = 0; i < count; i++) {
      logs.append(owner.commit(List.of(owner.randomChange(random, 30, 200))));
    }
    return this;
  }

  Compaction compaction() {
    return compaction(CrashPoints.NONE, new SnapshotMerge());
  }

  Compaction compaction(CrashPoints crashPoints, SnapshotMerge merge) {
    return compaction(store, crashPoints, merge);
  }

  Compaction compaction(ObjectStore through, CrashPoints crashPoints, SnapshotMerge merge) {
    return new Compaction(
        through,
        logs,
        events::add,
        new CompactionSettings(directory.resolve("scratch"), 4_000, 2, GRACE),
        crashPoints,
        merge,
        clock);
  }

  CompactionResult compact() throws IOException {
    return compaction().run(USER, "job");
  }

  CompactionResult.Kind compactKind() throws IOException {
    return compact().kind();
  }

  SnapshotCatalog catalog() {
    return new SnapshotCatalog(store);
  }

  /** Snapshots of which every byte holds, newest first. */
  List<PublishedSnapshot> sound() throws IOException {
    List<PublishedSnapshot> sound = new ArrayList<>();
    for (PublishedSnapshot each : catalog().published(USER).sound()) {
      try {
        each.verifier().verifyAll(each.source());
        sound.add(each);
      } catch (SnapshotBrokenException e) {
        // Does not count.
      }
    }
    return sound;
  }

  /**
   * Nothing is lost: from every sound snapshot that the log reaches back to, and from genesis where
   * the log does, exactly the owner's state comes out; and there is at least one such place to
   * begin.
   */
  void assertNothingIsLost() throws Exception {
    int ways = 0;
    for (PublishedSnapshot snapshot : sound()) {
      if (logs.start() <= snapshot.manifest().position()) {
        assertEquals(
            new ArrayList<>(owner.state().values()),
            recovered(Optional.of(snapshot)),
            "from " + snapshot.stored().name());
        ways++;
      }
    }
    if (logs.start() == 0) {
      assertEquals(
          new ArrayList<>(owner.state().values()), recovered(Optional.empty()), "from genesis");
      ways++;
    } else if (ways < 2) {
      throw new AssertionError("the log is truncated, and only " + ways + " snapshots hold");
    }
  }

  private List<LiveEntry> recovered(Optional<PublishedSnapshot> from) throws Exception {
    Path files = newDirectory();
    try (Tail tail = new Tail(files, 1 << 20);
        UserLog log = logs.open(USER)) {
      TailScan scan =
          new TailScan(
              Authenticator.withBuiltInSchemas(), catalog(), USER, from, Optional.empty(), tail);
      LogExtent extent = log.extent();
      scan.run(log, extent);
      if (scan.mismatch().isPresent()) {
        throw new AssertionError(scan.mismatch().get().describe());
      }
      if (scan.judge().damage().isPresent()) {
        throw new AssertionError(scan.judge().damage().get().describe());
      }
      if (scan.target().isEmpty()) {
        return entries(from.orElseThrow().verifier(), from.orElseThrow().source());
      }
      SignedHeader last = scan.target().get().last();
      SnapshotWriter.Written written =
          new SnapshotMerge().merge(scan.previous(), scan.tail(), last, files);
      Manifest manifest =
          new Manifest(
              USER,
              1,
              new Manifest.AtRecord(last, scan.target().get().epochOpened()),
              written.accumulator(),
              written.segments(),
              written.indexes(),
              0);
      return entries(
          SnapshotVerifier.of(manifest, USER, TrustedKeys.none()),
          file -> Files.newInputStream(files.resolve(file.name())));
    }
  }

  static List<LiveEntry> entries(SnapshotVerifier verifier, SnapshotSource source)
      throws Exception {
    List<LiveEntry> entries = new ArrayList<>();
    for (int i = 0; i < verifier.manifest().segments().size(); i++) {
      try (SegmentReader reader =
          verifier.readSegment(i, source.open(verifier.manifest().segments().get(i)))) {
        for (Optional<LiveEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
          entries.add(next.get());
        }
      }
    }
    return entries;
  }

  void flip(String key, int position) throws IOException {
    byte[] bytes = store.get(key, Long.MAX_VALUE).orElseThrow().toByteArray();
    bytes[Math.floorMod(position, bytes.length)] ^= 1;
    store.put(key, Bytes.wrap(bytes));
  }

  Path newDirectory() throws IOException {
    return Files.createDirectory(directory.resolve("bench-" + created++));
  }
}
