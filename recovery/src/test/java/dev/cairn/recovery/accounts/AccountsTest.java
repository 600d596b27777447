package dev.cairn.recovery.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Xaes256Gcm;
import dev.cairn.provider.store.InMemoryObjectStore;
import dev.cairn.provider.store.ObjectStat;
import dev.cairn.provider.store.ObjectStore;
import dev.cairn.schemas.names.ObjectKeys;
import dev.cairn.schemas.wire.SchemaIds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AccountsTest {
  private static final Bytes NAME = Bytes.utf8("a name's lookup key, 32 bytes...");

  private static final Xaes256Gcm CIPHER =
      Xaes256Gcm.takeOwnershipOf(Bytes.utf8("a key of accounts, 32 bytes long").toByteArray());

  private final AtomicLong time = new AtomicLong(1_700_000_000_000L);
  private final InMemoryTopic topic = new InMemoryTopic(time::incrementAndGet);
  private final InMemoryObjectStore store = new InMemoryObjectStore();

  private Accounts open(int checkpointEvery) throws AccountsUnavailableException {
    return Accounts.open(topic.open(), store, objects(store), SchemaIds.builtIn(), checkpointEvery);
  }

  static AccountObjects objects(ObjectStore store) {
    return new AccountObjects(store, CIPHER);
  }

  @Test
  void whatOneInstanceDoesTheOtherSees() throws Exception {
    try (Accounts one = open(1000);
        Accounts two = open(1000)) {
      assertInstanceOf(Outcome.GuessCounted.class, one.submit(guess(1)));
      assertEquals(1, two.read(state -> state.guesses(NAME)).count());
      assertInstanceOf(Outcome.GuessCounted.class, two.submit(guess(2)));
      assertEquals(2, one.read(state -> state.guesses(NAME)).count());
    }
  }

  @Test
  void guessesAtOnceAcrossInstancesAreNeverAnsweredMoreOftenThanAllowed() throws Exception {
    try (Accounts one = open(7);
        Accounts two = open(5);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Outcome>> attempts = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        int session = i;
        attempts.add(() -> (session % 2 == 0 ? one : two).submit(guess(session)));
      }
      int answered = 0;
      for (Future<Outcome> outcome : threads.invokeAll(attempts)) {
        if (outcome.get() instanceof Outcome.GuessCounted) {
          answered++;
        }
      }
      assertEquals(10, answered);
    }
    // Also for an instance that starts later.
    try (Accounts three = open(1000)) {
      assertInstanceOf(Outcome.LockedOut.class, three.submit(guess(99)));
    }
  }

  @Test
  void aRestartFromACheckpointEqualsTheFullFold() throws Exception {
    for (long seed = 0; seed < 4; seed++) {
      InMemoryTopic log = new InMemoryTopic(time::incrementAndGet);
      InMemoryObjectStore objects = new InMemoryObjectStore();
      AccountsState model = new AccountsState();
      RandomCommands commands = new RandomCommands(seed);
      for (int restart = 0; restart < 6; restart++) {
        try (Accounts accounts =
            Accounts.open(
                log.open(), objects, objects(objects), SchemaIds.builtIn(), 20 + restart)) {
          for (int i = 0; i < 60; i++) {
            RandomCommands.Step step = commands.next();
            Outcome outcome = accounts.submit(step.commandId(), step.command());
            CommandLog.Entry entry = log.entries().get((int) log.size() - 1);
            assertEquals(
                model.apply(step.commandId(), step.command(), entry.time()),
                outcome,
                "seed " + seed);
          }
          assertEquals(
              new HashSet<>(model.all()), new HashSet<>(accounts.read(AccountsState::all)));
        }
      }
      assertTrue(log.start() > 0, "nothing was truncated, seed " + seed);
      List<ObjectStat> kept = objects.list(ObjectKeys.accountCheckpoints());
      assertEquals(2, kept.size());
      assertEquals(kept.get(0).key(), ObjectKeys.accountCheckpoint(log.start()));
    }
  }

  @Test
  void aDamagedCheckpointIsPassedOverForTheOneBefore() throws Exception {
    try (Accounts accounts = open(10)) {
      for (int i = 0; i < 45; i++) {
        accounts.submit(new Command.UseNonce(Bytes.utf8("n" + i), Long.MAX_VALUE));
      }
    }
    List<ObjectStat> kept = store.list(ObjectKeys.accountCheckpoints());
    assertEquals(2, kept.size());
    String newest = kept.get(1).key();
    byte[] damaged = store.get(newest, 1 << 20).orElseThrow().toByteArray();
    damaged[damaged.length / 2] ^= 1;
    store.put(newest, Bytes.wrap(damaged));
    try (Accounts accounts = open(1000)) {
      assertInstanceOf(
          Outcome.NonceUsed.class,
          accounts.submit(new Command.UseNonce(Bytes.utf8("n3"), Long.MAX_VALUE)));
    }
    store.delete(List.of(kept.get(0).key()));
    // Accounts are missing: none is served, rather than some.
    assertThrows(AccountsUnavailableException.class, () -> open(1000));
  }

  @Test
  void anInstanceThatWasNotAskedForLongGoesOnFromACheckpoint() throws Exception {
    try (Accounts idle = open(1000)) {
      idle.submit(new Command.UseNonce(Bytes.utf8("first"), Long.MAX_VALUE));
      try (Accounts busy = open(10)) {
        for (int i = 0; i < 100; i++) {
          busy.submit(new Command.UseNonce(Bytes.utf8("n" + i), Long.MAX_VALUE));
        }
      }
      assertTrue(topic.start() > 1);
      assertInstanceOf(
          Outcome.NonceUsed.class,
          idle.submit(new Command.UseNonce(Bytes.utf8("n7"), Long.MAX_VALUE)));
    }
  }

  @Test
  void aTopicThatLostRecordsStopsTheInstance() throws Exception {
    try (Accounts accounts = open(1000)) {
      for (int i = 0; i < 5; i++) {
        accounts.submit(guess(i));
      }
      topic.loseFrom(3);
      assertThrows(
          AccountsUnavailableException.class, () -> accounts.read(state -> state.guesses(NAME)));
      assertFalse(accounts.isRunning());
      assertThrows(AccountsUnavailableException.class, () -> accounts.submit(guess(9)));
      assertEquals(3, topic.size());
    }
  }

  @Test
  void aTopicThatLostItsTailAndGrewAgainStopsTheInstanceThatRemembersIt() throws Exception {
    try (Accounts remembering = open(1000)) {
      for (int i = 0; i < 5; i++) {
        remembering.submit(guess(i));
      }
      topic.loseFrom(3);
      try (Accounts later = open(1000)) {
        later.submit(guess(100));
        // Offset 4 again: its end is not below what was folded.
        assertThrows(AccountsUnavailableException.class, () -> remembering.submit(guess(101)));
        assertFalse(remembering.isRunning());
        assertTrue(later.isRunning());
        assertEquals(5, later.read(state -> state.guesses(NAME)).count());
      }
    }
  }

  @Test
  void anUnreadableCommandStopsTheInstance() throws Exception {
    try (Accounts accounts = open(1000)) {
      topic.open().append(new byte[] {0, 1, 2, 3, 4, 5});
      assertThrows(
          AccountsUnavailableException.class, () -> accounts.read(state -> state.guesses(NAME)));
      assertFalse(accounts.isRunning());
    }
  }

  @Test
  void anOutageEndsAndNothingWasAnsweredMeanwhile() throws Exception {
    try (Accounts accounts = open(1000)) {
      accounts.submit(guess(1));
      topic.setDown(true);
      assertThrows(AccountsUnavailableException.class, () -> accounts.submit(guess(2)));
      assertThrows(
          AccountsUnavailableException.class, () -> accounts.read(state -> state.guesses(NAME)));
      topic.setDown(false);
      accounts.submit(guess(3));
      assertEquals(2, accounts.read(state -> state.guesses(NAME)).count());
    }
  }

  private static Command guess(int session) {
    return new Command.CountGuess(
        NAME, Bytes.utf8("session-" + session), Bytes.EMPTY, 60_000, RandomCommands.GUESSES_MAX);
  }
}
