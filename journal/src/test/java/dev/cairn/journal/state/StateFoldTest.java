package dev.cairn.journal.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.StateAccumulator;
import dev.cairn.journal.record.Commit;
import dev.cairn.journal.record.CommitDraft;
import dev.cairn.journal.record.EpochDraft;
import dev.cairn.journal.record.EpochHeader;
import dev.cairn.journal.record.EpochOpened;
import dev.cairn.journal.record.EpochReason;
import dev.cairn.journal.record.LogRecord;
import dev.cairn.journal.record.Operation;
import dev.cairn.journal.record.Records;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class StateFoldTest {
  private static final long SEED = Long.getLong("cairn.seed", 99);

  @Test
  void foldsTheGoldenChain() throws StateMismatchException {
    StateFold fold = StateFold.empty();
    long offset = 0;
    for (LogRecord record : Records.ALL) {
      fold.apply(offset++, record);
      if (record.equals(Records.ROTATION)) {
        assertEquals(Records.ROTATION, fold.awaitedBase().orElseThrow());
        fold.replace(base(Records.ROTATION_BASE), 2);
      } else if (record.equals(Records.REBASE)) {
        fold.replace(base(Records.ROTATION_BASE.subList(0, 1)), 1);
      }
      assertEquals(Optional.empty(), fold.awaitedBase());
      assertEquals(record.stateDigest(), fold.digest());
      assertEquals(record.objectCount(), fold.objectCount());
    }
  }

  @Test
  void goesOnFromASnapshot() throws StateMismatchException {
    StateFold whole = StateFold.empty();
    whole.apply(0, Records.GENESIS);
    whole.apply(1, Records.COMMIT);
    StateFold fromSnapshot = StateFold.from(whole.accumulator(), whole.objectCount());
    StateMismatchException noFirstHalf =
        assertThrows(StateMismatchException.class, () -> fromSnapshot.apply(2, Records.FINISHING));
    assertEquals(StateMismatch.Kind.DIGEST, noFirstHalf.mismatch().kind());
    whole.apply(2, Records.FINISHING);
    StateFold clean = StateFold.from(whole.accumulator(), whole.objectCount());
    clean.apply(3, Records.IDLE);
    clean.apply(4, Records.TAKEOVER);
    assertEquals(Records.TAKEOVER.stateDigest(), clean.digest());
  }

  @Test
  void openOperationsTakeNoEffectUntilTheirTransactionEnds() throws StateMismatchException {
    StateFold fold = StateFold.empty();
    fold.apply(0, Records.GENESIS);
    fold.apply(1, Records.COMMIT);
    Bytes before = fold.digest();
    // The opening drops the third transaction's first operation.
    EpochOpened dropping =
        new EpochDraft(
                new EpochHeader(
                    Records.USER,
                    1,
                    2,
                    EpochReason.TAKEOVER,
                    2,
                    Records.COMMIT.head(),
                    2,
                    Records.KEY_1.publicKey(),
                    Optional.empty(),
                    before,
                    2,
                    1))
            .sign(Records.KEY_1);
    fold.apply(2, dropping);
    assertEquals(before, fold.digest());
    fold.apply(3, idle(dropping, before, 2));
  }

  @Test
  void namesTheRecordThatDoesNotMatch() throws StateMismatchException {
    StateFold wrongDigest = StateFold.empty();
    wrongDigest.apply(0, Records.GENESIS);
    StateMismatch digest =
        assertThrows(
                StateMismatchException.class,
                () -> wrongDigest.apply(17, idle(Records.GENESIS, Records.tag(1), 0)))
            .mismatch();
    assertEquals(StateMismatch.Kind.DIGEST, digest.kind());
    assertEquals(17, digest.offset());
    assertEquals(1, digest.index());
    assertTrue(digest.describe().contains("index 1 at offset 17"), digest.describe());

    StateFold wrongCount = StateFold.empty();
    wrongCount.apply(0, Records.GENESIS);
    StateMismatch count =
        assertThrows(
                StateMismatchException.class,
                () -> wrongCount.apply(17, idle(Records.GENESIS, Records.GENESIS.stateDigest(), 1)))
            .mismatch();
    assertEquals(StateMismatch.Kind.COUNT, count.kind());
    assertEquals("1", count.signed());
    assertEquals("0", count.folded());
  }

  @Test
  void aBaseMustBeTheSignedOne() throws StateMismatchException {
    StateFold fold = StateFold.empty();
    for (LogRecord record : Records.ALL.subList(0, 6)) {
      fold.apply(record.index(), record);
    }
    assertThrows(IllegalStateException.class, () -> fold.apply(9, Records.REBASE));
    StateMismatch digest =
        assertThrows(
                StateMismatchException.class,
                () -> fold.replace(base(Records.ROTATION_BASE.subList(0, 1)), 2))
            .mismatch();
    assertEquals(StateMismatch.Kind.BASE_DIGEST, digest.kind());
    StateMismatch count =
        assertThrows(
                StateMismatchException.class, () -> fold.replace(base(Records.ROTATION_BASE), 3))
            .mismatch();
    assertEquals(StateMismatch.Kind.BASE_COUNT, count.kind());
    assertThrows(
        IllegalStateException.class, () -> StateFold.empty().replace(new StateAccumulator(), 0));
  }

  /** Random transactions over records, checked against a map; then one operation is changed. */
  @Test
  void agreesWithAModelAndFindsAnyWrongOperation() throws StateMismatchException {
    Random random = new Random(SEED);
    for (int round = 0; round < 40; round++) {
      List<LogRecord> chain = randomChain(random);
      StateFold fold = StateFold.empty();
      for (LogRecord record : chain) {
        fold.apply(record.index(), record);
      }
      int at = 1 + random.nextInt(chain.size() - 1);
      Commit altered = withoutOneOperation((Commit) chain.get(at), random);
      StateFold other = StateFold.empty();
      assertThrows(
          StateMismatchException.class,
          () -> {
            for (LogRecord record : chain) {
              other.apply(record.index(), record.index() == at ? altered : record);
            }
          },
          "seed " + SEED);
    }
  }

  private static List<LogRecord> randomChain(Random random) {
    List<LogRecord> chain = new ArrayList<>(List.of(Records.GENESIS));
    Map<Bytes, Bytes> live = new HashMap<>();
    StateAccumulator state = new StateAccumulator();
    long sequence = 0;
    Bytes digest = state.digest();
    long count = 0;
    int open = 0;
    for (int index = 1; index <= 8; index++) {
      List<Integer> ends = new ArrayList<>();
      List<Operation> operations = new ArrayList<>();
      long before = sequence;
      boolean last = index == 8;
      for (int i = 0; i < 1 + random.nextInt(5) || (last && open > 0); i++) {
        Bytes tag = Records.tag(random.nextInt(6));
        Bytes old = live.get(tag);
        Operation operation;
        if (old != null && random.nextBoolean()) {
          operation = Operation.delete(tag, old);
          live.remove(tag);
          state.subtract(old);
        } else {
          Bytes sealed = Records.sealed(random.nextInt(5));
          operation = new Operation(tag, Optional.of(sealed), Optional.ofNullable(old));
          Bytes element =
              dev.cairn.crypto.Elements.element(Records.USER, 1, 1, sequence + 1, tag, sealed);
          if (old != null) {
            state.subtract(old);
          }
          state.add(element);
          live.put(tag, element);
        }
        operations.add(operation);
        open++;
        if (last || random.nextInt(3) == 0) {
          ends.add(operations.size());
          sequence++;
          open = 0;
          digest = state.digest();
          count = live.size();
        }
      }
      LogRecord previous = chain.get(chain.size() - 1);
      chain.add(
          new CommitDraft(
                  Records.USER,
                  1,
                  1,
                  index,
                  previous.head(),
                  before,
                  ends,
                  open,
                  CommitDraft.number(Records.USER, 1, 1, before, ends, operations),
                  digest,
                  count,
                  index)
              .sign(Records.KEY_1));
    }
    return chain;
  }

  private static Commit withoutOneOperation(Commit commit, Random random) {
    int changed = random.nextInt(commit.operations().size());
    List<Operation> operations = new ArrayList<>();
    for (int i = 0; i < commit.operations().size(); i++) {
      Operation operation = commit.operations().get(i).operation();
      operations.add(
          i == changed
              ? new Operation(
                  operation.tag(),
                  Optional.of(Bytes.concat(Records.sealed(1), Records.tag(i))),
                  operation.replaces())
              : operation);
    }
    return new CommitDraft(
            commit.userId(),
            1,
            1,
            commit.index(),
            commit.previousHead(),
            commit.sequenceBefore(),
            commit.transactionEnds(),
            commit.openOperations(),
            CommitDraft.number(
                commit.userId(),
                1,
                1,
                commit.sequenceBefore(),
                commit.transactionEnds(),
                operations),
            commit.stateDigest(),
            commit.objectCount(),
            commit.timestamp())
        .sign(Records.KEY_1);
  }

  private static Commit idle(LogRecord after, Bytes digest, long count) {
    return new CommitDraft(
            Records.USER,
            after.keyVersion(),
            after.epoch(),
            after.index() + 1,
            after.head(),
            after.sequenceAfter(),
            List.of(),
            0,
            List.of(),
            digest,
            count,
            1)
        .sign(Records.KEY_1);
  }

  private static StateAccumulator base(List<Bytes> elements) {
    StateAccumulator state = new StateAccumulator();
    elements.forEach(state::add);
    return state;
  }
}
