package dev.cairn.recovery.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Sha256;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.opaque.KsfParameters;
import dev.cairn.provider.store.InMemoryObjectStore;
import dev.cairn.provider.store.ObjectStat;
import dev.cairn.schemas.names.ObjectKeys;
import dev.cairn.schemas.wire.SchemaIds;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Loses the accounts topic in every way and brings the accounts back from storage. */
class AccountsRebuildTest {
  private static final UserId ALICE = UserId.parse("alicealicealicealicealicea");
  private static final UserId BOB = UserId.parse("bobbobbobbobbobbobbobbobba");
  private static final Bytes ALICES_NAME = Bytes.utf8("alice's lookup key, 32 bytes ...");
  private static final Bytes BOBS_NAME = Bytes.utf8("bob's lookup key, 32 bytes .....");
  private static final String TAKEOVER = "0123456789abcdef0123456789abcdef";
  private static final int GUESSES_MAX = 10;
  private static final long MINUTE = 60_000;

  private final AtomicLong time = new AtomicLong(1_700_000_000_000L);
  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private InMemoryTopic topic = new InMemoryTopic(time::incrementAndGet);

  private Accounts open(int checkpointEvery) throws AccountsUnavailableException {
    return Accounts.open(
        topic.open(), store, AccountsTest.objects(store), SchemaIds.builtIn(), checkpointEvery);
  }

  private AccountsRebuild rebuild() {
    return new AccountsRebuild(
        store,
        AccountsTest.objects(store),
        SchemaIds.builtIn(),
        GUESSES_MAX,
        Clock.fixed(Instant.ofEpochMilli(time.get()), ZoneOffset.UTC));
  }

  private RebuildPlan plan() throws Exception {
    return rebuild().plan(Optional.of(topic.open()));
  }

  private void loseTopic() {
    topic = new InMemoryTopic(time::incrementAndGet);
  }

  private Command.Register register(UserId userId, Bytes lookupKey, String name) {
    Bytes record = Bytes.utf8("login record of " + name);
    Bytes bundle = Bytes.utf8("bundle of " + name);
    store.put(ObjectKeys.opaqueRecord(userId.value(), 1, Sha256.hash(record).hex()), record);
    store.put(ObjectKeys.bundle(userId.value(), 1, Sha256.hash(bundle).hex()), bundle);
    return new Command.Register(
        lookupKey,
        name,
        userId,
        Bytes.utf8("an author's public key, 32 bytes"),
        Credentials.ofPassword(new StoredVersion(1, Sha256.hash(record)), KsfParameters.DEFAULT),
        new StoredVersion(1, Sha256.hash(bundle)),
        List.of("c0"),
        10,
        Optional.empty());
  }

  @Test
  void anAccountComesBackBeforeThereWasAnyCheckpoint() throws Exception {
    Account before;
    try (Accounts accounts = open(1000)) {
      accounts.submit(register(ALICE, ALICES_NAME, "alice"));
      accounts.submit(register(BOB, BOBS_NAME, "bob"));
      accounts.submit(new Command.MarkProvisioned(ALICE, 1));
      accounts.submit(new Command.GrantEpoch(ALICE, TAKEOVER));
      accounts.submit(new Command.MarkRevoked(ALICE, 2));
      accounts.submit(new Command.IssueGrant(ALICE, 2, 77));
      before = accounts.read(state -> state.byId(ALICE)).orElseThrow();
    }
    loseTopic();

    RebuildPlan plan = plan();
    assertEquals(2, plan.accounts().size());
    assertTrue(plan.accounts().stream().allMatch(RebuildPlan.Restorable::exact));
    assertTrue(plan.accounts().stream().allMatch(RebuildPlan.Restorable::recoverable));
    assertEquals(List.of(), plan.problems());
    assertEquals(0, topic.size(), "a plan changes nothing");

    rebuild().run(plan, topic.open());
    try (Accounts accounts = open(1000)) {
      Account after = accounts.read(state -> state.byName(ALICES_NAME)).orElseThrow();
      assertTrue(after.isKeptAs(before), "exactly what it was");
      assertTrue(after.revision() > before.revision(), "revisions go on");
      assertTrue(after.connections() > 0, "its log may be written to: it is no free name");
      assertEquals(2, after.newestGrant().epoch());
      // The same takeover gets the same grant, another one the next epoch.
      assertEquals(
          new Outcome.Granted(after.newestGrant()),
          accounts.submit(new Command.GrantEpoch(ALICE, TAKEOVER)));
      assertInstanceOf(
          Outcome.UsernameTaken.class,
          accounts.submit(register(UserId.parse("m".repeat(25) + "a"), BOBS_NAME, "bob")));
    }
  }

  @Test
  void guessesAndNoncesFailClosed() throws Exception {
    long expiry = time.get() + 2 * MINUTE;
    try (Accounts accounts = open(1000)) {
      accounts.submit(register(ALICE, ALICES_NAME, "alice"));
    }
    loseTopic();
    rebuild().run(plan(), topic.open());
    try (Accounts accounts = open(1000)) {
      assertInstanceOf(Outcome.LockedOut.class, accounts.submit(guess("one")));
      time.addAndGet(MINUTE);
      assertInstanceOf(Outcome.GuessCounted.class, accounts.submit(guess("two")));
      assertInstanceOf(Outcome.LockedOut.class, accounts.submit(guess("three")));
      // Given out before the loss: it may have been used.
      assertInstanceOf(
          Outcome.NonceUsed.class,
          accounts.submit(new Command.UseNonce(Bytes.utf8("nonce"), expiry)));
      assertInstanceOf(
          Outcome.NonceFresh.class,
          accounts.submit(new Command.UseNonce(Bytes.utf8("nonce"), expiry + 2 * MINUTE)));
    }
  }

  @Test
  void nobodyIsServedBesideAnEmptyTopic() throws Exception {
    try (Accounts accounts = open(1000)) {
      accounts.submit(register(ALICE, ALICES_NAME, "alice"));
    }
    loseTopic();
    AccountsUnavailableException refused =
        assertThrows(AccountsUnavailableException.class, () -> open(1000));
    assertTrue(String.valueOf(refused.getMessage()).contains("recovery rebuild"));
  }

  @Test
  void aRebuildThatBreaksOffAnywhereGoesOn() throws Exception {
    try (Accounts accounts = open(3)) {
      accounts.submit(register(ALICE, ALICES_NAME, "alice"));
      accounts.submit(register(BOB, BOBS_NAME, "bob"));
      for (int i = 0; i < 20; i++) {
        accounts.submit(guess("session " + i));
      }
    }
    InMemoryTopic before = topic;
    assertFalse(store.list(ObjectKeys.accountCheckpoints()).isEmpty());
    assertTrue(before.start() > 0);
    for (int appended = 0; appended < 4; appended++) {
      loseTopic();
      int stopAfter = appended;
      CommandLog breaking = new BreakingLog(topic.open(), stopAfter);
      RebuildPlan first = plan();
      assertThrows(AccountsUnavailableException.class, () -> rebuild().run(first, breaking));
      assertThrows(
          AccountsUnavailableException.class, () -> open(1000), "half of the accounts is none");
      RebuildPlan second = plan();
      assertEquals(stopAfter > 0, second.resumes().isPresent());
      assertEquals(2, second.accounts().size());
      rebuild().run(second, topic.open());
      try (Accounts accounts = open(1000)) {
        assertEquals(2, accounts.read(AccountsState::all).size(), "after " + stopAfter);
      }
      assertEquals(List.of(), store.list(ObjectKeys.accountCheckpointsAside()));
    }
  }

  @Test
  void whereAccountsAreNothingIsRebuilt() throws Exception {
    try (Accounts accounts = open(1000)) {
      accounts.submit(register(ALICE, ALICES_NAME, "alice"));
    }
    assertThrows(AccountsPresentException.class, this::plan);
    loseTopic();
    rebuild().run(plan(), topic.open());
    assertThrows(AccountsPresentException.class, this::plan);
  }

  @Test
  void whatIsNotKnownInItsNewestStateIsPutBehindABarrier() throws Exception {
    try (Accounts accounts = open(1000)) {
      accounts.submit(register(ALICE, ALICES_NAME, "alice"));
      accounts.submit(new Command.GrantEpoch(ALICE, TAKEOVER));
    }
    List<ObjectStat> revisions = store.list(ObjectKeys.accountObjects(ALICE.value()));
    assertEquals(2, revisions.size());
    String newest = revisions.get(1).key();
    byte[] damaged = store.get(newest, 1 << 20).orElseThrow().toByteArray();
    damaged[damaged.length / 2] ^= 1;
    store.put(newest, Bytes.wrap(damaged));
    loseTopic();
    RebuildPlan plan = plan();
    RebuildPlan.Restorable alice = plan.accounts().getFirst();
    assertFalse(alice.exact());
    // Whatever epoch was granted in between: none of its writers comes back.
    assertTrue(alice.epoch() > 2, "epoch " + alice.epoch());
    assertEquals(2, plan.problems().size());
    rebuild().run(plan, topic.open());
    try (Accounts accounts = open(1000)) {
      Account after = accounts.read(state -> state.byId(ALICE)).orElseThrow();
      Outcome.Granted next =
          assertInstanceOf(
              Outcome.Granted.class,
              accounts.submit(new Command.GrantEpoch(ALICE, TAKEOVER.replace('0', 'f'))));
      assertEquals(after.newestGrant().epoch() + 1, next.grant().epoch());
    }
  }

  @Test
  void aDeletedAccountStaysDeleted() throws Exception {
    try (Accounts accounts = open(2)) {
      accounts.submit(register(ALICE, ALICES_NAME, "alice"));
      accounts.submit(register(BOB, BOBS_NAME, "bob"));
      accounts.submit(guess("checkpoint this"));
      accounts.submit(new Command.SetStatus(BOB, Account.Status.DELETING));
      accounts.submit(new Command.Forget(BOB));
    }
    assertEquals(List.of(), store.list(ObjectKeys.account(BOB.value())));
    loseTopic();
    RebuildPlan plan = plan();
    assertEquals(
        List.of(ALICE), plan.accounts().stream().map(RebuildPlan.Restorable::userId).toList());
  }

  @Test
  void aMissingBundleIsSaid() throws Exception {
    try (Accounts accounts = open(1000)) {
      accounts.submit(register(ALICE, ALICES_NAME, "alice"));
    }
    store.delete(
        store.list(ObjectKeys.account(ALICE.value()) + "bundle").stream()
            .map(ObjectStat::key)
            .toList());
    loseTopic();
    RebuildPlan plan = plan();
    assertFalse(plan.accounts().getFirst().recoverable());
    assertTrue(plan.problems().getFirst().contains("no bundle"), plan.problems().toString());
  }

  private static Command guess(String session) {
    return new Command.CountGuess(
        ALICES_NAME, Bytes.utf8(session), Bytes.EMPTY, 60_000, GUESSES_MAX);
  }

  /** A topic that takes so many commands and then is away. */
  private record BreakingLog(CommandLog log, AtomicLong left) implements CommandLog {
    BreakingLog(CommandLog log, int takes) {
      this(log, new AtomicLong(takes));
    }

    @Override
    public long append(byte[] value) throws AccountsUnavailableException {
      if (left.getAndDecrement() <= 0) {
        throw new AccountsUnavailableException("Kafka is down");
      }
      return log.append(value);
    }

    @Override
    public long startOffset() throws AccountsUnavailableException {
      return log.startOffset();
    }

    @Override
    public long endOffset() throws AccountsUnavailableException {
      return log.endOffset();
    }

    @Override
    public void read(long from, long to, Reader reader)
        throws AccountsUnavailableException, UnreadableCommandException, LostCommandsException {
      log.read(from, to, reader);
    }

    @Override
    public void truncate(long beforeOffset) throws AccountsUnavailableException {
      log.truncate(beforeOffset);
    }

    @Override
    public void close() {
      log.close();
    }
  }
}
