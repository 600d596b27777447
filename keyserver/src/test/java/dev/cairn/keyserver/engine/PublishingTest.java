package dev.cairn.keyserver.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.KeyRing;
import dev.cairn.journal.record.Commit;
import dev.cairn.journal.record.CommitDraft;
import dev.cairn.journal.record.EpochDraft;
import dev.cairn.journal.record.EpochHeader;
import dev.cairn.journal.record.EpochReason;
import dev.cairn.journal.record.LogRecord;
import dev.cairn.journal.record.RecordCodec;
import dev.cairn.keyserver.Receipt;
import dev.cairn.keyserver.Transaction;
import dev.cairn.keyserver.commitfile.SimulatedStorage;
import dev.cairn.keyserver.error.FencedException;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.object.ObjectName;
import dev.cairn.keyserver.object.Value;
import dev.cairn.keyserver.publish.AcknowledgedMark;
import dev.cairn.keyserver.publish.ConnectionSource.KnownSnapshot;
import dev.cairn.keyserver.publish.InMemoryLog;
import dev.cairn.keyserver.publish.InMemoryLog.Fate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the publisher makes of everything that a log may do. */
final class PublishingTest {
  private static final Duration LONG = Duration.ofMinutes(2);

  @TempDir Path directory;

  private final InMemoryLog log = new InMemoryLog();
  private final FakeService service = new FakeService();

  private Rig fresh() throws IOException {
    return Rig.fresh(directory, log, service, Rig.options());
  }

  private Rig again(Rig before) throws IOException {
    before.close();
    return Rig.open(before.storage.afterKill(), before.database, log, service, Rig.options());
  }

  private static Transaction numbered(int i) {
    return Transaction.builder().putJson("n", "" + i, "" + i).build();
  }

  /** One record each. */
  private static void writeSeparately(Rig rig, int from, int to)
      throws InterruptedException, ExecutionException, TimeoutException {
    for (int i = from; i < to; i++) {
      rig.engine.transact(numbered(i)).durable().get(120, TimeUnit.SECONDS);
    }
  }

  private static void drain(Rig rig) throws InterruptedException {
    assertTrue(
        rig.engine.drain(LONG),
        () -> "stuck: " + rig.publisher.trouble() + " " + rig.engine.position());
  }

  private static FencedException fenced(Receipt receipt) {
    ExecutionException e =
        assertThrows(ExecutionException.class, () -> receipt.backedUp().get(120, TimeUnit.SECONDS));
    return assertInstanceOf(FencedException.class, e.getCause());
  }

  /** What a keyserver that is about to find out answers: at once if it has, else by the receipt. */
  private static FencedException fencedSoon(Rig rig, Transaction transaction) {
    Receipt receipt;
    try {
      receipt = rig.engine.transact(transaction);
    } catch (FencedException e) {
      return e;
    }
    return fenced(receipt);
  }

  private void assertComplete(int transactions) {
    List<LogRecord> chain = Rig.accepted(log);
    assertEquals(transactions, chain.get(chain.size() - 1).sequenceAfter());
    assertEquals(transactions, Rig.recover(log, directory.resolve("recovered.db")).size());
  }

  @Test
  void aRefusedRecordWithOthersQueuedBehindItLeavesNoHole() throws Exception {
    AtomicInteger refusals = new AtomicInteger();
    try (Rig rig = fresh()) {
      log.away(true);
      writeSeparately(rig, 0, 90);
      log.script((index, value) ->
          index % 30 == 10 && refusals.getAndIncrement() < 9 ? Fate.REFUSED : Fate.LANDS);
      log.away(false);
      drain(rig);
    }
    assertTrue(refusals.get() >= 9);
    assertEquals(Rig.accepted(log).size(), log.contents().size(), "no hole, and nothing twice");
    assertComplete(90);
  }

  @Test
  void aRecordThatLandedWithoutAnAnswerIsNotNeededTwice() throws Exception {
    AtomicInteger timeouts = new AtomicInteger();
    try (Rig rig = fresh()) {
      log.script((index, value) ->
          index % 7 == 3 && timeouts.getAndIncrement() < 20 ? Fate.TIMES_OUT : Fate.LANDS);
      writeSeparately(rig, 0, 60);
      drain(rig);
    }
    assertTrue(timeouts.get() > 5);
    assertEquals(
        Rig.accepted(log).size(), log.contents().size(), "judged before it was sent again");
    assertComplete(60);
  }

  @Test
  void unknownOffsetsAndDuplicatesAreJudged() throws Exception {
    AtomicInteger count = new AtomicInteger();
    try (Rig rig = fresh()) {
      log.script((index, value) ->
          switch (count.getAndIncrement() % 9) {
            case 2 -> Fate.LANDS_SOMEWHERE;
            case 5 -> Fate.LANDS_TWICE;
            default -> Fate.LANDS;
          });
      writeSeparately(rig, 0, 60);
      drain(rig);
    }
    assertComplete(60);
  }

  @Test
  void garbageAndOldCopiesInTheLogDoNotStopIt() throws Exception {
    AtomicInteger count = new AtomicInteger();
    try (Rig rig = fresh()) {
      log.script((index, value) -> {
        switch (count.getAndIncrement() % 5) {
          case 1 -> log.append(Bytes.fromHex("00"));
          case 3 -> log.append(log.contents().get(0));
          default -> {}
        }
        return Fate.LANDS;
      });
      writeSeparately(rig, 0, 40);
      drain(rig);
      // An alien last is damage until something is accepted after it: sending heals it.
      log.append(Bytes.fromHex("0102"));
      writeSeparately(rig, 40, 41);
      drain(rig);
    }
    assertComplete(41);
  }

  @Test
  void backedUpCompletesOnlyInOrderAndOnlyForWhatIsAccepted() throws Exception {
    try (Rig rig = fresh()) {
      log.script((index, value) -> index == 3 ? Fate.REFUSED : Fate.LANDS);
      List<Receipt> receipts = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        receipts.add(rig.engine.transact(numbered(i)));
        receipts.get(i).durable().get(120, TimeUnit.SECONDS);
      }
      receipts.get(1).backedUp().get(120, TimeUnit.SECONDS);
      assertThrows(
          TimeoutException.class, () -> receipts.get(4).backedUp().get(200, TimeUnit.MILLISECONDS));
      assertFalse(receipts.get(2).backedUp().isDone());
      log.script((index, value) -> Fate.LANDS);
      receipts.get(4).backedUp().get(120, TimeUnit.SECONDS);
    }
    assertComplete(5);
  }

  @Test
  void aBrokerThatLostItsNewestRecordsGetsThemAgain() throws Exception {
    Rig rig = fresh();
    writeSeparately(rig, 0, 30);
    drain(rig);
    // While it is connected: noticed with the next acknowledgement.
    log.loseFrom(12);
    writeSeparately(rig, 30, 31);
    drain(rig);
    assertComplete(31);
    // While it is down.
    rig.close();
    log.loseFrom(5);
    Rig restarted = again(rig);
    writeSeparately(restarted, 31, 32);
    drain(restarted);
    assertComplete(32);
    // All of it.
    restarted.close();
    log.loseFrom(0);
    try (Rig last = again(restarted)) {
      writeSeparately(last, 32, 33);
      drain(last);
    }
    assertComplete(33);
  }

  @Test
  void aLostLogThatSomebodyElseStartsAnewIsNotOurs() throws Exception {
    Rig rig = fresh();
    writeSeparately(rig, 0, 3);
    drain(rig);
    rig.close();
    InMemoryLog other = new InMemoryLog();
    Path otherHome = Files.createDirectory(directory.resolve("other"));
    try (Rig clone = Rig.fresh(otherHome, other, new FakeService(), Rig.options())) {
      writeSeparately(clone, 0, 1);
      drain(clone);
    }
    try (Rig restarted =
        Rig.open(rig.storage.afterKill(), rig.database, other, service, Rig.options())) {
      FencedException e = fencedSoon(restarted, numbered(9));
      assertTrue(e.getMessage().contains("The log went on without this keyserver"), e.getMessage());
      assertEquals(
          1,
          other.contents().stream().filter(bytes -> bytes.equals(other.contents().get(0))).count());
    }
    assertEquals(2, other.contents().size(), "nothing was published");
  }

  @Test
  void twoClonesOfOneHomeTheFirstOneWinsAndTheOtherIsFenced() throws Exception {
    Rig rig = fresh();
    writeSeparately(rig, 0, 5);
    drain(rig);
    rig.close();
    Path copy = directory.resolve("copy.db");
    Files.copy(rig.database, copy);
    var cloneStorage = rig.storage.afterKill();
    Rig first = Rig.open(rig.storage.afterKill(), rig.database, log, service, Rig.options());
    drain(first);
    try (Rig second = Rig.open(cloneStorage, copy, log, service, Rig.options())) {
      drain(second);
      writeSeparately(first, 5, 8);
      drain(first);
      Receipt lost = second.engine.transact(numbered(100));
      lost.durable().get(120, TimeUnit.SECONDS);
      FencedException e = fenced(lost);
      assertTrue(e.getMessage().contains("1 transactions are durable here"), e.getMessage());
      assertThrows(FencedException.class, () -> second.engine.transact(numbered(101)));
      assertTrue(second.engine.position().fenced());
      List<Transaction> stranded = new ArrayList<>();
      second.engine.forEachUnbacked(stranded::add);
      assertEquals(1, stranded.size());
      assertEquals(numbered(100).changes(), stranded.get(0).changes());
      // Reading still works.
      assertEquals(Optional.of(Value.json("100")), second.engine.get(new ObjectName("n", "100")));
    }
    writeSeparately(first, 8, 9);
    drain(first);
    first.close();
    assertComplete(9);
  }

  @Test
  void anOldHomeAfterATakeoverIsFencedAndChangesNothing() throws Exception {
    Rig rig = fresh();
    writeSeparately(rig, 0, 3);
    drain(rig);
    log.away(true);
    writeSeparately(rig, 3, 5);
    rig.close();
    log.away(false);
    List<LogRecord> chain = Rig.accepted(log);
    LogRecord last = chain.get(chain.size() - 1);
    RecordCodec codec = RecordCodec.withBuiltInSchemas();
    try (KeyRing keys = TestOwner.keys()) {
      log.append(
          codec.encode(
              new EpochDraft(
                      new EpochHeader(
                          TestOwner.USER,
                          1,
                          2,
                          EpochReason.TAKEOVER,
                          last.index() + 1,
                          last.head(),
                          last.sequenceAfter(),
                          keys.author().publicKey(),
                          Optional.empty(),
                          last.stateDigest(),
                          last.objectCount(),
                          1))
                  .sign(keys.author())));
    }
    int size = log.contents().size();
    try (Rig restarted = again(rig)) {
      FencedException e = fencedSoon(restarted, numbered(50));
      assertTrue(e.getMessage().contains("transactions are durable here"), e.getMessage());
      List<Transaction> stranded = new ArrayList<>();
      restarted.engine.forEachUnbacked(stranded::add);
      assertEquals(numbered(3).changes(), stranded.get(0).changes());
      assertEquals(numbered(4).changes(), stranded.get(1).changes());
    }
    assertEquals(size, log.contents().size(), "nothing was published");
  }

  @Test
  void aRefusalIsBelievedOnlyWhenTheServiceConfirmsIt() throws Exception {
    AtomicInteger refusals = new AtomicInteger();
    try (Rig rig = fresh()) {
      log.script((index, value) ->
          index == 4 && refusals.getAndIncrement() < 3 ? Fate.NOT_AUTHORIZED : Fate.LANDS);
      writeSeparately(rig, 0, 10);
      drain(rig);
      assertEquals(4, refusals.get());
      log.script((index, value) -> Fate.NOT_AUTHORIZED);
      service.away(true);
      writeSeparately(rig, 10, 12);
      assertFalse(rig.engine.drain(Duration.ofMillis(200)));
      assertFalse(rig.engine.position().fenced());
      service.fenced(true);
      service.away(false);
      fencedSoon(rig, numbered(12));
    }
  }

  @Test
  void theServiceMayBeAwayWhileTheLogIsNot() throws Exception {
    AtomicInteger refusals = new AtomicInteger();
    try (Rig rig = fresh()) {
      writeSeparately(rig, 0, 2);
      drain(rig);
      service.away(true);
      log.script((index, value) ->
          index == 4 && refusals.getAndIncrement() < 1 ? Fate.REFUSED : Fate.LANDS);
      writeSeparately(rig, 2, 6);
      drain(rig);
    }
    assertComplete(6);
  }

  @Test
  void aLogThatStartsBeyondUsIsDecidedByTheSnapshots() throws Exception {
    Rig rig = fresh();
    writeSeparately(rig, 0, 10);
    drain(rig);
    // As if the mark had never been kept.
    rig.close();
    var storage = rig.storage.afterKill();
    storage.delete("acknowledged");
    List<LogRecord> chain = Rig.accepted(log);
    KnownSnapshot older =
        new KnownSnapshot(chain.get(4).signedHeader(), chain.get(0).signedHeader(), 4, 100);
    KnownSnapshot newer =
        new KnownSnapshot(chain.get(8).signedHeader(), chain.get(0).signedHeader(), 8, 100);
    service.snapshots(List.of(newer, older));
    log.truncateBefore(6);
    Path database1 = Files.copy(rig.database, directory.resolve("first.db"));
    try (Rig restarted = Rig.open(storage, database1, log, service, Rig.options())) {
      writeSeparately(restarted, 10, 11);
      drain(restarted);
      assertEquals(12, log.contents().size(), "nothing twice");
    }
    // Everything was truncated.
    Path database2 = Files.copy(rig.database, directory.resolve("second.db"));
    var storage2 = rig.storage.afterKill();
    storage2.delete("acknowledged");
    InMemoryLog emptied = new InMemoryLog();
    log.contents().subList(0, 11).forEach(emptied::append);
    emptied.truncateBefore(11);
    try (Rig restarted = Rig.open(storage2, database2, emptied, service, Rig.options())) {
      drain(restarted);
      // Record 10 has to come again: only a snapshot of 8 is left.
      assertEquals(13, emptied.contents().size());
    }
    // A snapshot of another chain.
    var storage3 = rig.storage.afterKill();
    storage3.delete("acknowledged");
    RecordCodec codec = RecordCodec.withBuiltInSchemas();
    try (KeyRing keys = TestOwner.keys()) {
      Commit foreign =
          new CommitDraft(
                  TestOwner.USER,
                  1,
                  1,
                  9,
                  chain.get(8).head(),
                  chain.get(8).sequenceAfter(),
                  List.of(),
                  0,
                  List.of(),
                  chain.get(8).stateDigest(),
                  chain.get(8).objectCount(),
                  77)
              .sign(keys.author());
      assertTrue(codec.encode(foreign).size() > 0);
      service.snapshots(
          List.of(new KnownSnapshot(foreign.signedHeader(), chain.get(0).signedHeader(), 8, 1)));
      try (Rig restarted = Rig.open(storage3, rig.database, emptied, service, Rig.options())) {
        fencedSoon(restarted, numbered(50));
      }
    }
  }

  @Test
  void aMarkThatIsDamagedOnlyCostsJudging() throws Exception {
    Rig rig = fresh();
    writeSeparately(rig, 0, 10);
    drain(rig);
    rig.close();
    byte[] mark = rig.storage.content("acknowledged");
    for (int bit = 0; bit < mark.length * 8; bit += 5) {
      byte[] flipped = mark.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      assertEquals(
          Optional.empty(), AcknowledgedMark.read(rig.storage.with("acknowledged", flipped)));
    }
    try (Rig restarted =
        Rig.open(
            rig.storage.with("acknowledged", new byte[3]),
            rig.database,
            log,
            service,
            Rig.options())) {
      writeSeparately(restarted, 10, 11);
      drain(restarted);
    }
    assertEquals(Rig.accepted(log).size(), log.contents().size());
    assertComplete(11);
  }

  @Test
  void commitFilesGoOnlyWhenASnapshotCoversThemAndTheyAreBackedUp() throws Exception {
    try (Rig rig = Rig.fresh(directory, log, service, Rig.options().withCommitFileBytes(2000))) {
      writeSeparately(rig, 0, 40);
      drain(rig);
      long before = rig.files.firstIndex();
      rig.engine.snapshotCovers(-1);
      awaitQuiet(rig);
      assertEquals(before, rig.files.firstIndex());
      awaitRemoval(rig, 20, before);
      assertTrue(rig.files.firstIndex() <= 21, "" + rig.files.firstIndex());
    }
    try (Rig again =
        Rig.open(
            new SimulatedStorage(), directory.resolve("store.db"), log, service, Rig.options())) {
      assertTrue(again.engine.position().index() >= 0);
    } catch (IntegrityException e) {
      assertTrue(e.getMessage().contains("commit files are gone"), e.getMessage());
    }
  }

  @Test
  void restartAfterCommitFilesWereRemovedGoesOn() throws Exception {
    Rig rig = Rig.fresh(directory, log, service, Rig.options().withCommitFileBytes(2000));
    writeSeparately(rig, 0, 40);
    drain(rig);
    awaitRemoval(rig, 35, 20);
    rig.close();
    Rig restarted = again(rig);
    writeSeparately(restarted, 40, 45);
    drain(restarted);
    restarted.close();
    assertEquals(Rig.accepted(log).size(), log.contents().size());
    assertComplete(45);
    // And when the log then loses what this home cannot send again, it says so and does not
    // pretend.
    log.loseFrom(3);
    try (Rig last = again(restarted)) {
      last.engine.transact(numbered(45));
      assertFalse(last.engine.drain(Duration.ofMillis(300)));
      assertTrue(
          last.publisher.trouble().orElseThrow().contains("no longer holds"),
          () -> "" + last.publisher.trouble());
    }
    assertEquals(3, log.contents().size());
  }

  private static void awaitThat(BooleanSupplier condition) {
    long deadline = System.nanoTime() + LONG.toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "It never came true");
      LockSupport.parkNanos(2_000_000);
    }
  }

  /** Tells again, as the keeper does: the mark that says what is backed up may lag behind. */
  private static void awaitRemoval(Rig rig, long covered, long beyond) {
    awaitThat(() -> {
      rig.engine.snapshotCovers(covered);
      return rig.files.firstIndex() > beyond;
    });
  }

  private static void awaitQuiet(Rig rig) {
    awaitThat(rig.engine::isQuiet);
  }
}
