package dev.cairn.keyserver.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.journal.record.Commit;
import dev.cairn.journal.record.LogRecord;
import dev.cairn.journal.record.RecordLimits;
import dev.cairn.keyserver.CommitPosition;
import dev.cairn.keyserver.Receipt;
import dev.cairn.keyserver.Transaction;
import dev.cairn.keyserver.error.CairnException;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.object.ObjectName;
import dev.cairn.keyserver.object.Value;
import dev.cairn.keyserver.publish.InMemoryLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EngineTest {
  @TempDir Path directory;

  private final InMemoryLog log = new InMemoryLog();

  private static <T> T await(CompletableFuture<T> future)
      throws InterruptedException, ExecutionException, TimeoutException {
    return future.get(120, TimeUnit.SECONDS);
  }

  private static CairnException failure(CompletableFuture<?> future) {
    ExecutionException e =
        assertThrows(ExecutionException.class, () -> future.get(120, TimeUnit.SECONDS));
    return assertInstanceOf(CairnException.class, e.getCause());
  }

  private static Transaction put(String collection, String id, String text) {
    return Transaction.builder().putJson(collection, id, text).build();
  }

  private static Value randomBytes(Random random, int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return Value.bytes(bytes);
  }

  @Test
  void writesReadsAndPublishes() throws Exception {
    try (Rig rig = Rig.fresh(directory, log)) {
      Receipt first = rig.engine.transact(put("notes", "1", "{\"a\": 1}"));
      assertEquals(new CommitPosition(1, 1, 1), await(first.durable()));
      assertEquals(
          Optional.of(Value.json("{\"a\": 1}")), rig.engine.get(new ObjectName("notes", "1")));
      await(first.backedUp());
      Receipt second =
          rig.engine.transact(
              Transaction.builder()
                  .put("notes", "1", new byte[0])
                  .put("", "", new byte[] {5})
                  .delete("x", "y")
                  .build());
      assertEquals(2, await(second.backedUp()).sequence());
      Receipt third = rig.engine.transact(Transaction.builder().delete("notes", "1").build());
      await(third.backedUp());
      assertEquals(Map.of(new ObjectName("", ""), Value.bytes(new byte[] {5})), rig.contents());
      assertEquals(1, rig.engine.position().objects());
      assertEquals(3, rig.engine.position().acknowledgedSequence());
    }
    assertEquals(
        Map.of(new ObjectName("", ""), Value.bytes(new byte[] {5})),
        Rig.recover(log, directory.resolve("again.db")));
  }

  @Test
  void aTransactionThatChangesNothingHasNoSequenceAndCompletesWithTheOneBefore() throws Exception {
    try (Rig rig = Rig.fresh(directory, log)) {
      assertEquals(
          new CommitPosition(1, 0, 0), await(rig.engine.transact(Transaction.of()).backedUp()));
      await(rig.engine.transact(put("a", "b", "1")).durable());
      CommitPosition nothing =
          await(
              rig.engine
                  .transact(
                      Transaction.builder()
                          .delete("no", "such")
                          .putJson("n", "m", "2")
                          .delete("n", "m")
                          .build())
                  .backedUp());
      assertEquals(new CommitPosition(1, 1, 1), nothing);
      assertEquals(1, rig.engine.position().sequence());
      // Together with others in one group, too.
      List<Receipt> receipts = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        receipts.add(
            rig.engine.transact(
                i % 2 == 0
                    ? put("c", "" + i, "" + i)
                    : Transaction.builder().delete("c", "none").build()));
      }
      for (int i = 0; i < 100; i++) {
        assertEquals(2 + i / 2, await(receipts.get(i).backedUp()).sequence());
      }
    }
    long sequence = 0;
    for (LogRecord record : Rig.accepted(log)) {
      sequence = record.sequenceAfter();
    }
    assertEquals(51, sequence);
  }

  @Test
  void theLastChangeOfAnObjectCounts() throws Exception {
    try (Rig rig = Rig.fresh(directory, log)) {
      await(
          rig.engine
              .transact(
                  Transaction.builder()
                      .putJson("a", "1", "1")
                      .putJson("a", "2", "1")
                      .putJson("a", "1", "2")
                      .delete("a", "2")
                      .delete("a", "3")
                      .putJson("a", "3", "3")
                      .build())
              .backedUp());
      assertEquals(
          Map.of(
              new ObjectName("a", "1"), Value.json("2"), new ObjectName("a", "3"), Value.json("3")),
          rig.contents());
    }
    Commit commit = (Commit) Rig.accepted(log).get(1);
    assertEquals(2, commit.operations().size());
  }

  @Test
  void namesAreBytesAndNotNormalised() throws Exception {
    String composed = "caf\u00e9";
    String decomposed = "cafe\u0301";
    try (Rig rig = Rig.fresh(directory, log)) {
      await(
          rig.engine
              .transact(
                  Transaction.builder()
                      .putJson("n", composed, "1")
                      .putJson("n", decomposed, "2")
                      .putJson("n", "\uD83D\uDE00", "3")
                      .putJson("n", "\uFF5E", "4")
                      .build())
              .backedUp());
      List<String> ids = new ArrayList<>();
      rig.engine.forEachName(Optional.of("n"), name -> ids.add(name.id()));
      // Unsigned UTF-8 order, in which U+FF5E comes before U+1F600; as UTF-16 it would come after.
      assertEquals(List.of(decomposed, composed, "\uFF5E", "\uD83D\uDE00"), ids);
      assertEquals(Optional.of(Value.json("1")), rig.engine.get(new ObjectName("n", composed)));
      assertEquals(Optional.of(Value.json("2")), rig.engine.get(new ObjectName("n", decomposed)));
      assertThrows(MalformedInputException.class, () -> new ObjectName("n", "\uD83D"));
      assertThrows(MalformedInputException.class, () -> new ObjectName("n", "é".repeat(2049)));
    }
    assertEquals(4, Rig.recover(log, directory.resolve("again.db")).size());
  }

  @Test
  void largeValuesAreSlicedAndShrinkAgain() throws Exception {
    Random random = new Random(1);
    ObjectName name = new ObjectName("big", "one");
    try (Rig rig = Rig.fresh(directory, log)) {
      int[] sizes = {10 << 20, 512 * 1024, 512 * 1024 + 1, 0, 3 << 20, 7};
      for (int size : sizes) {
        Value value = randomBytes(random, size);
        await(
            rig.engine
                .transact(
                    Transaction.builder()
                        .put("big", "one", value)
                        .putJson("s", "" + size, "1")
                        .build())
                .backedUp());
        assertEquals(Optional.of(value), rig.engine.get(name), "size " + size);
        assertEquals(Map.of(name, value), only(rig.contents(), name), "size " + size);
      }
      assertEquals(1 + sizes.length, rig.engine.position().objects());
      await(rig.engine.transact(Transaction.builder().delete("big", "one").build()).backedUp());
    }
    for (LogRecord record : Rig.accepted(log)) {
      assertTrue(record.index() < 1000);
    }
    log.contents()
        .forEach(bytes ->
            assertTrue(bytes.size() <= RecordLimits.MAX_PUBLISHED_BYTES, "" + bytes.size()));
    assertEquals(6, Rig.recover(log, directory.resolve("again.db")).size());
  }

  private static Map<ObjectName, Value> only(Map<ObjectName, Value> all, ObjectName name) {
    return Map.of(name, all.get(name));
  }

  @Test
  void aHundredThousandOperationsAreOneTransaction() throws Exception {
    Map<ObjectName, Value> expected = new TreeMap<>();
    try (Rig rig = Rig.fresh(directory, log)) {
      await(rig.engine.transact(put("small", "before", "0")).durable());
      Transaction.Builder builder = Transaction.builder();
      expected.put(new ObjectName("small", "before"), Value.json("0"));
      for (int i = 0; i < 100_000; i++) {
        builder.putJson("many", "" + i, "" + i);
        expected.put(new ObjectName("many", "" + i), Value.json("" + i));
      }
      Receipt many = rig.engine.transact(builder.build());
      Receipt after = rig.engine.transact(put("small", "after", "1"));
      expected.put(new ObjectName("small", "after"), Value.json("1"));
      assertEquals(2, await(many.backedUp()).sequence());
      assertEquals(3, await(after.backedUp()).sequence());
      assertTrue(await(many.backedUp()).index() > 10);
      assertEquals(expected, rig.contents());
    }
    assertEquals(expected, Rig.recover(log, directory.resolve("again.db")));
  }

  @Test
  void refusesWhatIsTooLargeBeforeAnythingIsWritten() throws Exception {
    try (Rig rig =
        Rig.fresh(
            directory, log, new FakeService(), Rig.options().withTransactionMaxBytes(10_000))) {
      assertThrows(
          MalformedInputException.class,
          () -> rig.engine.transact(Transaction.builder().put("a", "b", new byte[10_000]).build()));
      await(rig.engine.transact(put("a", "b", "1")).backedUp());
      assertEquals(1, rig.engine.position().sequence());
    }
  }

  @Test
  void goesOnLocallyWhileTheLogIsAwayUpToTheBoundAndPublishesInOrderAfterwards() throws Exception {
    log.away(true);
    try (Rig rig =
        Rig.fresh(directory, log, new FakeService(), Rig.options().withOutboxMaxBytes(200_000))) {
      List<Receipt> receipts = new ArrayList<>();
      Optional<UnavailableException> full = Optional.empty();
      for (int i = 0; i < 1000 && full.isEmpty(); i++) {
        try {
          Receipt receipt =
              rig.engine.transact(
                  Transaction.builder().put("a", "" + i, randomBytes(new Random(i), 1000)).build());
          await(receipt.durable());
          receipts.add(receipt);
        } catch (UnavailableException e) {
          full = Optional.of(e);
        }
      }
      assertTrue(full.orElseThrow().getMessage().contains("outbox is full"), "" + full);
      assertTrue(receipts.size() > 100 && receipts.size() < 250, receipts.size() + "");
      assertEquals(receipts.size(), rig.engine.position().outboxTransactions());
      assertEquals(false, rig.engine.drain(Duration.ofMillis(50)));
      assertEquals(receipts.size(), rig.contents().size());
      log.away(false);
      assertTrue(rig.engine.drain(Duration.ofMinutes(2)));
      for (Receipt receipt : receipts) {
        assertTrue(receipt.backedUp().isDone());
      }
      assertEquals(0, rig.engine.position().outboxBytes());
      await(rig.engine.transact(put("a", "again", "1")).backedUp());
    }
    List<LogRecord> chain = Rig.accepted(log);
    assertEquals(chain.size(), log.contents().size(), "nothing was sent twice");
  }

  @Test
  void aFullDiskFailsTheTransactionAndNothingElse() throws Exception {
    try (Rig rig = Rig.fresh(directory, log)) {
      await(rig.engine.transact(put("a", "1", "1")).durable());
      rig.storage.hook((what, file) -> {
        if (what.equals("write")) {
          throw new IOException("No space left on device");
        }
      });
      List<Receipt> failed = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        failed.add(rig.engine.transact(put("a", "1", "\"full " + i + "\"")));
        failed.add(rig.engine.transact(put("b", "" + i, "2")));
      }
      for (Receipt receipt : failed) {
        assertTrue(failure(receipt.durable()).getMessage().contains("No space left"));
        failure(receipt.backedUp());
      }
      assertEquals(Optional.of(Value.json("1")), rig.engine.get(new ObjectName("a", "1")));
      rig.storage.hook((what, file) -> {});
      assertEquals(2, await(rig.engine.transact(put("a", "1", "3")).backedUp()).sequence());
      assertEquals(Map.of(new ObjectName("a", "1"), Value.json("3")), rig.contents());
      assertEquals(1, rig.engine.position().objects());
    }
    assertEquals(
        Map.of(new ObjectName("a", "1"), Value.json("3")),
        Rig.recover(log, directory.resolve("again.db")));
  }

  @Test
  void aFailedForceEndsTheEngineAndPromisesNothing() throws Exception {
    try (Rig rig = Rig.fresh(directory, log)) {
      await(rig.engine.transact(put("a", "1", "1")).durable());
      rig.storage.hook((what, file) -> {
        if (what.equals("force")) {
          throw new IOException("Input/output error");
        }
      });
      Receipt receipt = rig.engine.transact(put("a", "2", "2"));
      assertInstanceOf(UnavailableException.class, failure(receipt.durable()));
      failure(receipt.backedUp());
      assertThrows(UnavailableException.class, () -> rig.engine.transact(put("a", "3", "3")));
      assertEquals(Optional.of(Value.json("1")), rig.engine.get(new ObjectName("a", "1")));
      assertEquals(Optional.empty(), rig.engine.get(new ObjectName("a", "2")));
    }
  }

  @Test
  void readsNeverSeeWhatIsNotDurable() throws Exception {
    try (Rig rig = Rig.fresh(directory, log)) {
      await(rig.engine.transact(put("a", "1", "1")).durable());
      Object gate = new Object();
      boolean[] open = {false};
      rig.storage.hook((what, file) -> {
        if (what.equals("force")) {
          synchronized (gate) {
            while (!open[0]) {
              try {
                gate.wait();
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
            }
          }
        }
      });
      Receipt second = rig.engine.transact(put("a", "1", "2"));
      Receipt third =
          rig.engine.transact(
              Transaction.builder().delete("a", "1").putJson("a", "2", "1").build());
      try {
        assertThrows(
            TimeoutException.class, () -> second.durable().get(100, TimeUnit.MILLISECONDS));
        assertEquals(Optional.of(Value.json("1")), rig.engine.get(new ObjectName("a", "1")));
        assertEquals(Optional.empty(), rig.engine.get(new ObjectName("a", "2")));
      } finally {
        synchronized (gate) {
          open[0] = true;
          gate.notifyAll();
        }
      }
      await(third.durable());
      assertEquals(Optional.empty(), rig.engine.get(new ObjectName("a", "1")));
      assertEquals(Optional.of(Value.json("1")), rig.engine.get(new ObjectName("a", "2")));
    }
  }

  @Test
  void manyTransactionsTravelAsOneRecordAndOneForce() throws Exception {
    try (Rig rig = Rig.fresh(directory, log)) {
      await(rig.engine.transact(put("warm", "up", "1")).durable());
      int forces = rig.storage.forces();
      List<Receipt> receipts = new ArrayList<>();
      for (int i = 0; i < 20_000; i++) {
        receipts.add(rig.engine.transact(put("c", "" + (i % 500), "" + i)));
      }
      for (Receipt receipt : receipts) {
        await(receipt.backedUp());
      }
      assertTrue(
          rig.storage.forces() - forces < 5_000, "forces: " + (rig.storage.forces() - forces));
      assertEquals(501, rig.contents().size());
    }
    assertEquals(501, Rig.recover(log, directory.resolve("again.db")).size());
  }

  @Test
  void exportsWhatIsNotBackedUpAsTransactionsInOrder() throws Exception {
    Random random = new Random(5);
    log.away(true);
    List<Transaction> sent = new ArrayList<>();
    try (Rig rig = Rig.fresh(directory, log)) {
      sent.add(put("a", "1", "1"));
      sent.add(
          Transaction.builder()
              .put("a", "big", randomBytes(random, 2 << 20))
              .putJson("a", "2", "2")
              .build());
      sent.add(Transaction.builder().delete("a", "1").build());
      sent.add(put("a", "1", "4"));
      sent.add(
          Transaction.builder().delete("a", "1").put("a", "big", randomBytes(random, 5)).build());
      Receipt last = rig.engine.transact(Transaction.of());
      for (Transaction transaction : sent) {
        last = rig.engine.transact(transaction);
      }
      await(last.durable());
      List<Transaction> exported = new ArrayList<>();
      rig.engine.forEachUnbacked(exported::add);
      assertEquals(sent.size(), exported.size());
      for (int i = 0; i < sent.size(); i++) {
        assertEquals(
            new HashSet<>(sent.get(i).changes()), new HashSet<>(exported.get(i).changes()), "" + i);
      }
      log.away(false);
      assertTrue(rig.engine.drain(Duration.ofMinutes(2)));
      rig.engine.forEachUnbacked(transaction -> {
        throw new AssertionError(transaction);
      });
    }
  }

  @Test
  void anIdleKeyserverSignsAnEmptyRecord() throws Exception {
    try (Rig rig =
        Rig.fresh(
            directory,
            log,
            new FakeService(),
            Rig.options().withIdleCommitInterval(Duration.ofMillis(150)))) {
      await(rig.engine.transact(put("a", "1", "1")).durable());
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
      while (rig.engine.position().acknowledgedIndex() < 3) {
        assertTrue(System.nanoTime() < deadline, "no empty record came");
        LockSupport.parkNanos(10_000_000);
      }
      assertEquals(1, rig.engine.position().sequence());
      await(rig.engine.transact(put("a", "1", "2")).backedUp());
    }
    assertEquals(
        Map.of(new ObjectName("a", "1"), Value.json("2")),
        Rig.recover(log, directory.resolve("again.db")));
  }
}
