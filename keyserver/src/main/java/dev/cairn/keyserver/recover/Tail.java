package dev.cairn.keyserver.recover;

import dev.cairn.crypto.AuthorPublicKey;
import dev.cairn.journal.checkpoint.Checkpoint;
import dev.cairn.journal.checkpoint.FloorCheck;
import dev.cairn.journal.checkpoint.FloorViolation;
import dev.cairn.journal.judge.Authenticator;
import dev.cairn.journal.judge.ChainPosition;
import dev.cairn.journal.judge.Damage;
import dev.cairn.journal.judge.Examined;
import dev.cairn.journal.judge.Judge;
import dev.cairn.journal.judge.Judgement;
import dev.cairn.journal.record.EpochOpened;
import dev.cairn.journal.record.LogRecord;
import dev.cairn.journal.state.StateFold;
import dev.cairn.journal.state.StateMismatchException;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.service.LogPage;
import dev.cairn.keyserver.service.LogRecordBytes;
import dev.cairn.keyserver.service.LogTruncatedException;
import dev.cairn.keyserver.setup.OpenedEpoch;
import dev.cairn.keyserver.state.RecordApplier;
import java.util.List;
import java.util.Optional;

/**
 * Reads the log behind a snapshot, or from its start: judges every record, folds the accepted ones
 * and applies them to the store. Goes on where it stopped, so that a takeover can read what came
 * meanwhile.
 */
final class Tail {
  /** Hears how far the log is judged. */
  interface TailListener {
    /**
     * So much is judged.
     *
     * @param nextOffset behind the last record that was judged
     * @param accepted how many of them are of the chain
     */
    void judged(long nextOffset, long accepted);
  }

  private final Access access;
  private final Authenticator authenticator;
  private final Judge judge;
  private final StateFold fold;
  private final RecordApplier applier;
  private final List<FloorCheck> floors;
  private final TailListener listener;
  private Optional<OpenedEpoch> opened = Optional.empty();
  private Optional<Judgement> firstRefused = Optional.empty();
  private long next;
  private long accepted;
  private final EndlessLog endless = new EndlessLog();

  /**
   * A tail that nothing is read of yet.
   *
   * @param from where to read first
   * @param listener hears how far the log is judged
   */
  Tail(
      Access access,
      Authenticator authenticator,
      Judge judge,
      StateFold fold,
      RecordApplier applier,
      List<FloorCheck> floors,
      long from,
      TailListener listener) {
    this.access = access;
    this.authenticator = authenticator;
    this.judge = judge;
    this.fold = fold;
    this.applier = applier;
    this.floors = floors;
    this.next = from;
    this.listener = listener;
    judge.position().map(Checkpoint::of).ifPresent(this::meet);
  }

  /**
   * Reads up to that offset at least.
   *
   * @throws CandidateBrokenException if a record is not what was signed, or the log ends before
   */
  void readTo(long endOffset) throws CandidateBrokenException, LogTruncatedException {
    while (next < endOffset) {
      long before = next;
      LogPage page = readPage();
      if (next == before) {
        throw new CandidateBrokenException(
            "the log ends at offset "
                + page.endOffset()
                + ", before offset "
                + endOffset
                + " that it has been said to reach");
      }
    }
  }

  /** Reads until there is nothing more, for now. */
  void readToEnd() throws CandidateBrokenException, LogTruncatedException {
    LogPage page;
    do {
      page = readPage();
    } while (next < page.endOffset());
  }

  /** Where the chain stands; it has at least its genesis. */
  ChainPosition position() throws CandidateBrokenException {
    return judge
        .position()
        .orElseThrow(() ->
            new CandidateBrokenException(
                firstRefused
                    .map(first ->
                        "the log does not begin with the owner's genesis: at offset "
                            + first.offset()
                            + " stands a record that is not it ("
                            + first.reason()
                            + ")")
                    .orElse("the log holds no record, not even its genesis")));
  }

  Optional<Damage> damage() {
    return judge.damage();
  }

  /** The record that opened the epoch in force, if it was read here. */
  Optional<OpenedEpoch> opened() {
    return opened;
  }

  /** How many records were accepted here. */
  long accepted() {
    return accepted;
  }

  long nextOffset() {
    return next;
  }

  StateFold fold() {
    return fold;
  }

  RecordApplier applier() {
    return applier;
  }

  /** What is known of the chain and does not hold. */
  Optional<FloorViolation> floorViolation() throws CandidateBrokenException {
    ChainPosition end = position();
    return floors.stream().flatMap(floor -> floor.result(end).stream()).findFirst();
  }

  /** Whether the chain ends under the author key that the owner derived. */
  boolean endsUnder(AuthorPublicKey own) throws CandidateBrokenException {
    return position().author().equals(own);
  }

  private LogPage readPage() throws CandidateBrokenException, LogTruncatedException {
    long from = next;
    Access.TokenCall<LogPage, LogTruncatedException> read =
        token -> access.backup().records(token, from);
    LogPage page = access.call(read);
    long acceptedBefore = accepted;
    List<Examined> examined =
        authenticator.examineAll(
            page.records().stream().map(LogRecordBytes::value).toList(), judge.candidateKeys());
    for (int i = 0; i < examined.size(); i++) {
      take(page.records().get(i), examined.get(i));
    }
    next = page.nextOffset();
    listener.judged(next, accepted);
    endless.read(accepted > acceptedBefore, page.bytes(), next);
    return page;
  }

  private void take(LogRecordBytes bytes, Examined examined) throws CandidateBrokenException {
    long offset = bytes.offset();
    Judgement judgement = judge.judge(offset, examined);
    if (judgement.accepted().isEmpty()) {
      if (firstRefused.isEmpty()) {
        firstRefused = Optional.of(judgement);
      }
      return;
    }
    LogRecord record = judgement.accepted().get();
    try {
      fold.apply(offset, record);
      applier.apply(record);
    } catch (StateMismatchException e) {
      throw new CandidateBrokenException(e.mismatch().describe(), e);
    } catch (IntegrityException e) {
      throw new CandidateBrokenException(
          "at offset " + offset + ", index " + record.index() + ": " + e.getMessage(), e);
    }
    accepted++;
    if (record instanceof EpochOpened) {
      opened = Optional.of(new OpenedEpoch(record.index(), bytes.value(), offset));
    }
    meet(Checkpoint.of(judge.position().orElseThrow()));
  }

  private void meet(Checkpoint record) {
    floors.forEach(floor -> floor.meet(record));
  }
}
