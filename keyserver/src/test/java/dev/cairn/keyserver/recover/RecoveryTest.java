package dev.cairn.keyserver.recover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.BackupKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.bundle.BundleContent;
import dev.cairn.crypto.bundle.Floor;
import dev.cairn.crypto.bundle.KeyWraps;
import dev.cairn.crypto.bundle.VersionedKey;
import dev.cairn.journal.bundle.BundleCodec;
import dev.cairn.journal.bundle.StoredBundle;
import dev.cairn.journal.checkpoint.Checkpoint;
import dev.cairn.journal.record.EpochDraft;
import dev.cairn.journal.record.EpochHeader;
import dev.cairn.journal.record.EpochOpened;
import dev.cairn.journal.record.EpochReason;
import dev.cairn.journal.snapshot.SnapshotFormat;
import dev.cairn.keyserver.commitfile.CommitFiles;
import dev.cairn.keyserver.commitfile.DiskCommitStorage;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.error.WrongSecretException;
import dev.cairn.keyserver.home.DurableFiles;
import dev.cairn.keyserver.home.Home;
import dev.cairn.keyserver.recover.ChainWriter.Change;
import dev.cairn.keyserver.service.SnapshotRef;
import dev.cairn.keyserver.setup.Registrations;
import dev.cairn.keyserver.state.StateStore;
import dev.cairn.schemas.names.SnapshotDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecoveryTest {
  @TempDir Path directory;

  private final FakeProvider provider = new FakeProvider();
  private final List<String> warnings = new ArrayList<>();
  private final List<Progress> progress = new ArrayList<>();
  private final ProgressListener listener =
      new ProgressListener() {
        @Override
        public void progress(Progress at) {
          progress.add(at);
        }

        @Override
        public void warning(String message) {
          warnings.add(message);
        }
      };
  private ChainWriter writer;
  private Path home;

  @BeforeEach
  void register() throws IOException {
    Path old = directory.resolve("old");
    UserId userId = Registrations.register(provider, old);
    try (Home opened = Home.open(old);
        BackupKey key = opened.readBackupKey()) {
      writer = new ChainWriter(userId, key, (EpochOpened) provider.decode(0));
    }
    DurableFiles.removeTree(old);
    home = directory.resolve("new");
  }

  @AfterEach
  void close() {
    writer.close();
  }

  // --- the main path -------------------------------------------------------------------------

  @Test
  void recoversFromTheLogAlone() throws IOException {
    write(7);
    RecoveryReport report = recover();
    assertRecovered(report);
    assertEquals(2, report.end().epoch());
    assertEquals(Optional.empty(), report.snapshot());
    assertEquals(9, report.tailRecords());
    assertEquals(writer.last().timestamp(), report.newestSigned().toEpochMilli());
    assertEquals(List.of(), report.warnings());
    assertEquals(List.of("new"), names());
    try (Home opened = Home.open(home);
        CommitFiles files = CommitFiles.open(DiskCommitStorage.in(opened.commitDirectory()))) {
      assertEquals(2, opened.identity().epoch());
      assertEquals(report.end().index(), files.firstIndex());
      assertEquals(report.end().index() + 1, files.nextIndex());
    }
  }

  @Test
  void recoversAnEmptyBackup() throws IOException {
    assertRecovered(recover());
  }

  @Test
  void recoversFromASnapshotAndTheTailBehindIt() throws IOException {
    write(20);
    SnapshotRef ref = provider.snapshot(writer);
    write(5);
    provider.truncate(15);
    RecoveryReport report = recover();
    assertRecovered(report);
    assertEquals(Optional.of(ref.toString()), report.snapshot());
    assertEquals(6, report.tailRecords());
    assertEquals(List.of(), report.warnings());
  }

  @Test
  void recoversFromASnapshotWithNothingBehindIt() throws IOException {
    write(6);
    provider.snapshot(writer);
    provider.truncate(provider.endOffset);
    assertRecovered(recover());
  }

  @Test
  void aReadOnlyRecoveryTakesNothingOver() throws IOException {
    write(6);
    provider.snapshot(writer);
    write(3);
    long end = provider.endOffset;
    RecoveryReport report = recover(options().withReadOnly(true));
    assertRecovered(report);
    assertEquals(writer.checkpoint(), report.end());
    assertEquals(end, provider.endOffset);
    assertEquals(Map.of(), provider.grants);
    try (Home opened = Home.open(home)) {
      assertTrue(opened.identity().readOnly());
      assertEquals(1, opened.identity().epoch());
    }
  }

  @Test
  void whatWasNeverFinishedIsNotThere() throws IOException {
    write(4);
    SortedMap<String, Bytes> before = writer.contents();
    provider.append(writer.begin(Change.put("c", "half", "1"), Change.delete("c", "0")));
    RecoveryReport report = recover(options().withReadOnly(true));
    assertEquals(before, contents(home));
    assertEquals(before.size(), report.objects());
    DurableFiles.removeTree(home);
    report = recover();
    assertEquals(before, contents(home));
    assertEquals(before.size(), report.objects());
  }

  @Test
  void aTransactionThatSpansRecordsIsWhole() throws IOException {
    write(3);
    provider.append(writer.begin(Change.put("c", "a", "1")));
    provider.append(writer.begin(Change.put("c", "b", "2")));
    provider.append(writer.commit(Change.put("c", "d", "3")));
    assertRecovered(recover());
  }

  @Test
  void resentRecordsArePassedOver() throws IOException {
    write(4);
    for (int i = 2; i <= 4; i++) {
      provider.append(provider.log.get(i).value());
    }
    write(2);
    assertRecovered(recover());
  }

  @Test
  void theProgressIsNeverDoneBeforeItIs() throws IOException {
    write(30);
    provider.snapshot(writer);
    write(4);
    recover();
    for (Phase phase : Phase.values()) {
      List<Progress> of = progress.stream().filter(each -> each.phase() == phase).toList();
      assertFalse(of.isEmpty(), phase + " was not reported");
      for (int i = 0; i + 1 < of.size(); i++) {
        assertTrue(of.get(i).done() <= of.get(i + 1).done());
        assertTrue(
            of.get(i).total() == 0 || of.get(i).done() < of.get(i).total() || phase == Phase.LOG);
      }
    }
  }

  @Test
  void aPlanChangesNothing() throws IOException {
    write(5);
    SnapshotRef ref = provider.snapshot(writer);
    write(4);
    try (SecretBytes password = Registrations.password(Registrations.PASSWORD)) {
      RecoveryPlan plan = recovery().planned(options(), password, listener);
      assertEquals(ref.toString(), plan.snapshot().orElseThrow().name());
      assertEquals(4, plan.tailRecords());
      assertTrue(plan.snapshot().orElseThrow().bytes() > 0);
    }
    assertEquals(List.of(), names());
    assertEquals(Map.of(), provider.grants);
  }

  // --- secrets -------------------------------------------------------------------------------

  @Test
  void aWrongPasswordLeavesNothing() throws IOException {
    write(2);
    try (SecretBytes wrong = Registrations.password("correct horse battery staple chestnut")) {
      assertThrows(
          WrongSecretException.class, () -> recovery().recovered(options(), wrong, listener));
    }
    assertEquals(List.of(), names());
  }

  @Test
  void aPlaceThatIsNotEmptyIsRefusedBeforeAGuessIsSpent() throws IOException {
    Files.createDirectory(home);
    Files.writeString(home.resolve("letter"), "dear");
    assertThrows(MalformedInputException.class, this::recover);
    assertEquals(0, provider.loginsStarted);
  }

  @Test
  void anAlteredBundleIsNeverOpened() throws IOException {
    Bytes bundle = provider.bundle;
    for (int at = 5; at < bundle.size(); at += 3) {
      provider.bundle = flipped(bundle, at);
      assertThrows(IntegrityException.class, this::recover);
      assertEquals(List.of(), names());
    }
  }

  @Test
  void expiredTokensAreRenewed() throws IOException {
    write(9);
    provider.snapshot(writer);
    write(9);
    for (int calls = 2; calls < 14; calls++) {
      provider.callsUntilTokensExpire = calls;
      assertRecovered(recover(options().withReadOnly(true)));
      assertTrue(provider.loginsStarted > 1);
      DurableFiles.removeTree(home);
    }
  }

  // --- tampering -----------------------------------------------------------------------------

  @Test
  void oneFlippedByteInAFileOfTheOnlySnapshotIsFound() throws IOException {
    write(12);
    SnapshotRef ref = provider.snapshot(writer);
    provider.truncate(provider.endOffset);
    Map<String, Bytes> files = provider.files(ref);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (Map.Entry<String, Bytes> file : files.entrySet()) {
      int size = file.getValue().size();
      for (int i = 0; i < 20; i++) {
        int at = i < 8 ? i * (size - 1) / 7 : random.nextInt(size);
        Map<String, Bytes> altered = new TreeMap<>(files);
        altered.put(file.getKey(), flipped(file.getValue(), at));
        provider.snapshots.put(ref, altered);
        originalOrException(file.getKey() + " at " + at + ", seed " + seed, ref);
      }
    }
  }

  @Test
  void oneFlippedByteInTheNewestSnapshotFallsBackLoudly() throws IOException {
    write(8);
    SnapshotRef older = provider.snapshot(writer);
    provider.truncate(provider.endOffset - 1);
    write(8);
    SnapshotRef newest = provider.snapshot(writer);
    write(2);
    Map<String, Bytes> files = provider.files(newest);
    for (String name : files.keySet()) {
      Map<String, Bytes> altered = new TreeMap<>(files);
      altered.put(name, flipped(files.get(name), files.get(name).size() / 2));
      provider.snapshots.put(newest, altered);
      RecoveryReport report = recover(options().withReadOnly(true));
      assertRecovered(report);
      assertEquals(Optional.of(older.toString()), report.snapshot());
      assertTrue(
          report.warnings().stream()
              .anyMatch(warning -> warning.contains(newest.toString()) && warning.contains(name)),
          report.warnings().toString());
      DurableFiles.removeTree(home);
    }
  }

  @Test
  void missingAndCutFilesAreFound() throws IOException {
    write(12);
    SnapshotRef ref = provider.snapshot(writer);
    provider.truncate(provider.endOffset);
    Map<String, Bytes> files = provider.files(ref);
    for (String name : files.keySet()) {
      Map<String, Bytes> altered = new TreeMap<>(files);
      altered.remove(name);
      provider.snapshots.put(ref, altered);
      assertBroken(options(), name);
      altered.put(name, files.get(name).slice(0, files.get(name).size() - 1));
      assertBroken(options(), name);
      altered.put(name, Bytes.concat(files.get(name), Bytes.utf8("x")));
      if (name.equals(SnapshotFormat.MANIFEST_NAME)) {
        assertBroken(options(), name);
      }
    }
  }

  @Test
  void oneFlippedByteInTheLogIsFound() throws IOException {
    write(5);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int number = 0; number < provider.log.size() - 1; number++) {
      Bytes value = provider.log.get(number).value();
      for (int i = 0; i < 12; i++) {
        int at = random.nextInt(value.size());
        provider.replace(number, flipped(value, at));
        String what = "record " + number + " at " + at + ", seed " + seed;
        if (at >= 1 && at <= 4) {
          continue; // The schema id, which is for tools only.
        }
        IntegrityException e = assertThrows(IntegrityException.class, this::recover, what);
        assertTrue(e.getMessage().contains("offset " + number), what + ": " + e.getMessage());
        assertNoHome();
      }
      provider.replace(number, value);
    }
    assertRecovered(recover());
  }

  @Test
  void swappedRemovedAndExchangedRecordsAreFound() throws IOException {
    write(8);
    List<Bytes> values = provider.log.stream().map(each -> each.value()).toList();
    for (int i = 1; i + 2 < values.size(); i++) {
      provider.replace(i, values.get(i + 1));
      provider.replace(i + 1, values.get(i));
      assertBroken(options(), "offset");
      provider.replace(i + 1, values.get(i + 1));
      provider.replace(i, values.get(i - 1)); // an older one in place of a newer
      assertBroken(options(), "offset");
      provider.replace(i, values.get(i));
      var removed = provider.log.remove(i);
      assertBroken(options(), "offset");
      provider.log.add(i, removed);
    }
    assertRecovered(recover());
  }

  @Test
  void anotherUsersFilesAndRecordsAreFound() throws IOException {
    write(6);
    SnapshotRef ref = provider.snapshot(writer);
    write(3);
    FakeProvider other = new FakeProvider();
    Path otherHome = directory.resolve("other");
    UserId otherId = Registrations.register(other, otherHome);
    SnapshotRef otherRef;
    try (Home opened = Home.open(otherHome);
        BackupKey key = opened.readBackupKey();
        ChainWriter stranger = new ChainWriter(otherId, key, (EpochOpened) other.decode(0))) {
      for (int i = 0; i < 6; i++) {
        other.append(stranger.commit(Change.put("c", "" + i, "stranger " + i)));
      }
      otherRef = other.snapshot(stranger);
    }
    DurableFiles.removeTree(otherHome);
    Bytes value = provider.log.get(8).value();
    provider.replace(8, other.log.get(5).value());
    assertBroken(options(), "offset 8");
    provider.replace(8, value);
    provider.truncate(7);
    Map<String, Bytes> mine = provider.files(ref);
    provider.snapshots.put(ref, other.files(otherRef));
    assertBroken(options(), SnapshotFormat.MANIFEST_NAME);
    Map<String, Bytes> mixed = new TreeMap<>(mine);
    String segment =
        mine.keySet().stream().filter(name -> name.startsWith("segment")).findFirst().orElseThrow();
    String strange =
        other.files(otherRef).keySet().stream()
            .filter(name -> name.startsWith("segment"))
            .findFirst()
            .orElseThrow();
    mixed.put(segment, other.files(otherRef).get(strange));
    DurableFiles.removeTree(
        directory.resolve(".new.recovering")); // which holds the right one already
    provider.snapshots.put(ref, mixed);
    assertBroken(options(), segment);
    provider.snapshots.put(ref, mine);
    assertRecovered(recover());
  }

  @Test
  void aSnapshotOfAnotherHistoryIsDead() throws IOException {
    write(4);
    SnapshotRef older = provider.snapshot(writer);
    write(2);
    // The same keys sign another history, as a clone does; its snapshot names a record that lost.
    long end = provider.endOffset;
    writer.commit(Change.put("c", "clone", "lost"));
    SnapshotRef dead = provider.snapshot(writer);
    assertEquals(end, provider.endOffset);
    try (ChainWriter winner = winner()) {
      winner.commit(Change.put("c", "winner", "won"));
      provider.append(winner.last());
      SortedMap<String, Bytes> won = winner.contents();
      RecoveryReport report = recover(options().withReadOnly(true));
      assertEquals(won, contents(home));
      assertEquals(Optional.of(older.toString()), report.snapshot());
      assertTrue(report.warnings().stream().anyMatch(it -> it.contains(dead.toString())));
    }
  }

  /** A writer that stands where the log ends, with the state that is there. */
  private ChainWriter winner() throws IOException {
    try (SecretBytes password = Registrations.password(Registrations.PASSWORD);
        LoginSession session =
            LoginSession.open(
                provider,
                Registrations.USERNAME,
                Proof.ofPassword(password),
                FakeProvider.POLICY,
                new SecureRandom());
        BundleContent content =
            KeyWraps.unwrap(
                session.kek(Bytes.EMPTY),
                provider.owner(),
                1,
                BundleCodec.withBuiltInSchemas().decode(provider.bundle).wraps().get(0))) {
      ChainWriter winner =
          new ChainWriter(
              provider.owner(), content.newestKey().key(), (EpochOpened) provider.decode(0));
      winner.follow(provider.log.stream().map(each -> each.value()).toList());
      return winner;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aMisleadingPositionIsSearchedAndSaid() throws IOException {
    write(6);
    provider.endOffset += 40; // the position that the manifest will name
    provider.snapshot(writer);
    provider.endOffset -= 40;
    write(4);
    RecoveryReport report = recover();
    assertRecovered(report);
    assertTrue(
        report.warnings().stream().anyMatch(it -> it.contains("names offset 47")),
        report.warnings().toString());
  }

  // --- what is known of the chain --------------------------------------------------------------

  @Test
  void aCutEndIsFoundByACheckpointOnly() throws IOException {
    write(6);
    Checkpoint known = writer.checkpoint();
    provider.log.remove(provider.log.size() - 1);
    provider.endOffset--;
    recover(options().withReadOnly(true));
    DurableFiles.removeTree(home);
    assertBroken(options().withCheckpoint(known), known.toString());
  }

  @Test
  void aCheckpointHolds() throws IOException {
    write(3);
    Checkpoint early = writer.checkpoint();
    write(3);
    provider.snapshot(writer);
    Checkpoint atSnapshot = writer.checkpoint();
    write(3);
    for (Checkpoint known : List.of(early, atSnapshot, writer.checkpoint())) {
      recover(options().withReadOnly(true).withCheckpoint(known));
      DurableFiles.removeTree(home);
      Checkpoint other =
          new Checkpoint(
              known.keyVersion(), known.epoch(), known.index(), flipped(known.head(), 3));
      assertBroken(options().withCheckpoint(other), "another history");
    }
  }

  @Test
  void theFloorInTheBundleHolds() throws Exception {
    write(5);
    Checkpoint known = writer.checkpoint();
    wrapFloor(new Floor(known.keyVersion(), known.epoch(), known.index(), known.head()));
    recover(options().withReadOnly(true));
    DurableFiles.removeTree(home);
    provider.log.remove(provider.log.size() - 1);
    provider.endOffset--;
    assertBroken(options(), known.toString());
  }

  @Test
  void aDamagedLogIsRecoveredOnlyAsFarAsTheOwnerAccepts() throws IOException {
    write(4);
    SortedMap<String, Bytes> whole = writer.contents();
    Checkpoint last = writer.checkpoint();
    writer.commit(Change.put("c", "missing", "never arrived"));
    write(2);
    IntegrityException e = assertThrows(IntegrityException.class, this::recover);
    assertTrue(e.getMessage().contains("--accept-head " + last.head().hex()), e.getMessage());
    assertNoHome();
    assertBroken(options().withAcceptHead(flipped(last.head(), 0)), "--accept-head");
    RecoveryReport report = recover(options().withAcceptHead(last.head()));
    assertEquals(whole, contents(home));
    assertEquals(2, report.end().epoch());
    assertTrue(report.warnings().stream().anyMatch(it -> it.contains("damaged")));
    // The new epoch heals the log for everybody.
    DurableFiles.removeTree(home);
    report = recover();
    assertEquals(whole, contents(home));
    assertEquals(3, report.end().epoch());
    assertEquals(List.of(), report.warnings());
  }

  // --- going on ------------------------------------------------------------------------------

  @Test
  void goesOnWhereTheLineWasCut() throws IOException {
    write(12);
    provider.snapshot(writer);
    write(2);
    provider.rangesUntilFailure = 1;
    assertThrows(UnavailableException.class, this::recover);
    assertNoHome();
    assertEquals(List.of(".new.recovering"), names());
    provider.rangesUntilFailure = Integer.MAX_VALUE;
    RecoveryReport report = recover();
    assertRecovered(report);
    long files =
        provider.snapshots.values().iterator().next().entrySet().stream()
            .filter(file -> !file.getKey().equals(SnapshotFormat.MANIFEST_NAME))
            .mapToLong(file -> file.getValue().size())
            .sum();
    assertTrue(report.downloadedBytes() < files, report.downloadedBytes() + " of " + files);
    assertEquals(List.of("new"), names());
  }

  @Test
  void whatAnEarlierRunLeftIsVerifiedAgain() throws IOException {
    write(12);
    provider.snapshot(writer);
    provider.away = false;
    provider.loseAcknowledgement = true;
    assertThrows(UnavailableException.class, this::recover);
    Path work = directory.resolve(".new.recovering");
    try (Stream<Path> files = Files.walk(work)) {
      for (Path file : files.filter(it -> it.toString().endsWith(".avro")).toList()) {
        Files.write(file, flipped(Bytes.wrap(Files.readAllBytes(file)), 40).toByteArray());
      }
    }
    provider.loseAcknowledgement = false;
    assertRecovered(recover());
  }

  @Test
  void anUnacknowledgedOpeningIsSentAgainVerbatim() throws IOException {
    write(4);
    provider.loseAcknowledgement = true;
    assertThrows(UnavailableException.class, this::recover);
    assertNoHome();
    provider.loseAcknowledgement = false;
    RecoveryReport report = recover();
    assertRecovered(report);
    assertEquals(1, provider.grants.size());
    assertEquals(2, report.end().epoch());
    assertEquals(provider.decode(5).head(), report.end().head());
  }

  @Test
  void anOpeningThatNeverArrivedIsSentAgainVerbatim() throws IOException {
    write(4);
    provider.loseAcknowledgement = true;
    assertThrows(UnavailableException.class, this::recover);
    Bytes sent = provider.log.remove(provider.log.size() - 1).value();
    provider.endOffset--;
    provider.loseAcknowledgement = false;
    assertRecovered(recover());
    assertEquals(sent, provider.log.get(5).value());
  }

  @Test
  void aCommitThatSlippedInFirstIsReadAndTheEpochOpenedAgain() throws IOException {
    write(4);
    provider.beforeAppend =
        () -> {
          provider.beforeAppend = () -> {};
          write(1);
        };
    RecoveryReport report = recover();
    assertRecovered(report);
    assertEquals(2, report.end().epoch());
    assertEquals(1, provider.grants.size());
  }

  @Test
  void anEpochThatAnotherHandReachedTakesANewGrant() throws IOException {
    write(4);
    provider.epochGranted = 1;
    provider.beforeAppend =
        () -> {
          provider.beforeAppend = () -> {};
          EpochHeader header =
              new EpochHeader(
                  provider.owner(),
                  1,
                  7,
                  EpochReason.TAKEOVER,
                  writer.last().index() + 1,
                  writer.last().head(),
                  writer.last().sequenceAfter(),
                  writer.ring().author().publicKey(),
                  Optional.empty(),
                  writer.last().stateDigest(),
                  writer.last().objectCount(),
                  writer.last().timestamp());
          provider.append(new EpochDraft(header).sign(writer.ring().author()));
          provider.epochGranted = 7;
        };
    RecoveryReport report = recover();
    assertRecovered(report);
    assertEquals(8, report.end().epoch());
    assertEquals(2, provider.grants.size());
  }

  @Test
  void aPendingTakeoverIsAskedForAgain() throws IOException {
    write(2);
    provider.pendingAnswers = 3;
    assertRecovered(recover());
  }

  @Test
  void aSecondRecoveryTakesTheNextEpoch() throws IOException {
    write(3);
    recover();
    DurableFiles.removeTree(home);
    RecoveryReport report = recover();
    assertRecovered(report);
    assertEquals(3, report.end().epoch());
  }

  @Test
  void aTruncationThatOvertakesTheReaderStartsAgainFromTheNewerSnapshot() throws IOException {
    write(6);
    provider.snapshot(writer);
    write(9);
    provider.beforeRecords =
        () -> {
          provider.beforeRecords = () -> {};
          provider.snapshot(writer);
          provider.truncate(provider.endOffset - 1);
        };
    RecoveryReport report = recover();
    assertRecovered(report);
    assertTrue(report.warnings().stream().anyMatch(it -> it.contains("truncated")));
  }

  // --- what would never end, or poison ----------------------------------------------------------

  @Test
  void aLogThatNeverEndsIsGivenUp() throws IOException {
    write(6);
    provider.endless = provider.log.get(5).value();
    provider.endlessFrom = provider.endOffset;
    assertBroken(options(), "goes on and on");
    provider.snapshot(writer);
    assertBroken(options(), "goes on and on");
    // Neither does who looks for a snapshot's record.
    provider.truncate(provider.endOffset);
    provider.endOffset = Long.MAX_VALUE / 2;
    assertBroken(options(), "goes on and on");
  }

  @Test
  void anEpochThatNoReaderFollowsIsNotSigned() throws IOException {
    write(3);
    provider.epochGranted = 1_000_000;
    int records = provider.log.size();
    assertBroken(options(), "epoch 1000001");
    assertEquals(records, provider.log.size(), "it would make the log seem damaged");
    provider.epochGranted = 1;
    provider.grants.clear();
    assertRecovered(recover());
  }

  @Test
  void moreSnapshotsThanAnybodyKeepsAreNotEvenTried() throws IOException {
    write(3);
    for (int i = 0; i < 1_001; i++) {
      provider.snapshots.put(
          new SnapshotRef(1, SnapshotDirectory.of(9, i, "0123456789abcdef".repeat(4))), Map.of());
    }
    assertBroken(options(), "1001 snapshots");
    assertTrue(provider.requests() < 50, provider.requests() + " requests");
  }

  @Test
  void aRangeThatIsShorterThanAskedForIsTheEndOfTheFile() throws IOException {
    write(12);
    provider.snapshot(writer);
    provider.truncate(provider.endOffset);
    provider.shortRanges = true;
    assertBroken(options(), "it ends at byte 1");
    assertTrue(provider.requests() < 50, provider.requests() + " requests");
  }

  // --- helpers -------------------------------------------------------------------------------

  private int written;

  private void write(int commits) {
    for (int i = 0; i < commits; i++) {
      int n = written++;
      if (n % 5 == 4) {
        provider.append(
            writer.commit(
                Change.delete("c", "" + (n - 1)),
                Change.put("c", "" + (n - 2), "replaced by " + n)));
      } else {
        provider.append(
            writer.commit(
                Change.put("c", "" + n, "value of " + n + " " + "x".repeat(n * 40)),
                Change.put("böse", "e\u0301" + n, "")));
      }
    }
  }

  private RecoverOptions options() {
    return RecoverOptions.of(home, Registrations.CONFIG, Registrations.USERNAME);
  }

  private Recovery recovery() {
    return new Recovery(provider, provider, FakeProvider.POLICY, Clock.systemUTC());
  }

  private RecoveryReport recover() {
    return recover(options());
  }

  private RecoveryReport recover(RecoverOptions options) {
    try (SecretBytes password = Registrations.password(Registrations.PASSWORD)) {
      return recovery().recovered(options, password, listener);
    }
  }

  private void assertRecovered(RecoveryReport report) {
    assertEquals(writer.contents(), contents(home));
    assertEquals(writer.contents().size(), report.objects());
    assertEquals(writer.contents().size(), report.entries());
  }

  private void assertBroken(RecoverOptions options, String named) throws IOException {
    IntegrityException e = assertThrows(IntegrityException.class, () -> recover(options));
    assertTrue(e.getMessage().contains(named), e.getMessage());
    assertNoHome();
  }

  private void originalOrException(String what, SnapshotRef ref) throws IOException {
    try {
      RecoveryReport report = recover(options().withReadOnly(true));
      assertRecovered(report);
      assertTrue(
          report.warnings().stream().anyMatch(it -> it.contains(ref.toString())),
          what + ": a clean end");
      DurableFiles.removeTree(home);
    } catch (IntegrityException e) {
      assertNoHome();
    }
  }

  private void assertNoHome() throws IOException {
    assertFalse(names().contains("new"));
    assertFalse(names().contains(".new.unfinished"), names().toString());
  }

  private List<String> names() throws IOException {
    try (Stream<Path> children = Files.list(directory)) {
      return children.map(child -> child.getFileName().toString()).sorted().toList();
    }
  }

  private SortedMap<String, Bytes> contents(Path of) {
    SortedMap<String, Bytes> contents = new TreeMap<>();
    try (Home opened = Home.open(of);
        StateStore store = StateStore.open(opened.storeFile(), opened.identity().userId())) {
      store.forEachObject(object ->
          contents.put(
              object.name().collection() + "/" + object.name().id(), object.value().content()));
    }
    return contents;
  }

  private void wrapFloor(Floor floor) throws Exception {
    try (SecretBytes password = Registrations.password(Registrations.PASSWORD);
        LoginSession session =
            LoginSession.open(
                provider,
                Registrations.USERNAME,
                Proof.ofPassword(password),
                FakeProvider.POLICY,
                new SecureRandom())) {
      StoredBundle stored = BundleCodec.withBuiltInSchemas().decode(provider.bundle);
      try (BundleContent content =
              KeyWraps.unwrap(
                  session.kek(Bytes.EMPTY), provider.owner(), 1, stored.wraps().get(0));
          BundleContent floored =
              new BundleContent(
                  Registrations.USERNAME,
                  provider.owner(),
                  List.of(new VersionedKey(1, content.newestKey().key())),
                  Optional.of(floor))) {
        provider.bundle =
            BundleCodec.withBuiltInSchemas()
                .encode(
                    new StoredBundle(
                        provider.owner(),
                        2,
                        List.of(
                            KeyWraps.wrap(
                                session.kek(Bytes.EMPTY),
                                2,
                                stored.wraps().get(0).parameters(),
                                floored))));
      }
    }
  }

  private static Bytes flipped(Bytes bytes, int at) {
    byte[] copy = bytes.toByteArray();
    copy[at] ^= 0x10;
    return Bytes.wrap(copy);
  }
}
