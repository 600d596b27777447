package dev.cairn.journal.merge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.judge.TrustedKeys;
import dev.cairn.journal.record.Commit;
import dev.cairn.journal.record.CommitDraft;
import dev.cairn.journal.record.LogRecord;
import dev.cairn.journal.record.NumberedOperation;
import dev.cairn.journal.record.Operation;
import dev.cairn.journal.snapshot.LiveEntry;
import dev.cairn.journal.snapshot.Manifest;
import dev.cairn.journal.snapshot.SegmentReader;
import dev.cairn.journal.snapshot.SnapshotBrokenException;
import dev.cairn.journal.snapshot.SnapshotEntry;
import dev.cairn.journal.snapshot.SnapshotVerifier;
import dev.cairn.journal.snapshot.SnapshotWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotMergeTest {
  private static final UserId USER = UserId.parse("abcdefghijklmnopqrstuvwxyz");

  @TempDir Path directory;
  private int created;
  private ModelOwner owner = new ModelOwner(USER, 1);

  @BeforeEach
  void anOwner() {
    owner = new ModelOwner(USER, 1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void mergedStatesAreThoseOfTheModelWhateverTheBudget(long seed) throws Exception {
    Random random = new Random(seed);
    Optional<PreviousSnapshot> previous = Optional.empty();
    long budget = 2_000L << random.nextInt(10);
    for (int generation = 0; generation < 4; generation++) {
      try (Tail tail = new Tail(newDirectory(), budget)) {
        if (generation == 0) {
          tail.accept(owner.genesis(), true);
        }
        randomRecords(random, tail);
        previous = Optional.of(merge(previous, tail, new SnapshotMerge()));
        assertEquals(
            new ArrayList<>(owner.state().values()),
            entries(previous.get()),
            () -> "seed " + seed + ", budget " + budget);
      }
    }
  }

  @Test
  void manyRunsAreJoined() throws Exception {
    try (Tail tail = new Tail(newDirectory(), 3_000)) {
      tail.accept(owner.genesis(), true);
      Random random = new Random(9);
      for (int i = 0; i < 1500; i++) {
        tail.accept(owner.commit(List.of(owner.randomChange(random, 700, 50))), true);
      }
      PreviousSnapshot merged = merge(Optional.empty(), tail, new SnapshotMerge());
      assertEquals(new ArrayList<>(owner.state().values()), entries(merged));
    }
  }

  @Test
  void unfinishedTransactionsCountOnlyWhenTheyAreFinished() throws Exception {
    try (Tail tail = new Tail(newDirectory(), 100)) {
      tail.accept(owner.genesis(), true);
      tail.accept(owner.commit(List.of(put(1), put(2))), true);
      tail.accept(owner.commit(List.of(put(3), put(1)), List.of()), false);
      tail.accept(owner.commit(List.of(put(4), put(5)), List.of()), false);
      tail.accept(owner.takeover(), true);
      tail.accept(owner.commit(List.of(put(6)), List.of()), false);
      tail.accept(owner.commit(List.of(put(7), delete(2)), List.of(1)), false);
      tail.accept(owner.commit(List.of(put(8))), true);
      PreviousSnapshot merged = merge(Optional.empty(), tail, new SnapshotMerge());
      assertEquals(new ArrayList<>(owner.state().values()), entries(merged));
      assertEquals(
          Set.of(1, 6, 7, 8).stream().map(ModelOwner::tag).sorted().toList(),
          entries(merged).stream().map(LiveEntry::tag).toList());
    }
  }

  @Test
  void recordsBehindTheNewestCleanOneDoNotCount() throws Exception {
    try (Tail tail = new Tail(newDirectory(), 1 << 20)) {
      tail.accept(owner.genesis(), true);
      tail.accept(owner.commit(List.of(put(1))), true);
      List<LiveEntry> expected = new ArrayList<>(owner.state().values());
      Manifest.AtRecord at = new Manifest.AtRecord(owner.last(), owner.epochOpened());
      tail.accept(owner.commit(List.of(put(2))), false);
      Path files = newDirectory();
      SnapshotWriter.Written written =
          new SnapshotMerge().merge(Optional.empty(), tail, at.last(), files);
      assertEquals(expected, entries(snapshot(at, written, files)));
    }
  }

  /** How an operation can name the wrong element as replaced. */
  enum WrongReplaces {
    NEW_BUT_NAMES_ONE,
    EXISTING_BUT_NAMES_NONE,
    EXISTING_BUT_NAMES_ANOTHER,
    DELETES_ANOTHER
  }

  @ParameterizedTest
  @EnumSource(WrongReplaces.class)
  void aWrongReplacesIsAMismatch(WrongReplaces wrong) throws Exception {
    for (boolean acrossSnapshot : List.of(true, false)) {
      owner = new ModelOwner(USER, 1);
      Path work = newDirectory();
      try (Tail first = new Tail(work, 1 << 20)) {
        first.accept(owner.genesis(), true);
        first.accept(owner.commit(List.of(put(1), put(2))), true);
        Commit bad = commitOf(wrong);
        if (acrossSnapshot) {
          PreviousSnapshot previous = merge(Optional.empty(), first, new SnapshotMerge());
          try (Tail second = new Tail(newDirectory(), 1 << 20)) {
            second.accept(bad, true);
            MergeMismatchException e =
                assertThrows(
                    MergeMismatchException.class,
                    () ->
                        new SnapshotMerge()
                            .merge(
                                Optional.of(previous), second, bad.signedHeader(), newDirectory()));
            assertEquals(MergeMismatch.Kind.REPLACES, e.mismatch().kind());
            assertEquals(2, e.mismatch().index());
          }
        } else {
          MergeMismatchException e =
              assertThrows(
                  MergeMismatchException.class,
                  () -> {
                    first.accept(bad, true);
                    new SnapshotMerge()
                        .merge(Optional.empty(), first, bad.signedHeader(), newDirectory());
                  });
          assertEquals(MergeMismatch.Kind.REPLACES, e.mismatch().kind());
        }
      }
    }
  }

  private Commit commitOf(WrongReplaces wrong) {
    Bytes one = Objects.requireNonNull(owner.state().get(ModelOwner.tag(1))).element();
    Bytes two = Objects.requireNonNull(owner.state().get(ModelOwner.tag(2))).element();
    Bytes sealed = ModelOwner.random(new Random(77), 60);
    Operation operation =
        switch (wrong) {
          case NEW_BUT_NAMES_ONE -> Operation.replace(ModelOwner.tag(3), sealed, one);
          case EXISTING_BUT_NAMES_NONE -> Operation.put(ModelOwner.tag(1), sealed);
          case EXISTING_BUT_NAMES_ANOTHER -> Operation.replace(ModelOwner.tag(1), sealed, two);
          case DELETES_ANOTHER -> Operation.delete(ModelOwner.tag(1), two);
        };
    return new CommitDraft(
            USER,
            1,
            1,
            2,
            owner.last().head(),
            1,
            List.of(1),
            0,
            List.of(NumberedOperation.of(USER, 1, 1, 2, operation)),
            owner.accumulator().digest(),
            2,
            5)
        .sign(owner.author());
  }

  /** What a broken merge may do to one entry. */
  enum Fault {
    DROP,
    DUPLICATE,
    ALTER,
    ALTER_WITH_ELEMENT,
    SWAP,
    SWAP_VALUES
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void aMergeThatGoesWrongIsNoticed(Fault fault) throws Exception {
    for (int at = 0; at < 5; at++) {
      owner = new ModelOwner(USER, 1);
      try (Tail tail = new Tail(newDirectory(), 1 << 20)) {
        tail.accept(owner.genesis(), true);
        tail.accept(owner.commit(List.of(put(1), put(2), put(3), put(4), put(5), put(6))), true);
        int position = at;
        assertTrue(
            isNoticed(tail, new SnapshotMerge(Faults.passage(fault, position, USER))),
            () -> fault + " at " + position);
      }
    }
  }

  private boolean isNoticed(Tail tail, SnapshotMerge merge) throws IOException {
    try {
      PreviousSnapshot merged = merge(Optional.empty(), tail, merge);
      merged.verifier().verifyAll(merged.source());
      return false;
    } catch (MergeMismatchException | SnapshotBrokenException e) {
      return true;
    }
  }

  @Test
  void aBrokenPreviousSnapshotIsNotTakenForAWrongLog() throws Exception {
    PreviousSnapshot previous;
    try (Tail tail = new Tail(newDirectory(), 1 << 20)) {
      tail.accept(owner.genesis(), true);
      tail.accept(owner.commit(List.of(put(1), put(2), put(3))), true);
      previous = merge(Optional.empty(), tail, new SnapshotMerge());
    }
    // A liar who drops an entry and writes files, digests and manifest to match.
    Path forged = newDirectory();
    SnapshotWriter.Written written;
    try (SnapshotWriter writer = new SnapshotWriter(forged, USER, owner.last().head())) {
      for (LiveEntry entry : entries(previous).subList(0, 2)) {
        writer.add(entry);
      }
      LiveEntry third = entries(previous).get(2);
      SnapshotEntry other =
          new SnapshotEntry(
              third.tag(), 1, 1, ModelOwner.random(new Random(5), third.entry().sealed().size()));
      writer.add(new LiveEntry(other, other.element(USER, 1)));
      written = writer.finish();
    }
    Manifest lie =
        new Manifest(
            USER,
            1,
            previous.verifier().manifest().origin(),
            previous.verifier().manifest().accumulator(),
            written.segments(),
            written.indexes(),
            0);
    PreviousSnapshot broken =
        new PreviousSnapshot(
            SnapshotVerifier.of(lie, USER, TrustedKeys.none()),
            file -> Files.newInputStream(forged.resolve(file.name())));
    for (int tag = 1; tag <= 4; tag++) {
      ModelOwner again = new ModelOwner(USER, 1);
      again.commit(List.of(put(1), put(2), put(3)));
      LogRecord next = again.commit(List.of(put(tag)));
      try (Tail tail = new Tail(newDirectory(), 1 << 20)) {
        tail.accept(next, true);
        assertThrows(
            SnapshotBrokenException.class,
            () ->
                new SnapshotMerge().merge(Optional.of(broken), tail, again.last(), newDirectory()));
      }
    }
  }

  private void randomRecords(Random random, Tail tail) throws Exception {
    int records = 1 + random.nextInt(60);
    boolean open = false;
    for (int i = 0; i < records; i++) {
      if (random.nextInt(15) == 0) {
        tail.accept(owner.takeover(), true);
        open = false;
        continue;
      }
      List<ModelOwner.Change> changes = new ArrayList<>();
      Set<Bytes> used = new HashSet<>();
      int count = 1 + random.nextInt(8);
      for (int j = 0; j < count; j++) {
        ModelOwner.Change change = owner.randomChange(random, 60, 300);
        if (used.add(change.tag())) {
          changes.add(change);
        }
      }
      boolean ends = i == records - 1 || random.nextInt(4) != 0;
      open = !ends;
      tail.accept(
          owner.commit(changes, ends ? List.of(changes.size()) : List.of()),
          ends && (i == records - 1 || random.nextInt(3) != 0));
    }
    if (open) {
      throw new AssertionError("the last record ends a transaction");
    }
  }

  private PreviousSnapshot merge(
      Optional<PreviousSnapshot> previous, Tail tail, SnapshotMerge merge)
      throws IOException, MergeMismatchException, SnapshotBrokenException {
    Path files = newDirectory();
    return snapshot(
        new Manifest.AtRecord(owner.last(), owner.epochOpened()),
        merge.merge(previous, tail, owner.last(), files),
        files);
  }

  private static PreviousSnapshot snapshot(
      Manifest.AtRecord at, SnapshotWriter.Written written, Path files)
      throws SnapshotBrokenException {
    Manifest manifest =
        new Manifest(USER, 1, at, written.accumulator(), written.segments(), written.indexes(), 7);
    return new PreviousSnapshot(
        SnapshotVerifier.of(manifest, USER, TrustedKeys.none()),
        file -> Files.newInputStream(files.resolve(file.name())));
  }

  static List<LiveEntry> entries(PreviousSnapshot snapshot) throws Exception {
    snapshot.verifier().verifyAll(snapshot.source());
    List<LiveEntry> entries = new ArrayList<>();
    for (int i = 0; i < snapshot.verifier().manifest().segments().size(); i++) {
      try (SegmentReader reader =
          snapshot
              .verifier()
              .readSegment(
                  i, snapshot.source().open(snapshot.verifier().manifest().segments().get(i)))) {
        for (Optional<LiveEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
          entries.add(next.get());
        }
      }
    }
    return entries;
  }

  private Path newDirectory() throws IOException {
    return Files.createDirectory(directory.resolve("d" + created++));
  }

  private static ModelOwner.Change put(int tag) {
    return new ModelOwner.Change(
        ModelOwner.tag(tag), Optional.of(ModelOwner.random(new Random(tag), 100)));
  }

  private static ModelOwner.Change delete(int tag) {
    return new ModelOwner.Change(ModelOwner.tag(tag), Optional.empty());
  }
}
