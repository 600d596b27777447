package dev.cairn.keyserver.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.Bytes;
import dev.cairn.keyserver.Change;
import dev.cairn.keyserver.CommitPosition;
import dev.cairn.keyserver.Delete;
import dev.cairn.keyserver.KeyserverOptions;
import dev.cairn.keyserver.Put;
import dev.cairn.keyserver.Receipt;
import dev.cairn.keyserver.Transaction;
import dev.cairn.keyserver.commitfile.SimulatedStorage;
import dev.cairn.keyserver.error.CairnException;
import dev.cairn.keyserver.object.ObjectName;
import dev.cairn.keyserver.object.Value;
import dev.cairn.keyserver.publish.InMemoryLog;
import dev.cairn.keyserver.publish.InMemoryLog.Fate;
import dev.cairn.keyserver.state.StateStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Seeded lives of a keyserver: transactions of every shape, a log that fails in every way, kills,
 * losses of power, full disks, restarts. After each death: what was durable is there, what was
 * backed up is in the log, and nothing is there that nobody submitted. At the end the log,
 * recovered, equals the model.
 *
 * <p>{@code -Dcairn.seeds=N} runs more of them, {@code -Dcairn.seed=S} one.
 */
final class CrashTest {
  private static final int LIVES = 6;

  @TempDir Path directory;

  @TestFactory
  List<DynamicTest> lives() {
    List<DynamicTest> tests = new ArrayList<>();
    Long only = Long.getLong("cairn.seed");
    int seeds =
        only != null
            ? 1
            : Integer.getInteger("cairn.seeds", Boolean.getBoolean("cairn.soak") ? 400 : 25);
    for (int i = 0; i < seeds; i++) {
      long seed = only != null ? only : 20261124L + i;
      tests.add(
          DynamicTest.dynamicTest(
              "seed " + seed,
              () -> new Life(seed, Files.createDirectory(directory.resolve("" + seed))).run()));
    }
    return tests;
  }

  private record Sent(int number, Transaction transaction, Receipt receipt) {}

  /** One history. */
  private static final class Life {
    private final Random random;
    private final Path directory;
    private final InMemoryLog log = new InMemoryLog();
    private final FakeService service = new FakeService();
    private SimulatedStorage storage = new SimulatedStorage();
    private final Path database;

    /** Transactions that are known to have happened, in order. */
    private final List<Transaction> history = new ArrayList<>();

    private int number;

    Life(long seed, Path directory) {
      this.random = new Random(seed);
      this.directory = directory;
      this.database = directory.resolve("store.db");
    }

    void run() throws Exception {
      StateStore.createEmpty(database, TestOwner.USER);
      for (int life = 0; life < LIVES; life++) {
        live();
      }
      log.script((index, value) -> Fate.LANDS);
      log.away(false);
      try (Rig rig = Rig.open(storage, database, log, service, options())) {
        assertTrue(
            rig.engine.drain(Duration.ofMinutes(2)), () -> "stuck: " + rig.publisher.trouble());
        assertEquals(model(history), rig.contents());
        assertEquals(model(history).size(), rig.engine.position().objects());
      }
      assertEquals(model(history), Rig.recover(log, directory.resolve("recovered.db")));
    }

    private KeyserverOptions options() {
      return Rig.options()
          .withCommitFileBytes(1 + random.nextInt(100_000))
          .withOverlayMaxBytes(1 + random.nextInt(1_000_000));
    }

    private void live() throws Exception {
      Path older = directory.resolve("older.db");
      Files.copy(database, older, StandardCopyOption.REPLACE_EXISTING);
      boolean startsWithoutLog = random.nextInt(4) == 0;
      log.away(startsWithoutLog);
      long fateSeed = random.nextLong();
      Random fates = new Random(fateSeed);
      int trouble = random.nextInt(12);
      log.script((index, value) -> {
        if (fates.nextInt(40) >= trouble) {
          return Fate.LANDS;
        }
        return switch (fates.nextInt(6)) {
          case 0 -> Fate.REFUSED;
          case 1 -> Fate.TIMES_OUT;
          case 2 -> Fate.LANDS_SOMEWHERE;
          case 3 -> Fate.LANDS_TWICE;
          case 4 -> {
            log.append(Bytes.fromHex("c0ffee"));
            yield Fate.LANDS;
          }
          default -> Fate.NOT_AUTHORIZED;
        };
      });
      List<Sent> sent = new ArrayList<>();
      Rig rig = Rig.open(storage, database, log, service, options());
      try {
        assertEquals(history.size(), rig.engine.position().sequence());
        int count = random.nextInt(120);
        int dieAt = random.nextInt(count + 1);
        int diskFullAt = random.nextInt(3) == 0 ? random.nextInt(count + 1) : -1;
        for (int i = 0; i < count && i < dieAt; i++) {
          if (i == diskFullAt) {
            rig.storage.hook((what, file) -> {
              if (what.equals("write") || what.equals("create")) {
                throw new IOException("No space left on device");
              }
            });
          }
          if (i == diskFullAt + 10) {
            rig.storage.hook((what, file) -> {});
          }
          if (startsWithoutLog && random.nextInt(30) == 0) {
            log.away(false);
          }
          Transaction transaction = transaction();
          try {
            sent.add(new Sent(number++, transaction, rig.engine.transact(transaction)));
          } catch (CairnException e) {
            throw new AssertionError("Seeded life refused a transaction", e);
          }
          if (random.nextInt(10) == 0) {
            LockSupport.parkNanos(random.nextInt(3_000_000));
          }
        }
        if (random.nextInt(3) == 0) {
          LockSupport.parkNanos(random.nextInt(30_000_000));
        }
      } finally {
        boolean orderly = random.nextInt(5) == 0;
        if (orderly) {
          rig.storage.hook((what, file) -> {});
          rig.close();
        } else {
          rig.kill();
        }
      }
      boolean powerLost = random.nextInt(2) == 0;
      storage = powerLost ? rig.storage.afterPowerLoss(random) : rig.storage.afterKill();
      if (powerLost) {
        // SQLite without its write-ahead log may stand anywhere before: the commit files bring it
        // back.
        Files.copy(older, database, StandardCopyOption.REPLACE_EXISTING);
        for (String suffix : List.of("-wal", "-shm")) {
          Files.deleteIfExists(database.resolveSibling("store.db" + suffix));
        }
      }
      check(sent);
    }

    /** Reopens without a log, and settles what of the last life happened. */
    private void check(List<Sent> sent) throws Exception {
      int promised = history.size();
      long backedUp = 0;
      List<Integer> sequences = new ArrayList<>();
      for (Sent each : sent) {
        if (each.receipt().durable().isCompletedExceptionally()) {
          continue; // taken back, or cut off by the death: decided by what is there
        }
        if (each.receipt().durable().isDone()) {
          CommitPosition position = each.receipt().durable().get();
          sequences.add((int) position.sequence());
          promised = Math.max(promised, (int) position.sequence());
          if (each.receipt().backedUp().isDone()
              && !each.receipt().backedUp().isCompletedExceptionally()) {
            backedUp = Math.max(backedUp, position.sequence());
          }
        }
      }
      for (int i = 1; i < sequences.size(); i++) {
        assertTrue(sequences.get(i) >= sequences.get(i - 1), "receipts are in order");
      }
      KeyserverOptions options = options();
      try (Rig rig = Rig.openWithoutPublisher(storage, database, log, options)) {
        int there = (int) rig.engine.position().sequence();
        assertTrue(there >= promised, there + " transactions where " + promised + " were durable");
        assertTrue(
            Rig.accepted(cut(log)).stream().allMatch(record -> record.sequenceAfter() <= there),
            "the log is ahead");
        settle(sent, there, rig.contents());
        assertEquals(history.size(), there);
      }
      storage = storage.afterKill();
      long inLog = 0;
      for (var record : Rig.accepted(cut(log))) {
        inLog = Math.max(inLog, record.sequenceAfter());
      }
      assertTrue(
          inLog >= backedUp,
          inLog + " transactions in the log where " + backedUp + " were backed up");
    }

    /** A log in which nothing damaged is last: garbage at the end is healed by what comes next. */
    private static InMemoryLog cut(InMemoryLog log) {
      InMemoryLog copy = new InMemoryLog();
      List<Bytes> contents = new ArrayList<>(log.contents());
      while (!contents.isEmpty() && contents.get(contents.size() - 1).size() == 3) {
        contents.remove(contents.size() - 1);
      }
      contents.forEach(copy::append);
      return copy;
    }

    /**
     * Extends the history to {@code there} transactions: in order, leaving out those that changed
     * nothing or were taken back. Which of the undecided ones those are shows in the state.
     */
    private void settle(List<Sent> sent, int there, Map<ObjectName, Value> found) throws Exception {
      Map<ObjectName, Value> state = model(history);
      int added = 0;
      for (Sent each : sent) {
        boolean failed = each.receipt().durable().isCompletedExceptionally();
        boolean done = each.receipt().durable().isDone() && !failed;
        if (!changes(state, each.transaction())) {
          if (done) {
            assertEquals(history.size(), each.receipt().durable().get().sequence());
          }
          continue;
        }
        if (done) {
          apply(state, each.transaction());
          history.add(each.transaction());
          assertEquals(history.size(), each.receipt().durable().get().sequence());
          added++;
        } else if (failed && history.size() < there && isUndecided(each)) {
          apply(state, each.transaction());
          history.add(each.transaction());
          added++;
        }
      }
      assertTrue(added >= 0);
      assertEquals(state, found);
    }

    /**
     * Killed before its receipt: it may be there. One that the full disk took back is certainly
     * not.
     */
    private static boolean isUndecided(Sent each) {
      try {
        each.receipt().durable().getNow(new CommitPosition(0, 0, 0));
        return false;
      } catch (CompletionException e) {
        return !String.valueOf(e.getCause()).contains("No space left");
      }
    }

    private static boolean changes(Map<ObjectName, Value> state, Transaction transaction) {
      Map<ObjectName, Change> last = new TreeMap<>();
      transaction.changes().forEach(change -> last.put(change.name(), change));
      return last.values().stream()
          .anyMatch(change -> change instanceof Put || state.containsKey(change.name()));
    }

    private static void apply(Map<ObjectName, Value> state, Transaction transaction) {
      transaction
          .changes()
          .forEach(change -> {
            switch (change) {
              case Put put -> state.put(put.name(), put.value());
              case Delete delete -> state.remove(delete.name());
            }
          });
    }

    private static Map<ObjectName, Value> model(List<Transaction> history) {
      Map<ObjectName, Value> state = new TreeMap<>();
      history.forEach(transaction -> apply(state, transaction));
      return state;
    }

    private Transaction transaction() {
      Transaction.Builder builder = Transaction.builder();
      int kind = random.nextInt(30);
      if (kind == 0) {
        return builder.build();
      }
      if (kind == 1) {
        byte[] large = new byte[random.nextInt(3_000_000)];
        random.nextBytes(large);
        return builder
            .put("large", "" + random.nextInt(3), large)
            .putJson("n", "with large", "" + number)
            .build();
      }
      int changes = kind == 2 ? 500 : 1 + random.nextInt(5);
      for (int i = 0; i < changes; i++) {
        String id = "" + random.nextInt(20);
        switch (random.nextInt(4)) {
          case 0 -> builder.delete("c" + random.nextInt(2), id);
          case 1 -> builder.put("c" + random.nextInt(2), id, new byte[random.nextInt(3)]);
          default ->
              builder.putJson(
                  "c" + random.nextInt(2), id, "{\"n\":" + number + ",\"i\":" + i + "}");
        }
      }
      return builder.build();
    }
  }
}
