package dev.cairn.recovery.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.opaque.KsfParameters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AccountsStateTest {
  private static final Bytes NAME = Bytes.wrap(new byte[] {1, 2, 3});
  private static final Bytes OTHER_NAME = Bytes.wrap(new byte[] {4, 5, 6});
  private static final UserId ALICE = UserId.parse("alicealicealicealicealicea");
  private static final UserId BOB = UserId.parse("bobbobbobbobbobbobbobbobba");
  private static final long NOW = 1_700_000_000_000L;
  private static final long MINUTE = 60_000;
  private static final long DAY = 24 * 60 * MINUTE;

  private final AccountsState state = new AccountsState();
  private int commands;

  @Test
  void instancesThatFoldTheSameCommandsAgree() throws Exception {
    for (long seed = 0; seed < 30; seed++) {
      RandomCommands commands = new RandomCommands(seed);
      AccountsState one = new AccountsState();
      AccountsState two = new AccountsState();
      AccountsState restarted = new AccountsState();
      for (int i = 0; i < 400; i++) {
        RandomCommands.Step step = commands.next();
        Outcome first = one.apply(step.commandId(), step.command(), step.time());
        assertEquals(first, two.apply(step.commandId(), step.command(), step.time()));
        if (i % 57 == 13) {
          Bytes checkpoint = CheckpointCodec.encode(i, restarted.snapshot());
          restarted = AccountsState.restore(CheckpointCodec.decode(checkpoint).state());
        }
        assertEquals(
            first,
            restarted.apply(step.commandId(), step.command(), step.time()),
            "seed " + seed + ", command " + i);
      }
      assertEquals(contents(one), contents(two), "seed " + seed);
      assertEquals(contents(one), contents(restarted), "seed " + seed);
    }
  }

  @Test
  void whateverHappensTheInvariantsHold() {
    for (long seed = 100; seed < 130; seed++) {
      RandomCommands commands = new RandomCommands(seed);
      AccountsState fold = new AccountsState();
      Map<UserId, List<Long>> issued = new HashMap<>();
      for (int i = 0; i < 400; i++) {
        RandomCommands.Step step = commands.next();
        fold.apply(step.commandId(), step.command(), step.time());
        check(fold, "seed " + seed + ", command " + i);
        for (Account account : fold.all()) {
          List<Long> now =
              account.grants().stream()
                  .filter(g -> g.stage() == Grant.Stage.ISSUED)
                  .map(Grant::epoch)
                  .toList();
          List<Long> before = issued.getOrDefault(account.userId(), List.of());
          assertTrue(now.containsAll(before), "an issued grant was taken back, seed " + seed);
          issued.put(account.userId(), now);
        }
      }
    }
  }

  private static void check(AccountsState fold, String where) {
    Set<Bytes> names = new HashSet<>();
    Map<String, Integer> cells = new HashMap<>();
    for (Account account : fold.all()) {
      assertTrue(names.add(account.lookupKey()), "two accounts of one name, " + where);
      assertEquals(Optional.of(account), fold.byName(account.lookupKey()), where);
      cells.merge(account.cell(), 1, Integer::sum);
      long before = 0;
      for (Grant grant : account.grants()) {
        assertEquals(before + 1, grant.epoch(), "epochs ascend, " + where);
        assertEquals(
            grant.stage() == Grant.Stage.ISSUED,
            grant.finalEndOffset().isPresent(),
            "an end offset exactly where it is issued, " + where);
        before = grant.epoch();
      }
      assertTrue(account.audit().size() <= 200, where);
    }
    cells.values().forEach(users -> assertTrue(users <= 2, "a cell is overfull, " + where));
  }

  @Test
  void ofTwoWhoBeganWithOneInvitationTheFirstToFinishIsInvited() {
    Bytes invitation = Bytes.utf8("sha-256 of a code");
    state.apply("invite", new Command.Invite(invitation, NOW + DAY), NOW);
    assertTrue(state.isInvited(invitation, NAME, NOW));
    assertTrue(state.isInvited(invitation, OTHER_NAME, NOW));
    assertInstanceOf(
        Outcome.Registered.class,
        state.apply(
            "first",
            new Command.RegisterInvited(invitation, register(ALICE, NAME, Optional.empty())),
            NOW));
    assertInstanceOf(
        Outcome.NotInvited.class,
        state.apply(
            "second",
            new Command.RegisterInvited(invitation, register(BOB, OTHER_NAME, Optional.empty())),
            NOW));
    assertTrue(state.isInvited(invitation, NAME, NOW), "whoever has to try again may");
    assertFalse(state.isInvited(invitation, OTHER_NAME, NOW));
    assertFalse(state.isInvited(invitation, NAME, NOW + DAY + 1));
  }

  @Test
  void aRepeatedCommandGetsTheFirstOutcomeForADay() {
    Command register = register(ALICE, NAME, Optional.empty());
    Outcome first = state.apply("same", register, NOW);
    assertInstanceOf(Outcome.Registered.class, first);
    assertEquals(first, state.apply("same", register, NOW + DAY - 1));
    assertInstanceOf(Outcome.UsernameTaken.class, state.apply("same", register, NOW + 2 * DAY + 2));
  }

  @Test
  void theEleventhGuessIsRefusedAndDelaysGrow() {
    apply(register(ALICE, NAME, Optional.empty()), NOW);
    for (Bytes name : List.of(NAME, OTHER_NAME)) {
      for (int guess = 1; guess <= 10; guess++) {
        assertEquals(new Outcome.GuessCounted(10 - guess), guess(name, NOW));
      }
      assertEquals(new Outcome.LockedOut(NOW + MINUTE), guess(name, NOW));
      assertEquals(new Outcome.LockedOut(NOW + MINUTE), guess(name, NOW + MINUTE - 1));
      assertInstanceOf(Outcome.GuessCounted.class, guess(name, NOW + MINUTE));
      assertEquals(new Outcome.LockedOut(NOW + 3 * MINUTE), guess(name, NOW + MINUTE + 1));
      assertInstanceOf(Outcome.GuessCounted.class, guess(name, NOW + 3 * MINUTE));
    }
    assertEquals(state.guesses(NAME), state.guesses(OTHER_NAME));
  }

  @Test
  void theLongestDelayIsADay() {
    GuessCounter counter = new GuessCounter(Integer.MAX_VALUE - 1, NOW);
    assertEquals(NOW + DAY, counter.nextAllowedAt(10));
  }

  @Test
  void onlyAFinishedLoginClearsTheCounterAndEachHasOneFinish() {
    apply(register(ALICE, NAME, Optional.empty()), NOW);
    Bytes session = Bytes.utf8("session-of-test1");
    for (int guess = 0; guess < 5; guess++) {
      guess(NAME, NOW);
    }
    apply(new Command.CountGuess(NAME, session, Bytes.EMPTY, MINUTE, 10), NOW);
    Bytes wrong = Bytes.utf8("session-of-test2");
    apply(new Command.CountGuess(NAME, wrong, Bytes.EMPTY, MINUTE, 10), NOW);
    assertEquals(
        new Outcome.LoginFinished(Optional.empty()),
        apply(new Command.FinishLogin(wrong, false), NOW));
    assertEquals(7, state.guesses(NAME).count());
    assertInstanceOf(Outcome.NoSuchLogin.class, apply(new Command.FinishLogin(wrong, true), NOW));
    assertEquals(
        new Outcome.LoginFinished(Optional.of(new Outcome.Proven(ALICE, 1))),
        apply(new Command.FinishLogin(session, true), NOW + MINUTE));
    assertEquals(GuessCounter.NONE, state.guesses(NAME));
    assertInstanceOf(
        Outcome.NoSuchLogin.class, apply(new Command.FinishLogin(session, true), NOW + MINUTE));
  }

  @Test
  void aLoginEndsWithItsTime() {
    apply(register(ALICE, NAME, Optional.empty()), NOW);
    Bytes session = Bytes.utf8("session-of-test1");
    apply(new Command.CountGuess(NAME, session, Bytes.EMPTY, MINUTE, 10), NOW);
    assertInstanceOf(
        Outcome.NoSuchLogin.class, apply(new Command.FinishLogin(session, true), NOW + MINUTE + 1));
    assertEquals(1, state.guesses(NAME).count());
  }

  @Test
  void guessesAtANameSurviveItsRegistration() {
    for (int guess = 0; guess < 10; guess++) {
      guess(NAME, NOW);
    }
    apply(register(ALICE, NAME, Optional.empty()), NOW);
    assertInstanceOf(Outcome.LockedOut.class, guess(NAME, NOW));
  }

  @Test
  void anAccountIsReplacedOnlyByWhoSawItsLogEmptySinceItLastConnected() {
    apply(register(ALICE, NAME, Optional.empty()), NOW);
    assertInstanceOf(
        Outcome.UsernameTaken.class, apply(register(BOB, NAME, Optional.empty()), NOW));
    apply(new Command.MarkProvisioned(ALICE, 1), NOW);
    assertInstanceOf(
        Outcome.UsernameTaken.class, apply(register(BOB, NAME, replacing(ALICE, 0)), NOW));
    assertInstanceOf(
        Outcome.UsernameTaken.class, apply(register(BOB, NAME, replacing(BOB, 1)), NOW));
    Bytes session = Bytes.utf8("session-of-test1");
    apply(new Command.CountGuess(NAME, session, Bytes.EMPTY, MINUTE, 10), NOW);
    assertInstanceOf(
        Outcome.Registered.class, apply(register(BOB, NAME, replacing(ALICE, 1)), NOW));
    assertEquals(Optional.empty(), state.byId(ALICE));
    assertEquals(2, state.byName(NAME).orElseThrow().version());
    // The login to the account before does not lead into this one.
    assertInstanceOf(Outcome.NoSuchLogin.class, apply(new Command.FinishLogin(session, true), NOW));
    assertInstanceOf(Outcome.Unknown.class, apply(new Command.MarkProvisioned(ALICE, 1), NOW));
  }

  @Test
  void cellsFillInOrder() {
    List<Outcome> outcomes = new ArrayList<>();
    for (int user = 0; user < 5; user++) {
      UserId id = UserId.parse("a".repeat(25 - user) + "b".repeat(user) + "a");
      outcomes.add(apply(register(id, Bytes.utf8("name" + user), Optional.empty()), NOW));
    }
    assertEquals(
        List.of(
            new Outcome.Registered("a"),
            new Outcome.Registered("a"),
            new Outcome.Registered("b"),
            new Outcome.Registered("b"),
            new Outcome.NoRoom()),
        outcomes);
  }

  @Test
  void aTakeoverGoesForwardOnlyAndItsIdGetsOneGrant() {
    apply(register(ALICE, NAME, Optional.empty()), NOW);
    Outcome granted = apply(new Command.GrantEpoch(ALICE, "one"), NOW);
    Grant grant = new Grant("one", 2, Grant.Stage.GRANTED, OptionalLong.empty(), false);
    assertEquals(new Outcome.Granted(grant), granted);
    assertEquals(granted, apply(new Command.GrantEpoch(ALICE, "one"), NOW));
    // Nothing is issued before it is revoked.
    assertEquals(granted, apply(new Command.IssueGrant(ALICE, 2, 5), NOW));
    apply(new Command.MarkRevoked(ALICE, 2), NOW);
    Outcome issued = apply(new Command.IssueGrant(ALICE, 2, 7), NOW);
    assertEquals(
        new Outcome.Granted(new Grant("one", 2, Grant.Stage.ISSUED, OptionalLong.of(7), false)),
        issued);
    assertEquals(issued, apply(new Command.IssueGrant(ALICE, 2, 9), NOW));
    assertEquals(issued, apply(new Command.MarkRevoked(ALICE, 2), NOW));
    Outcome second = apply(new Command.GrantEpoch(ALICE, "two"), NOW);
    assertEquals(
        new Outcome.Granted(new Grant("two", 3, Grant.Stage.GRANTED, OptionalLong.empty(), false)),
        second);
    assertInstanceOf(Outcome.Unknown.class, apply(new Command.GrantEpoch(BOB, "one"), NOW));
  }

  @Test
  void aNonceServesOnce() {
    Bytes nonce = Bytes.utf8("a nonce");
    assertInstanceOf(
        Outcome.NonceFresh.class, apply(new Command.UseNonce(nonce, NOW + MINUTE), NOW));
    assertInstanceOf(
        Outcome.NonceUsed.class, apply(new Command.UseNonce(nonce, NOW + MINUTE), NOW + MINUTE));
  }

  private Outcome guess(Bytes name, long now) {
    return apply(
        new Command.CountGuess(name, Bytes.utf8("session-" + commands), Bytes.EMPTY, MINUTE, 10),
        now);
  }

  private Outcome apply(Command command, long now) {
    return state.apply("c" + commands++, command, now);
  }

  private static Optional<Command.Replaced> replacing(UserId id, long connections) {
    return Optional.of(new Command.Replaced(id, connections));
  }

  private static Command.Register register(
      UserId id, Bytes name, Optional<Command.Replaced> replaces) {
    return new Command.Register(
        name,
        "name",
        id,
        Bytes.utf8("key"),
        Credentials.ofPassword(new StoredVersion(1, Bytes.utf8("record")), KsfParameters.DEFAULT),
        new StoredVersion(1, Bytes.utf8("bundle")),
        List.of("a", "b"),
        2,
        replaces);
  }

  /** The state without the order of its hash tables. */
  private static Object contents(AccountsState fold) {
    AccountsSnapshot snapshot = fold.snapshot();
    return List.of(
        Set.copyOf(snapshot.accounts()),
        Set.copyOf(snapshot.guesses()),
        snapshot.strangers(),
        snapshot.logins(),
        snapshot.nonces(),
        Set.copyOf(snapshot.factors()),
        snapshot.outcomes());
  }
}
