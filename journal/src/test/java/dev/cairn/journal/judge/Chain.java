package dev.cairn.journal.judge;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Sha256;
import dev.cairn.crypto.StateAccumulator;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.record.Commit;
import dev.cairn.journal.record.CommitDraft;
import dev.cairn.journal.record.EpochDraft;
import dev.cairn.journal.record.EpochHeader;
import dev.cairn.journal.record.EpochOpened;
import dev.cairn.journal.record.EpochReason;
import dev.cairn.journal.record.LogRecord;
import dev.cairn.journal.record.Operation;
import java.util.List;
import java.util.Optional;

/** Builds records that follow a given one, right or wrong on purpose. */
final class Chain {
  static final UserId USER = World.USER;
  static final Author KEY_1 = Author.real("key 1");
  static final Author KEY_2 = Author.real("key 2");
  static final EpochOpened GENESIS = genesis(USER, KEY_1);

  private static final Bytes EMPTY = new StateAccumulator().digest();
  private static int serial;

  private Chain() {}

  static EpochOpened genesis(UserId userId, Author author) {
    return EpochDraft.genesis(userId, author.publicKey(), 1).sign(author);
  }

  /** One whole transaction with one operation. */
  static Commit commit(LogRecord after) {
    return commit(after, author(after));
  }

  static Commit commit(LogRecord after, Author author) {
    return commit(after, author, after.sequenceAfter(), List.of(1), 0);
  }

  /** One operation of a transaction that goes on. */
  static Commit part(LogRecord after) {
    return commit(
        after,
        author(after),
        after.sequenceAfter(),
        List.of(),
        after.header().openOperations() + 1);
  }

  static Commit commit(
      LogRecord after, Author author, long sequenceBefore, List<Integer> ends, int open) {
    return commit(
        after.keyVersion(),
        after.epoch(),
        after.index() + 1,
        after.head(),
        author,
        sequenceBefore,
        ends,
        open);
  }

  static Commit commit(
      int keyVersion,
      long epoch,
      long index,
      Bytes previous,
      Author author,
      long sequenceBefore,
      List<Integer> ends,
      int open) {
    Bytes tag = Sha256.hash(Bytes.utf8("tag " + serial++));
    List<Operation> operations = List.of(Operation.put(tag, Bytes.concat(tag, tag)));
    return new CommitDraft(
            USER,
            keyVersion,
            epoch,
            index,
            previous,
            sequenceBefore,
            ends,
            open,
            CommitDraft.number(USER, keyVersion, epoch, sequenceBefore, ends, operations),
            EMPTY,
            0,
            serial)
        .sign(author);
  }

  static EpochOpened opening(LogRecord after, EpochReason reason, long epoch) {
    return opening(after, reason, epoch, after.sequenceAfter(), author(after), KEY_2);
  }

  static EpochOpened opening(
      LogRecord after, EpochReason reason, long epoch, long sequence, Author old, Author next) {
    boolean rotation = reason == EpochReason.ROTATION;
    EpochDraft draft =
        new EpochDraft(
            new EpochHeader(
                USER,
                after.keyVersion() + (rotation ? 1 : 0),
                epoch,
                reason,
                after.index() + 1,
                after.head(),
                sequence,
                (rotation ? next : old).publicKey(),
                reason.carriesBase()
                    ? Optional.of(Sha256.hash(Bytes.utf8("base")))
                    : Optional.empty(),
                EMPTY,
                0,
                serial++));
    return rotation ? draft.sign(old, next) : draft.sign(old);
  }

  private static Author author(LogRecord record) {
    return record.keyVersion() == 1 ? KEY_1 : KEY_2;
  }
}
