package dev.cairn.journal.judge;

import static dev.cairn.journal.judge.Chain.GENESIS;
import static dev.cairn.journal.judge.Chain.KEY_1;
import static dev.cairn.journal.judge.Chain.KEY_2;
import static dev.cairn.journal.judge.Chain.USER;
import static dev.cairn.journal.judge.Chain.commit;
import static dev.cairn.journal.judge.Chain.opening;
import static dev.cairn.journal.judge.Chain.part;
import static dev.cairn.journal.judge.Verdict.ACCEPTED;
import static dev.cairn.journal.judge.Verdict.AHEAD;
import static dev.cairn.journal.judge.Verdict.ALIEN;
import static dev.cairn.journal.judge.Verdict.PASSED;
import static dev.cairn.journal.judge.Verdict.STALE;
import static dev.cairn.journal.judge.Verdict.UNOPENED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.record.Commit;
import dev.cairn.journal.record.CommitDraft;
import dev.cairn.journal.record.EpochDraft;
import dev.cairn.journal.record.EpochHeader;
import dev.cairn.journal.record.EpochOpened;
import dev.cairn.journal.record.EpochReason;
import dev.cairn.journal.record.LogRecord;
import dev.cairn.journal.record.RecordCodec;
import dev.cairn.journal.record.RecordLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class JudgeTest {
  private static final RecordCodec CODEC = RecordCodec.withBuiltInSchemas();
  private static final Bytes GARBAGE = Bytes.utf8("garbage");

  private final Judge judge = Judge.fromGenesis(USER, Optional.empty());
  private long offset;

  private final Commit a1 = commit(GENESIS);
  private final Commit a2 = commit(a1);
  private final Commit a3 = commit(a2);
  private final Commit a4 = commit(a3);

  private Judgement give(LogRecord record) {
    return judge.judge(offset++, CODEC.encode(record));
  }

  private List<Verdict> giveAll(LogRecord... records) {
    List<Verdict> verdicts = new ArrayList<>();
    for (LogRecord record : records) {
      verdicts.add(give(record).verdict());
    }
    return verdicts;
  }

  private Verdict giveGarbage() {
    return judge.judge(offset++, GARBAGE).verdict();
  }

  private Damage.Kind damage() {
    return judge.damage().orElseThrow().kind();
  }

  private void assertSound() {
    assertEquals(Optional.empty(), judge.damage());
    assertFalse(judge.isDamaged());
  }

  @Test
  void acceptsAChainAndSaysWhereItStands() {
    assertEquals(Optional.empty(), judge.position());
    assertEquals(List.of(ACCEPTED, ACCEPTED, ACCEPTED), giveAll(GENESIS, a1, a2));
    ChainPosition at = judge.position().orElseThrow();
    assertEquals(1, at.keyVersion());
    assertEquals(1, at.epoch());
    assertEquals(2, at.index());
    assertEquals(2, at.sequence());
    assertEquals(a2.head(), at.head());
    assertEquals(KEY_1.publicKey(), at.author());
    assertEquals(a2.signedHeader(), judge.lastRecord().orElseThrow());
    assertEquals(GENESIS.signedHeader(), judge.epochOpened().orElseThrow());
    assertEquals(3, judge.count(ACCEPTED));
    assertSound();
  }

  @Test
  void sentAgainIsPassed() {
    assertEquals(
        List.of(ACCEPTED, ACCEPTED, ACCEPTED, PASSED, PASSED, PASSED, ACCEPTED),
        giveAll(GENESIS, a1, a2, a1, a2, GENESIS, a3));
    assertSound();
  }

  @Test
  void aRecordAheadIsDamageUntilTheChainReachesIt() {
    assertEquals(List.of(ACCEPTED, ACCEPTED, AHEAD, AHEAD), giveAll(GENESIS, a1, a4, a3));
    Damage damage = judge.damage().orElseThrow();
    assertEquals(Damage.Kind.RECORDS_MISSING, damage.kind());
    assertEquals(2, damage.offset());
    assertEquals(2, damage.nextIndex());
    assertEquals(List.of(ACCEPTED, ACCEPTED), giveAll(a2, a3));
    assertTrue(judge.isDamaged(), "the one at offset 2 has not come again");
    assertEquals(ACCEPTED, give(a4).verdict());
    assertSound();
  }

  @Test
  void theLoserOfARaceAndWhatFollowsFromItIsPassed() {
    Commit b2 = commit(a1);
    Commit b3 = commit(b2);
    Commit b4 = commit(b3);
    assertEquals(
        List.of(ACCEPTED, ACCEPTED, ACCEPTED, PASSED, PASSED, PASSED),
        giveAll(GENESIS, a1, a2, b2, b3, b4));
    assertSound();
    assertEquals(List.of(ACCEPTED, PASSED, PASSED, ACCEPTED), giveAll(a3, b3, b4, a4));
    assertSound();
  }

  @Test
  void aheadRecordsBecomePassedWhenTheyTurnOutToFollowFromALoser() {
    Commit b2 = commit(a1);
    Commit b3 = commit(b2);
    Commit b4 = commit(b3);
    assertEquals(
        List.of(ACCEPTED, ACCEPTED, ACCEPTED, AHEAD, AHEAD), giveAll(GENESIS, a1, a2, b4, b3));
    assertTrue(judge.isDamaged());
    assertEquals(PASSED, give(b2).verdict());
    assertSound();
    assertEquals(PASSED, give(b4).verdict());
  }

  @Test
  void aCopyOfTheHeadMakesNothingPassed() {
    assertEquals(List.of(ACCEPTED, ACCEPTED, AHEAD, PASSED), giveAll(GENESIS, a1, a3, a1));
    Commit early = a2;
    Judge other = Judge.fromGenesis(USER, Optional.empty());
    long at = 0;
    for (LogRecord record : List.of(GENESIS, early, a1, a1, GENESIS)) {
      other.judge(at++, CODEC.encode(record));
    }
    assertTrue(other.isDamaged(), "the early copy of the next record still waits for itself");
    assertTrue(judge.isDamaged());
  }

  @Test
  void anEarlyCopyOfWhatIsAcceptedLaterMakesNothingPassedEither() {
    assertEquals(
        List.of(ACCEPTED, AHEAD, AHEAD, ACCEPTED, ACCEPTED, PASSED),
        giveAll(GENESIS, a2, a3, a1, a2, a1));
    assertTrue(judge.isDamaged(), "a3 has not come again");
    assertEquals(ACCEPTED, give(a3).verdict());
    assertSound();
  }

  @Test
  void anOpeningForgetsWhatWasPassed() {
    Commit b1 = commit(GENESIS);
    EpochOpened second = opening(a1, EpochReason.TAKEOVER, 2);
    Commit following = Chain.commit(1, 2, 7, b1.head(), KEY_1, 1, List.of(1), 0);
    assertEquals(
        List.of(ACCEPTED, ACCEPTED, PASSED, ACCEPTED, AHEAD),
        giveAll(GENESIS, a1, b1, second, following));
  }

  @Test
  void losersAreRememberedAsLongAsTheyDecideAnything() {
    Commit b2 = commit(a1);
    Commit b3 = commit(b2);
    Commit b4 = commit(b3);
    Commit b5 = commit(b4);
    assertEquals(
        List.of(ACCEPTED, ACCEPTED, ACCEPTED, PASSED, PASSED, PASSED, ACCEPTED, PASSED),
        giveAll(GENESIS, a1, a2, b2, b3, b4, a3, b5));
    Commit c4 = commit(a3);
    Commit c5 = commit(c4);
    Commit a5 = commit(a4);
    assertEquals(
        List.of(AHEAD, ACCEPTED, ACCEPTED, PASSED, PASSED), giveAll(c5, a4, a5, c4, commit(c5)));
    assertSound();
  }

  @Test
  void theIndexMustBeTheNext() {
    give(GENESIS);
    Commit tooFar = Chain.commit(1, 1, 2, GENESIS.head(), KEY_1, 0, List.of(1), 0);
    assertEquals(AHEAD, give(tooFar).verdict());
    give(a1);
    Commit tooNear = Chain.commit(1, 1, 1, a1.head(), KEY_1, 1, List.of(1), 0);
    assertEquals(PASSED, give(tooNear).verdict());
  }

  @Test
  void onlyARotationMayNameAnotherAuthor() {
    EpochOpened honest = opening(a1, EpochReason.TAKEOVER, 2);
    EpochHeader header = honest.header();
    EpochOpened naming =
        new EpochDraft(
                new EpochHeader(
                    USER,
                    1,
                    2,
                    EpochReason.TAKEOVER,
                    header.index(),
                    header.previousHead(),
                    header.sequence(),
                    KEY_2.publicKey(),
                    Optional.empty(),
                    header.stateDigest(),
                    0,
                    1))
            .sign(KEY_1);
    assertEquals(List.of(ACCEPTED, ACCEPTED, AHEAD), giveAll(GENESIS, a1, naming));
    assertEquals(List.of(ACCEPTED), giveAll(honest));
  }

  @Test
  void recordsOfAnEarlierEpochAreStale() {
    EpochOpened second = opening(a1, EpochReason.TAKEOVER, 2);
    Commit b = commit(second);
    assertEquals(
        List.of(ACCEPTED, ACCEPTED, ACCEPTED, STALE, STALE, ACCEPTED, STALE, STALE),
        giveAll(GENESIS, a1, second, a2, a3, b, a4, GENESIS));
    assertSound();
  }

  @Test
  void anOpeningThatComesTooLateIsUnopenedAndMayBeSentAgainBehindTheLateCommit() {
    EpochOpened late = opening(a1, EpochReason.TAKEOVER, 2);
    EpochOpened again = opening(a2, EpochReason.TAKEOVER, 2);
    assertEquals(
        List.of(ACCEPTED, ACCEPTED, ACCEPTED, UNOPENED, ACCEPTED, PASSED),
        giveAll(GENESIS, a1, a2, late, again, late));
    assertEquals(2, judge.position().orElseThrow().epoch());
    assertSound();
  }

  @Test
  void anEpochMayJumpButNotTooFar() {
    EpochOpened far = opening(a1, EpochReason.TAKEOVER, 2 + RecordLimits.MAX_EPOCH_JUMP);
    EpochOpened least = opening(a1, EpochReason.TAKEOVER, 1 + RecordLimits.MAX_EPOCH_JUMP);
    assertEquals(List.of(ACCEPTED, ACCEPTED, AHEAD, ACCEPTED), giveAll(GENESIS, a1, far, least));
    assertEquals(Damage.Kind.RECORDS_MISSING, damage());
    Judge other = Judge.fromGenesis(USER, Optional.empty());
    other.judge(0, CODEC.encode(GENESIS));
    assertEquals(
        AHEAD,
        other.judge(1, CODEC.encode(opening(GENESIS, EpochReason.TAKEOVER, 1))).verdict(),
        "an opening of the epoch in force opens nothing");
  }

  @Test
  void rotationNeedsBothKeys() {
    EpochOpened rotation = opening(a1, EpochReason.ROTATION, 2);
    EpochOpened forgedOld = opening(a1, EpochReason.ROTATION, 2, 1, Author.real("thief"), KEY_2);
    assertEquals(List.of(ACCEPTED, ACCEPTED, ALIEN), giveAll(GENESIS, a1, forgedOld));
    assertEquals(Damage.Kind.LATER_KEY_VERSION, damage());
    assertEquals(ACCEPTED, give(rotation).verdict());
    assertEquals(2, judge.position().orElseThrow().keyVersion());
    assertEquals(KEY_2.publicKey(), judge.position().orElseThrow().author());
    assertTrue(judge.isDamaged(), "until a commit of the new epoch is accepted, too");
    Commit first = commit(rotation);
    assertEquals(List.of(STALE, ACCEPTED, PASSED), giveAll(a2, first, rotation));
    assertSound();
    assertEquals(ALIEN, give(commit(first, KEY_1)).verdict(), "signed by the old key");
  }

  @Test
  void takeoverAndRebaseKeepTheKey() {
    EpochOpened stolen = opening(a1, EpochReason.TAKEOVER, 2, 1, Author.real("thief"), KEY_2);
    assertEquals(List.of(ACCEPTED, ACCEPTED, ALIEN), giveAll(GENESIS, a1, stolen));
    EpochOpened rebase = opening(a1, EpochReason.REBASE, 2);
    assertEquals(List.of(ACCEPTED, ACCEPTED), giveAll(rebase, commit(rebase)));
    assertTrue(rebase.base().isPresent());
    assertSound();
  }

  @Test
  void aRecordOfALaterKeyVersionIsDamageUntilAnOpeningAndThenACommit() {
    EpochOpened rotation = opening(a1, EpochReason.ROTATION, 2);
    Commit c = commit(rotation);
    Commit d = commit(c);
    assertEquals(List.of(ACCEPTED, ACCEPTED, ALIEN, ALIEN), giveAll(GENESIS, a1, c, d));
    assertEquals(Damage.Kind.LATER_KEY_VERSION, damage());
    assertEquals(List.of(ACCEPTED), giveAll(a2));
    assertTrue(judge.isDamaged(), "a commit alone does not heal it");
    EpochOpened later = opening(a2, EpochReason.TAKEOVER, 2);
    assertEquals(List.of(ACCEPTED), giveAll(later));
    assertTrue(judge.isDamaged(), "an opening alone does not heal it");
    Judgement healing = give(commit(later));
    assertSound();
    assertFalse(healing.clean(), "records of the next key version are still unverified");
  }

  @Test
  void recordsBeforeTheirRotationAreJudgedAgainWhenItComes() {
    EpochOpened rotation = opening(a1, EpochReason.ROTATION, 2);
    Commit c = commit(rotation);
    Commit d = commit(c);
    assertEquals(
        List.of(ACCEPTED, ACCEPTED, ALIEN, ACCEPTED, ACCEPTED),
        giveAll(GENESIS, a1, d, rotation, c));
    assertEquals(Damage.Kind.RECORDS_MISSING, damage());
    assertEquals(2, judge.damage().orElseThrow().offset());
    assertEquals(ACCEPTED, give(d).verdict());
    assertSound();
  }

  @Test
  void garbageIsDamageUntilARecordIsAccepted() {
    giveAll(GENESIS, a1);
    assertEquals(ALIEN, giveGarbage());
    assertEquals(Damage.Kind.ALIEN_RECORD, damage());
    assertEquals(List.of(PASSED), giveAll(a1));
    assertTrue(judge.isDamaged());
    assertEquals(List.of(ACCEPTED), giveAll(a2));
    assertSound();
  }

  @Test
  void anotherUsersRecordsAreAlien() {
    UserId other = new UserId("zyxwvutsrqponmlkjihgfedcba");
    giveAll(GENESIS);
    assertEquals(ALIEN, give(Chain.genesis(other, KEY_1)).verdict());
  }

  @Test
  void onlyAGenesisBegins() {
    assertEquals(List.of(ALIEN, ALIEN), giveAll(a1, opening(a1, EpochReason.TAKEOVER, 2)));
    assertEquals(Damage.Kind.LATER_KEY_VERSION, damage());
    assertEquals(List.of(ACCEPTED), giveAll(GENESIS));
    assertTrue(judge.isDamaged());
  }

  @Test
  void anotherKeyThanTheTrustedOneBeginsNothing() {
    Judge expecting = Judge.fromGenesis(USER, Optional.of(KEY_2.publicKey()));
    assertEquals(ALIEN, expecting.judge(0, CODEC.encode(GENESIS)).verdict());
    Judge later =
        Judge.fromGenesis(
            Authenticator.withBuiltInSchemas(),
            USER,
            new TrustedKeys(Map.of(2, KEY_1.publicKey())));
    assertEquals(ACCEPTED, later.judge(0, CODEC.encode(GENESIS)).verdict());
    assertEquals(
        AHEAD, later.judge(1, CODEC.encode(opening(GENESIS, EpochReason.ROTATION, 2))).verdict());
    assertTrue(later.isDamaged());
  }

  @Test
  void sequenceAndOpenOperationsMustGoOn() {
    giveAll(GENESIS);
    Commit wrongSequence = commit(GENESIS, KEY_1, 1, List.of(1), 0);
    Commit wrongOpen = commit(GENESIS, KEY_1, 0, List.of(), 2);
    assertEquals(List.of(AHEAD, AHEAD), giveAll(wrongSequence, wrongOpen));
    Commit part = part(GENESIS);
    Commit more = part(part);
    Commit end = commit(more);
    assertEquals(List.of(ACCEPTED, ACCEPTED), giveAll(part, more));
    assertEquals(2, judge.position().orElseThrow().openOperations());
    assertEquals(0, judge.position().orElseThrow().sequence());
    assertEquals(ACCEPTED, give(end).verdict());
    assertEquals(1, judge.position().orElseThrow().sequence());
  }

  @Test
  void anOpeningEndsAnUnfinishedTransaction() {
    Commit part = part(GENESIS);
    EpochOpened second = opening(part, EpochReason.TAKEOVER, 2);
    giveAll(GENESIS, part);
    EpochOpened wrongSequence = opening(part, EpochReason.TAKEOVER, 2, 1, KEY_1, KEY_2);
    assertEquals(List.of(AHEAD, ACCEPTED), giveAll(wrongSequence, second));
    assertEquals(0, judge.position().orElseThrow().openOperations());
    assertEquals(List.of(ACCEPTED), giveAll(commit(second)));
  }

  @Test
  void aSnapshotMayEndOnlyWithACleanRecord() {
    assertTrue(give(GENESIS).clean());
    assertTrue(give(a1).clean());
    give(a3);
    assertFalse(give(a2).clean(), "a3 is missing");
    assertFalse(give(a3).clean(), "an early copy of it stands before it");
    assertTrue(give(a4).clean());
    Commit part = part(a4);
    assertFalse(give(part).clean(), "a transaction is open");
    Commit b5 = commit(a4);
    Commit b6 = commit(b5);
    assertEquals(List.of(PASSED, PASSED), giveAll(b5, b6));
    assertFalse(give(commit(part)).clean(), "a record that lost has the same index");
    Commit c7 = commit(commit(part));
    assertNotEquals(ACCEPTED, give(c7).verdict());
  }

  @Test
  void readersWithASnapshotStartBehindItsRecord() throws AnchorBrokenException {
    giveAll(GENESIS, a1, a2);
    SnapshotAnchor anchor =
        SnapshotAnchor.of(
            USER,
            judge.lastRecord().orElseThrow(),
            judge.epochOpened().orElseThrow(),
            TrustedKeys.of(1, KEY_1.publicKey()));
    assertTrue(anchor.isCopy(a2));
    assertFalse(anchor.isCopy(a1));
    Judge reader = Judge.fromSnapshot(anchor);
    assertEquals(judge.position(), reader.position());
    assertEquals(ACCEPTED, reader.judge(40, CODEC.encode(a3)).verdict());
    assertEquals(AHEAD, Judge.fromSnapshot(anchor).judge(40, CODEC.encode(a4)).verdict());
  }

  @Test
  void anchorsThatDoNotHoldAreRefused() throws AnchorBrokenException {
    Commit part = part(a1);
    EpochOpened second = opening(a1, EpochReason.TAKEOVER, 2);
    Commit forged = commit(GENESIS, KEY_2);
    TrustedKeys none = TrustedKeys.none();
    SnapshotAnchor.of(USER, GENESIS.signedHeader(), GENESIS.signedHeader(), none);
    List<LogRecord[]> broken =
        List.of(
            new LogRecord[] {a1, a1},
            new LogRecord[] {part, GENESIS},
            new LogRecord[] {a1, second},
            new LogRecord[] {second, GENESIS},
            new LogRecord[] {forged, GENESIS});
    for (LogRecord[] pair : broken) {
      assertThrows(
          AnchorBrokenException.class,
          () -> SnapshotAnchor.of(USER, pair[0].signedHeader(), pair[1].signedHeader(), none));
    }
    assertThrows(
        AnchorBrokenException.class,
        () ->
            SnapshotAnchor.of(
                USER,
                a1.signedHeader(),
                GENESIS.signedHeader(),
                TrustedKeys.of(1, KEY_2.publicKey())));
    assertThrows(
        AnchorBrokenException.class,
        () ->
            SnapshotAnchor.of(
                new UserId("zyxwvutsrqponmlkjihgfedcba"),
                a1.signedHeader(),
                GENESIS.signedHeader(),
                none));
  }

  @Test
  void goesForwardOnly() {
    judge.judge(5, GARBAGE);
    assertThrows(IllegalArgumentException.class, () -> judge.judge(5, GARBAGE));
    assertThrows(IllegalArgumentException.class, () -> judge.judge(4, GARBAGE));
    judge.judge(9, GARBAGE);
  }

  @Test
  void batchesGiveTheSameVerdicts() {
    EpochOpened rotation = opening(a2, EpochReason.ROTATION, 2);
    Commit c = commit(rotation);
    List<LogRecord> log =
        List.of(GENESIS, a1, a1, a2, a4, commit(a1), rotation, c, a3, rotation, commit(c, KEY_1));
    List<Verdict> oneByOne = giveAll(log.toArray(LogRecord[]::new));
    Authenticator authenticator = Authenticator.withBuiltInSchemas();
    Judge batched = Judge.fromGenesis(authenticator, USER, TrustedKeys.none());
    List<Examined> examined =
        authenticator.examineAll(log.stream().map(CODEC::encode).toList(), batched.candidateKeys());
    List<Verdict> verdicts = new ArrayList<>();
    for (int i = 0; i < examined.size(); i++) {
      verdicts.add(batched.judge(i, examined.get(i)).verdict());
    }
    assertEquals(oneByOne, verdicts);
    assertEquals(judge.position(), batched.position());
    assertEquals(judge.damage(), batched.damage());
  }

  @Test
  void noFlippedByteIsAccepted() {
    EpochOpened rotation = opening(a1, EpochReason.ROTATION, 2);
    EpochOpened takeover = opening(a1, EpochReason.TAKEOVER, 2);
    for (LogRecord record : List.of(a2, rotation, takeover)) {
      byte[] value = CODEC.encode(record).toByteArray();
      for (int at = 0; at < value.length; at++) {
        byte[] flipped = value.clone();
        flipped[at] ^= 0x01;
        Judge fresh = Judge.fromGenesis(USER, Optional.empty());
        fresh.judge(0, CODEC.encode(GENESIS));
        fresh.judge(1, CODEC.encode(a1));
        Judgement judgement = fresh.judge(2, Bytes.wrap(flipped));
        if (at >= 1 && at < 5) {
          assertEquals(ACCEPTED, judgement.verdict(), "the schema id decides nothing");
        } else {
          assertNotEquals(ACCEPTED, judgement.verdict(), "byte " + at);
        }
      }
    }
    for (int at = 0; at < 40; at++) {
      byte[] value = CODEC.encode(GENESIS).toByteArray();
      value[5 + at] ^= 0x01;
      assertEquals(
          ALIEN, Judge.fromGenesis(USER, Optional.empty()).judge(0, Bytes.wrap(value)).verdict());
    }
  }

  @Test
  void aJudgeShortOfMemorySeesMoreDamageNeverLess() {
    Authenticator cheap = new Authenticator(CODEC, Author.CHEAP);
    Judge small = Judge.fromGenesis(cheap, USER, TrustedKeys.none(), 4);
    Author author = Author.cheap("key 1");
    EpochOpened genesis = Chain.genesis(USER, author);
    List<LogRecord> chain = new ArrayList<>(List.of(genesis));
    for (int i = 0; i < 12; i++) {
      chain.add(commit(chain.get(i), author));
    }
    long at = 0;
    small.judge(at++, CODEC.encode(genesis));
    for (int i = 12; i > 1; i--) {
      assertEquals(AHEAD, small.judge(at++, CODEC.encode(chain.get(i))).verdict());
    }
    for (int i = 1; i <= 11; i++) {
      assertEquals(ACCEPTED, small.judge(at++, CODEC.encode(chain.get(i))).verdict());
      assertTrue(small.isDamaged());
    }
    Judgement last = small.judge(at++, CODEC.encode(chain.get(12)));
    assertFalse(small.isDamaged());
    assertFalse(last.clean());
    LogRecord next = commit(chain.get(12), author);
    assertTrue(small.judge(at++, CODEC.encode(next)).clean());

    LogRecord loser = commit(chain.get(12), author);
    for (int i = 0; i < 4; i++) {
      assertEquals(PASSED, small.judge(at++, CODEC.encode(loser)).verdict());
      loser = commit(loser, author);
    }
    assertEquals(PASSED, small.judge(at++, CODEC.encode(loser)).verdict(), "the fifth");
    assertEquals(
        AHEAD, small.judge(at++, CODEC.encode(commit(loser, author))).verdict(), "forgotten");
  }

  @Test
  void memoryIsBoundedWhateverTheLogHolds() {
    Author author = Author.cheap("key 1");
    Strays strays = new Strays(1000);
    EpochOpened genesis = Chain.genesis(USER, author);
    ChainPosition position =
        ChainPosition.after(genesis.header(), genesis.head(), author.publicKey());
    LogRecord record = commit(commit(genesis, author), author);
    for (int i = 0; i < 5000; i++) {
      strays.ahead(Link.of(i, record), position);
      record = commit(record, author);
    }
    assertEquals(1000, strays.remembered());
    assertTrue(strays.exceed(new Place(1, 5000)), "the greatest place is never forgotten");
    assertFalse(strays.exceed(new Place(1, 5001)));
  }

  @Test
  void unverifiedRecordsAreKeptWithinTheirBound() {
    EpochOpened rotation = opening(a1, EpochReason.ROTATION, 2);
    Commit c = commit(rotation);
    Commit d = commit(c);
    ChainPosition rotated =
        ChainPosition.after(rotation.header(), rotation.head(), rotation.author());
    Unverified both = new Unverified(c.headerBytes().size() + d.headerBytes().size());
    both.keep(1, c);
    both.keep(2, d);
    both.keep(3, d);
    assertEquals(
        List.of(Link.of(1, c), Link.of(2, d)),
        both.resolve(rotated, dev.cairn.crypto.AuthorPublicKey::verifies));
    assertTrue(both.isEmpty());
    Unverified none = new Unverified(c.headerBytes().size() - 1);
    none.keep(1, c);
    assertTrue(none.isEmpty());
    Unverified forged = new Unverified(1 << 20);
    forged.keep(1, commit(rotation, KEY_1));
    assertEquals(List.of(), forged.resolve(rotated, dev.cairn.crypto.AuthorPublicKey::verifies));
    assertTrue(forged.isEmpty());
  }

  @Test
  void emptyCommitsAreRecordsLikeOthers() {
    giveAll(GENESIS, a1);
    Commit idle =
        new CommitDraft(
                USER, 1, 1, 2, a1.head(), 1, List.of(), 0, List.of(), a1.stateDigest(), 0, 7)
            .sign(KEY_1);
    Judgement judgement = give(idle);
    assertEquals(ACCEPTED, judgement.verdict());
    assertTrue(judgement.clean());
    assertEquals(7, judge.position().orElseThrow().timestamp());
  }
}
