package dev.cairn.journal.record;

import dev.cairn.crypto.AuthorKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Elements;
import dev.cairn.crypto.Sha256;
import dev.cairn.crypto.StateAccumulator;
import dev.cairn.crypto.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A small chain with one record of each kind: the one whose bytes are golden. */
public final class Records {
  public static final UserId USER = new UserId("abcdefghijklmnopqrstuvwxyz");
  public static final AuthorKey KEY_1 = key("key 1");
  public static final AuthorKey KEY_2 = key("key 2");

  private static final long TIME = 1_795_000_000_000L;

  public static final EpochOpened GENESIS =
      EpochDraft.genesis(USER, KEY_1.publicKey(), TIME).sign(KEY_1);

  private static final Bytes E0 = element(1, 1, 1, tag(0), sealed(0));
  private static final Bytes E1 = element(1, 1, 1, tag(1), sealed(1));
  private static final Bytes E0B = element(1, 1, 2, tag(0), sealed(2));
  private static final Bytes E2 = element(1, 1, 3, tag(2), sealed(3));

  /** Two whole transactions and the first operation of a third. */
  public static final Commit COMMIT =
      commit(
          1,
          GENESIS.head(),
          0,
          List.of(2, 3),
          1,
          List.of(
              Operation.put(tag(0), sealed(0)),
              Operation.put(tag(1), sealed(1)),
              Operation.replace(tag(0), sealed(2), E0),
              Operation.put(tag(2), sealed(3))),
          digest(E0B, E1),
          TIME + 1);

  /** The rest of the third. */
  public static final Commit FINISHING =
      commit(
          2,
          COMMIT.head(),
          2,
          List.of(1),
          0,
          List.of(Operation.delete(tag(1), E1)),
          digest(E0B, E2),
          TIME + 2);

  public static final Commit IDLE =
      commit(3, FINISHING.head(), 3, List.of(), 0, List.of(), digest(E0B, E2), TIME + 86_400_000);

  public static final EpochOpened TAKEOVER =
      new EpochDraft(
              new EpochHeader(
                  USER,
                  1,
                  4,
                  EpochReason.TAKEOVER,
                  4,
                  IDLE.head(),
                  3,
                  KEY_1.publicKey(),
                  Optional.empty(),
                  digest(E0B, E2),
                  2,
                  TIME + 86_400_001))
          .sign(KEY_1);

  /** The elements of the base that the rotation names. */
  public static final List<Bytes> ROTATION_BASE =
      List.of(element(2, 5, 3, tag(3), sealed(4)), element(2, 5, 3, tag(2), sealed(0)));

  public static final EpochOpened ROTATION =
      new EpochDraft(
              new EpochHeader(
                  USER,
                  2,
                  5,
                  EpochReason.ROTATION,
                  5,
                  TAKEOVER.head(),
                  3,
                  KEY_2.publicKey(),
                  Optional.of(Sha256.hash(Bytes.utf8("base manifest"))),
                  digest(ROTATION_BASE.get(0), ROTATION_BASE.get(1)),
                  2,
                  TIME + 86_400_002))
          .sign(KEY_1, KEY_2);

  public static final EpochOpened REBASE =
      new EpochDraft(
              new EpochHeader(
                  USER,
                  2,
                  6,
                  EpochReason.REBASE,
                  6,
                  ROTATION.head(),
                  3,
                  KEY_2.publicKey(),
                  Optional.of(Sha256.hash(Bytes.utf8("another base"))),
                  digest(ROTATION_BASE.get(0)),
                  1,
                  TIME + 86_400_003))
          .sign(KEY_2);

  public static final List<LogRecord> ALL =
      List.of(GENESIS, COMMIT, FINISHING, IDLE, TAKEOVER, ROTATION, REBASE);

  private Records() {}

  static AuthorKey key(String name) {
    return AuthorKey.takeOwnershipOfSeed(Sha256.hash(Bytes.utf8(name)).toByteArray());
  }

  public static Bytes tag(int number) {
    return Sha256.hash(Bytes.utf8("tag " + number));
  }

  public static Bytes sealed(int number) {
    List<Bytes> parts = new ArrayList<>();
    for (int i = 0; i < number + 2; i++) {
      parts.add(Sha256.hash(Bytes.utf8("sealed " + number), Bytes.wrap(new byte[] {(byte) i})));
    }
    return Bytes.concat(parts.toArray(Bytes[]::new));
  }

  public static Bytes digest(Bytes... elements) {
    StateAccumulator state = new StateAccumulator();
    for (Bytes element : elements) {
      state.add(element);
    }
    return state.digest();
  }

  private static Bytes element(int keyVersion, long epoch, long sequence, Bytes tag, Bytes sealed) {
    return Elements.element(USER, keyVersion, epoch, sequence, tag, sealed);
  }

  private static Commit commit(
      long index,
      Bytes previous,
      long before,
      List<Integer> ends,
      int open,
      List<Operation> operations,
      Bytes digest,
      long time) {
    return new CommitDraft(
            USER,
            1,
            1,
            index,
            previous,
            before,
            ends,
            open,
            CommitDraft.number(USER, 1, 1, before, ends, operations),
            digest,
            2,
            time)
        .sign(KEY_1);
  }
}
