package dev.cairn.e2e.compactor;

import dev.cairn.crypto.AuthorKey;
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
import dev.cairn.journal.record.NumberedOperation;
import dev.cairn.journal.record.Operation;
import dev.cairn.journal.record.SignedHeader;
import dev.cairn.journal.snapshot.LiveEntry;
import dev.cairn.journal.snapshot.SnapshotEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** An owner whose state is known: writes signed records and keeps the state that they come to. */
public final class ModelOwner {
  /** One change; an absent value deletes. */
  public record Change(Bytes tag, Optional<Bytes> sealed) {}

  private final UserId userId;
  private final AuthorKey author;
  private final TreeMap<Bytes, LiveEntry> state = new TreeMap<>();
  private final TreeMap<Bytes, Optional<LiveEntry>> open = new TreeMap<>();
  private final StateAccumulator accumulator = new StateAccumulator();
  private int openOperations;
  private long epoch = 1;
  private long index;
  private long sequence;
  private Bytes head;
  private SignedHeader last;
  private SignedHeader epochOpened;
  private final EpochOpened genesis;

  public ModelOwner(UserId userId, long seed) {
    this.userId = userId;
    this.author = AuthorKey.takeOwnershipOfSeed(random(new Random(seed), 32).toByteArray());
    this.genesis = EpochDraft.genesis(userId, author.publicKey(), 1_000).sign(author);
    this.head = genesis.head();
    this.last = genesis.signedHeader();
    this.epochOpened = last;
  }

  public EpochOpened genesis() {
    return genesis;
  }

  public UserId userId() {
    return userId;
  }

  public AuthorKey author() {
    return author;
  }

  /** The state after the last finished transaction, by tag. */
  public Map<Bytes, LiveEntry> state() {
    return state;
  }

  public SignedHeader last() {
    return last;
  }

  public SignedHeader epochOpened() {
    return epochOpened;
  }

  public StateAccumulator accumulator() {
    return accumulator.copy();
  }

  /** One transaction in one record. */
  public Commit commit(List<Change> changes) {
    return commit(changes, List.of(changes.size()));
  }

  /** A record whose transactions end at these operation counts; what is left over stays open. */
  public Commit commit(List<Change> changes, List<Integer> ends) {
    List<NumberedOperation> numbered = new ArrayList<>();
    long before = sequence;
    for (int i = 0; i < changes.size(); i++) {
      Change change = changes.get(i);
      Optional<LiveEntry> current =
          open.containsKey(change.tag())
              ? open.get(change.tag())
              : Optional.ofNullable(state.get(change.tag()));
      Operation operation =
          new Operation(change.tag(), change.sealed(), current.map(LiveEntry::element));
      NumberedOperation number = NumberedOperation.of(userId, 1, epoch, sequence + 1, operation);
      numbered.add(number);
      open.put(
          change.tag(),
          change
              .sealed()
              .map(sealed ->
                  new LiveEntry(
                      new SnapshotEntry(change.tag(), epoch, sequence + 1, sealed),
                      number.element().orElseThrow())));
      openOperations++;
      if (ends.contains(i + 1)) {
        finishTransaction();
      }
    }
    Commit commit =
        new CommitDraft(
                userId,
                1,
                epoch,
                index + 1,
                head,
                before,
                ends,
                openOperations,
                numbered,
                accumulator.digest(),
                state.size(),
                1_000 + index)
            .sign(author);
    moved(commit);
    return commit;
  }

  /** Opens the next epoch; an unfinished transaction is gone. */
  public EpochOpened takeover() {
    open.clear();
    openOperations = 0;
    epoch++;
    EpochOpened opened =
        new EpochDraft(
                new EpochHeader(
                    userId,
                    1,
                    epoch,
                    EpochReason.TAKEOVER,
                    index + 1,
                    head,
                    sequence,
                    author.publicKey(),
                    Optional.empty(),
                    accumulator.digest(),
                    state.size(),
                    2_000 + index))
            .sign(author);
    moved(opened);
    epochOpened = last;
    return opened;
  }

  /** Opens the next epoch on a base, which replaces whatever the log came to. */
  public EpochOpened rebase(Bytes manifestSha256) {
    open.clear();
    openOperations = 0;
    epoch++;
    EpochOpened opened =
        new EpochDraft(
                new EpochHeader(
                    userId,
                    1,
                    epoch,
                    EpochReason.REBASE,
                    index + 1,
                    head,
                    sequence,
                    author.publicKey(),
                    Optional.of(manifestSha256),
                    accumulator.digest(),
                    state.size(),
                    3_000 + index))
            .sign(author);
    moved(opened);
    epochOpened = last;
    return opened;
  }

  /**
   * A commit of one put whose signed digest is not that of the state: a keyserver that went wrong.
   */
  public Commit wrongCommit(Change change, boolean wrongDigest) {
    Operation operation =
        new Operation(
            change.tag(),
            change.sealed(),
            wrongDigest
                ? Optional.ofNullable(state.get(change.tag())).map(LiveEntry::element)
                : Optional.of(Sha256.hash(Bytes.utf8("what was never there"))));
    NumberedOperation number = NumberedOperation.of(userId, 1, epoch, sequence + 1, operation);
    StateAccumulator lie = accumulator.copy();
    operation.replaces().ifPresent(lie::subtract);
    number.element().ifPresent(lie::add);
    if (wrongDigest) {
      lie.add(Sha256.hash(Bytes.utf8("one too many")));
    }
    Commit commit =
        new CommitDraft(
                userId,
                1,
                epoch,
                index + 1,
                head,
                sequence,
                List.of(1),
                0,
                List.of(number),
                lie.digest(),
                state.size() + (operation.replaces().isPresent() ? 0 : 1),
                4_000 + index)
            .sign(author);
    sequence++;
    moved(commit);
    return commit;
  }

  public long index() {
    return index;
  }

  public long epoch() {
    return epoch;
  }

  /** A random change: a put of a new or an existing tag, or a delete. */
  public Change randomChange(Random random, int tags, int maxBytes) {
    Bytes tag = tag(random.nextInt(tags));
    boolean exists = open.containsKey(tag) ? open.get(tag).isPresent() : state.containsKey(tag);
    if (exists && random.nextInt(3) == 0) {
      return new Change(tag, Optional.empty());
    }
    return new Change(tag, Optional.of(random(random, 40 + random.nextInt(maxBytes))));
  }

  /** A tag for a number, spread over all values. */
  public static Bytes tag(int number) {
    return Sha256.hash(Bytes.utf8("tag " + number));
  }

  public static Bytes random(Random random, int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return Bytes.wrap(bytes);
  }

  private void finishTransaction() {
    open.forEach((tag, after) -> {
      LiveEntry before = state.get(tag);
      if (before != null) {
        accumulator.subtract(before.element());
        state.remove(tag);
      }
      after.ifPresent(entry -> {
        accumulator.add(entry.element());
        state.put(tag, entry);
      });
    });
    open.clear();
    openOperations = 0;
    sequence++;
  }

  private void moved(LogRecord record) {
    index = record.index();
    head = record.head();
    last = record.signedHeader();
  }
}
