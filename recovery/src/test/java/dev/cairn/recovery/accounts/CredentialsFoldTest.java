package dev.cairn.recovery.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.opaque.KsfParameters;
import dev.cairn.crypto.wallet.EthereumAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Secrets are replaced at once or not at all, and a code of a second factor serves once. */
class CredentialsFoldTest {
  private static final Bytes NAME = Bytes.wrap(new byte[] {1, 2, 3});
  private static final UserId ALICE = UserId.parse("alicealicealicealicealicea");
  private static final UserId BOB = UserId.parse("bobbobbobbobbobbobbobbobba");
  private static final long NOW = 1_700_000_000_000L;
  private static final long MINUTE = 60_000;
  private static final int MAX = 10;
  private static final Bytes CODE = Bytes.utf8("digest of a code");
  private static final Bytes OTHER_CODE = Bytes.utf8("digest of another");
  private static final Credentials WITH_FACTOR =
      new Credentials(
          Optional.of(
              new Credentials.PasswordLogin(
                  new StoredVersion(2, Bytes.utf8("second")), KsfParameters.DEFAULT)),
          Optional.empty(),
          Optional.empty(),
          new Credentials.Factors(
              Optional.of(new Credentials.Totp(Bytes.utf8("sealed"))), List.of(CODE, OTHER_CODE)));

  private AccountsState state = new AccountsState();
  private int commands;

  private Outcome apply(Command command, long now) {
    return state.apply("c" + commands++, command, now);
  }

  private void register() {
    apply(
        new Command.Register(
            NAME,
            "alice",
            ALICE,
            Bytes.utf8("key"),
            Credentials.ofPassword(
                new StoredVersion(1, Bytes.utf8("first")), KsfParameters.DEFAULT),
            new StoredVersion(1, Bytes.utf8("bundle")),
            List.of("a"),
            2,
            Optional.empty()),
        NOW);
  }

  private static Command.ReplaceCredentials replace(
      long accountVersion, Credentials credentials, int bundle, OptionalLong step) {
    return new Command.ReplaceCredentials(
        ALICE,
        accountVersion,
        credentials,
        new StoredVersion(bundle, Bytes.utf8("bundle " + bundle)),
        step);
  }

  private static Command.ReplaceCredentials replace(long accountVersion, int bundle) {
    return replace(accountVersion, WITH_FACTOR, bundle, OptionalLong.of(100));
  }

  private Outcome factor(Command.FactorMatch match, long now) {
    return apply(new Command.UseFactor(ALICE, 2, match, MAX), now);
  }

  private Account alice() {
    return state.byId(ALICE).orElseThrow();
  }

  @Test
  void theFirstOfTwoChangesWinsAndTheOtherChangesNothing() {
    register();
    assertEquals(new Outcome.CredentialsReplaced(2), apply(replace(1, 2), NOW));
    Account after = alice();
    assertEquals(WITH_FACTOR, after.credentials());
    assertEquals(2, after.bundle().version());
    Credentials other =
        Credentials.ofPassword(new StoredVersion(2, Bytes.utf8("late")), KsfParameters.DEFAULT);
    for (Command.ReplaceCredentials late :
        List.of(
            replace(1, other, 2, OptionalLong.empty()),
            new Command.ReplaceCredentials(
                ALICE,
                2,
                other,
                new StoredVersion(2, Bytes.utf8("another second one")),
                OptionalLong.empty()),
            replace(2, other, 4, OptionalLong.empty()),
            replace(3, other, 3, OptionalLong.empty()))) {
      assertInstanceOf(Outcome.Conflict.class, apply(late, NOW));
      assertEquals(after, alice());
    }
    assertInstanceOf(
        Outcome.Unknown.class,
        apply(
            new Command.ReplaceCredentials(
                BOB, 1, other, new StoredVersion(2, CODE), OptionalLong.empty()),
            NOW));
    // A rotation's bundle that was made before does not come into force beside them.
    assertInstanceOf(
        Outcome.Unknown.class,
        apply(new Command.ReplaceBundle(ALICE, new StoredVersion(2, Bytes.utf8("late"))), NOW));
  }

  @Test
  void aBundleThatIsReplacedInBetweenIsAConflict() {
    register();
    apply(new Command.ReplaceBundle(ALICE, new StoredVersion(2, Bytes.utf8("rotated"))), NOW);
    assertInstanceOf(Outcome.Conflict.class, apply(replace(1, 2), NOW));
    assertEquals(1, alice().version());
    assertEquals(new Outcome.CredentialsReplaced(2), apply(replace(1, 3), NOW));
  }

  @Test
  void aDisabledAccountKeepsItsSecrets() {
    register();
    apply(new Command.SetStatus(ALICE, Account.Status.DISABLED), NOW);
    assertInstanceOf(Outcome.Conflict.class, apply(replace(1, 2), NOW));
  }

  @Test
  void aRepeatedChangeGetsTheFirstOutcome() {
    register();
    Outcome first = state.apply("same", replace(1, 2), NOW);
    assertEquals(first, state.apply("same", replace(1, 2), NOW + 1));
    assertEquals(2, alice().version());
  }

  @Test
  void aChangeUnlocksThePassword() {
    register();
    for (int guess = 0; guess < MAX; guess++) {
      guess(guess, NOW);
    }
    assertInstanceOf(Outcome.LockedOut.class, guess(MAX, NOW));
    apply(replace(1, 2), NOW);
    assertInstanceOf(Outcome.GuessCounted.class, guess(MAX + 1, NOW));
  }

  private Outcome guess(int number, long now) {
    return apply(
        new Command.CountGuess(NAME, Bytes.utf8("session-" + number), Bytes.EMPTY, MINUTE, MAX),
        now);
  }

  @Test
  void aCodeServesOnceAndNoneBeforeItAfterwards() {
    register();
    apply(replace(1, 2), NOW);
    assertInstanceOf(Outcome.FactorWrong.class, factor(new Command.FactorMatch.Step(100), NOW));
    assertInstanceOf(Outcome.FactorRight.class, factor(new Command.FactorMatch.Step(102), NOW));
    assertEquals(new Outcome.FactorWrong(MAX - 1), factor(new Command.FactorMatch.Step(102), NOW));
    assertEquals(new Outcome.FactorWrong(MAX - 2), factor(new Command.FactorMatch.Step(101), NOW));
    assertInstanceOf(Outcome.FactorRight.class, factor(new Command.FactorMatch.Step(103), NOW));
  }

  @Test
  void aRecoveryCodeServesOnceAndDisappears() {
    register();
    apply(replace(1, 2), NOW);
    assertInstanceOf(Outcome.FactorRight.class, factor(new Command.FactorMatch.Code(CODE), NOW));
    assertEquals(List.of(OTHER_CODE), alice().credentials().factors().recoveryCodes());
    assertInstanceOf(Outcome.FactorWrong.class, factor(new Command.FactorMatch.Code(CODE), NOW));
    assertInstanceOf(
        Outcome.FactorRight.class, factor(new Command.FactorMatch.Code(OTHER_CODE), NOW));
    assertEquals(List.of("totp"), alice().credentials().factors().names());
  }

  @Test
  void aRightPasswordDoesNotClearWrongCodesAndTheyLockTheFactor() {
    register();
    apply(replace(1, 2), NOW);
    for (int attempt = 1; attempt <= MAX; attempt++) {
      // The thief has the password.
      Bytes session = Bytes.utf8("thief-session-" + attempt);
      apply(new Command.CountGuess(NAME, session, Bytes.EMPTY, MINUTE, MAX), NOW + attempt);
      assertInstanceOf(
          Outcome.LoginFinished.class,
          apply(new Command.FinishLogin(session, true), NOW + attempt));
      assertEquals(
          new Outcome.FactorWrong(MAX - attempt),
          factor(new Command.FactorMatch.None(), NOW + attempt));
    }
    long last = NOW + MAX;
    assertEquals(
        new Outcome.LockedOut(last + MINUTE), factor(new Command.FactorMatch.None(), last + 1));
    // Not even the right code is looked at before its time.
    assertEquals(
        new Outcome.LockedOut(last + MINUTE), factor(new Command.FactorMatch.Step(500), last + 1));
    // And logins without the factor are guesses, too.
    assertInstanceOf(Outcome.LockedOut.class, guess(99, last + 1));
    assertInstanceOf(
        Outcome.FactorRight.class, factor(new Command.FactorMatch.Step(500), last + MINUTE));
    assertInstanceOf(Outcome.GuessCounted.class, guess(100, last + MINUTE));
    assertEquals(GuessCounter.NONE, state.factorUse(NAME).failures());
  }

  @Test
  void aFactorOfAnotherVersionOrOfNobodyIsAConflict() {
    register();
    Command.FactorMatch right = new Command.FactorMatch.Step(500);
    assertInstanceOf(
        Outcome.Conflict.class, apply(new Command.UseFactor(ALICE, 1, right, MAX), NOW));
    apply(replace(1, 2), NOW);
    assertInstanceOf(
        Outcome.Conflict.class, apply(new Command.UseFactor(ALICE, 1, right, MAX), NOW));
    assertInstanceOf(Outcome.Conflict.class, apply(new Command.UseFactor(BOB, 2, right, MAX), NOW));
    assertEquals(GuessCounter.NONE, state.factorUse(NAME).failures());
  }

  @Test
  void whatIsKeptOfAFactorSurvivesACheckpoint() throws Exception {
    register();
    apply(replace(1, 2), NOW);
    factor(new Command.FactorMatch.Step(102), NOW);
    factor(new Command.FactorMatch.None(), NOW);
    state =
        AccountsState.restore(
            CheckpointCodec.decode(CheckpointCodec.encode(5, state.snapshot())).state());
    assertEquals(new FactorUse(new GuessCounter(1, NOW), 102), state.factorUse(NAME));
    assertEquals(WITH_FACTOR, alice().credentials());
  }

  @Test
  void aRestoredAccountTakesNoCodeOfBefore() {
    register();
    apply(replace(1, 2), NOW);
    Account kept = alice().kept();
    state = new AccountsState();
    apply(new Command.BeginRebuild("rebuild", 0, NOW), NOW);
    apply(new Command.Restore(kept, 0), NOW);
    apply(new Command.FinishRebuild("rebuild"), NOW);
    long step = NOW / AccountsState.TOTP_STEP_MS;
    assertInstanceOf(
        Outcome.FactorWrong.class, factor(new Command.FactorMatch.Step(step + 1), NOW));
    assertInstanceOf(
        Outcome.FactorRight.class, factor(new Command.FactorMatch.Step(step + 2), NOW));
  }

  @Test
  void anAccountWithoutAnyWayInIsNone() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Credentials(
                Optional.empty(),
                Optional.empty(),
                Optional.of(new Credentials.RecoveryKeyLogin(Bytes.wrap(new byte[32]))),
                Credentials.Factors.NONE));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Credentials.Factors(Optional.empty(), List.of(CODE)));
    assertTrue(
        new Credentials(
                Optional.empty(),
                Optional.of(
                    new Credentials.WalletLogin(EthereumAddress.parse("0x" + "ab".repeat(20)))),
                Optional.empty(),
                Credentials.Factors.NONE)
            .describe()
            .contains("wallet"));
  }
}
