package dev.cairn.compactor.work;

import dev.cairn.compactor.catalog.PublishedSnapshot;
import dev.cairn.compactor.catalog.SnapshotCatalog;
import dev.cairn.compactor.log.LogEntry;
import dev.cairn.compactor.log.LogExtent;
import dev.cairn.compactor.log.LogUnavailableException;
import dev.cairn.compactor.log.UserLog;
import dev.cairn.crypto.StateAccumulator;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.judge.Authenticator;
import dev.cairn.journal.judge.ChainPosition;
import dev.cairn.journal.judge.Examined;
import dev.cairn.journal.judge.Judge;
import dev.cairn.journal.judge.Judgement;
import dev.cairn.journal.judge.TrustedKeys;
import dev.cairn.journal.judge.Verdict;
import dev.cairn.journal.merge.MergeMismatch;
import dev.cairn.journal.merge.MergeMismatchException;
import dev.cairn.journal.merge.PreviousSnapshot;
import dev.cairn.journal.merge.Tail;
import dev.cairn.journal.record.EpochHeader;
import dev.cairn.journal.record.EpochOpened;
import dev.cairn.journal.record.LogRecord;
import dev.cairn.journal.record.SignedHeader;
import dev.cairn.journal.snapshot.SnapshotBrokenException;
import dev.cairn.journal.state.StateFold;
import dev.cairn.journal.state.StateMismatch;
import dev.cairn.journal.state.StateMismatchException;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a log from a snapshot, or from genesis, to its end: judges every record, folds the state,
 * collects what a merge needs, and finds the newest clean record. Not thread-safe.
 */
final class TailScan {
  /**
   * The record that the next snapshot is the state of.
   *
   * @param position offset after it
   */
  record Target(SignedHeader last, SignedHeader epochOpened, long position) {}

  private final Authenticator authenticator;
  private final SnapshotCatalog catalog;
  private final UserId userId;
  private final Optional<PublishedSnapshot> from;
  private final Optional<Quarantine.Entry> quarantine;
  private final Tail tail;

  private Judge judge;
  private StateFold fold;
  private boolean anchored;
  private Optional<PreviousSnapshot> previous;
  private Optional<Target> target = Optional.empty();
  private Optional<MergeMismatch> mismatch = Optional.empty();
  private Optional<SnapshotBrokenException> brokenBase = Optional.empty();
  private boolean lifted;
  private long records;
  private long bytes;
  private final Map<Verdict, Long> verdicts = new EnumMap<>(Verdict.class);
  private Optional<LogExtent> read = Optional.empty();

  TailScan(
      Authenticator authenticator,
      SnapshotCatalog catalog,
      UserId userId,
      Optional<PublishedSnapshot> from,
      Optional<Quarantine.Entry> quarantine,
      Tail tail) {
    this.authenticator = authenticator;
    this.catalog = catalog;
    this.userId = userId;
    this.from = from;
    this.quarantine = quarantine;
    this.tail = tail;
    this.judge = newJudge();
    this.fold = newFold();
    this.previous = newPrevious();
  }

  /** Reads to the end of the extent. */
  void run(UserLog log, LogExtent extent) throws IOException {
    begin();
    long start = extent.start();
    if (from.isPresent()) {
      long hint = from.get().manifest().position();
      if (hint > extent.start() && hint <= extent.end() && isCopyAt(log, hint - 1)) {
        anchored = true;
        start = hint;
      }
    } else {
      anchored = true;
    }
    read = Optional.of(new LogExtent(start, extent.end()));
    log.<IOException>read(
        start,
        extent.end(),
        entries -> {
          List<Examined> examined =
              authenticator.examineAll(
                  entries.stream().map(LogEntry::value).toList(), judge.candidateKeys());
          for (int i = 0; i < entries.size(); i++) {
            bytes += entries.get(i).value().size();
            take(entries.get(i).offset(), examined.get(i));
          }
          return true;
        });
  }

  /**
   * The newest clean record behind the snapshot, if there is one and the state up to it is what was
   * signed.
   */
  Optional<Target> target() {
    return target;
  }

  /** What the target's tail goes on from. */
  Optional<PreviousSnapshot> previous() {
    return previous;
  }

  Tail tail() {
    return tail;
  }

  Judge judge() {
    return judge;
  }

  /** Why the accepted records do not come to what was signed. */
  Optional<MergeMismatch> mismatch() {
    return mismatch;
  }

  /** The base that an accepted EpochOpened names, where it does not hold. */
  Optional<SnapshotBrokenException> brokenBase() {
    return brokenBase;
  }

  /** Whether a rebase ends the quarantine that the user was in. */
  boolean isQuarantineLifted() {
    return lifted;
  }

  /** Whether the snapshot's record was met, or is behind the log's start. */
  boolean isAnchored(LogExtent extent) {
    return anchored || from.isEmpty() || from.get().manifest().position() <= extent.start();
  }

  /** The epoch in force. */
  long epoch() {
    return judge.position().map(ChainPosition::epoch).orElse(0L);
  }

  /** Records that were read. */
  long records() {
    return records;
  }

  /** Bytes that were read. */
  long bytes() {
    return bytes;
  }

  /** How the records were judged, where any were. */
  Map<Verdict, Long> verdicts() {
    return Map.copyOf(verdicts);
  }

  /** The part of the log that was read, once it was begun. */
  Optional<LogExtent> read() {
    return read;
  }

  private void begin() throws IOException {
    tail.clear();
    judge = newJudge();
    fold = newFold();
    previous = newPrevious();
    target = Optional.empty();
    brokenBase = Optional.empty();
    mismatch = quarantine.map(it -> new MergeMismatch(MergeMismatch.Kind.DIGEST, 0, it.detail()));
    lifted = false;
    from.ifPresent(snapshot -> {
      if (snapshot.anchor().epochOpened().header() instanceof EpochHeader opened
          && opened.base().isPresent()) {
        lift(opened.epoch());
      }
    });
  }

  private void take(long offset, Examined examined) throws IOException {
    records++;
    if (!anchored
        && examined.record().isPresent()
        && from.isPresent()
        && from.get().anchor().isCopy(examined.record().get())) {
      anchored = true;
      begin();
      return;
    }
    Judgement judgement = judge.judge(offset, examined);
    verdicts.merge(judgement.verdict(), 1L, Long::sum);
    if (judgement.accepted().isPresent()) {
      accept(offset, judgement.accepted().get(), judgement.clean());
    }
  }

  private void accept(long offset, LogRecord record, boolean clean) throws IOException {
    if (record instanceof EpochOpened opened && opened.base().isPresent()) {
      replace(opened, clean);
    } else if (mismatch.isEmpty() && brokenBase.isEmpty()) {
      fold(offset, record, clean);
    }
    if (clean && mismatch.isEmpty() && brokenBase.isEmpty()) {
      target =
          Optional.of(
              new Target(record.signedHeader(), judge.epochOpened().orElseThrow(), offset + 1));
    }
  }

  private void fold(long offset, LogRecord record, boolean clean) throws IOException {
    try {
      fold.apply(offset, record);
      tail.accept(record, clean);
    } catch (StateMismatchException e) {
      mismatch = Optional.of(describe(e.mismatch()));
    } catch (MergeMismatchException e) {
      mismatch = Optional.of(e.mismatch());
    }
  }

  private void replace(EpochOpened opened, boolean clean) throws IOException {
    target = Optional.empty();
    try {
      SnapshotCatalog.Base base = catalog.readBase(userId, opened);
      fold =
          StateFold.from(
              StateAccumulator.fromBytes(base.verifier().manifest().accumulator()),
              base.verifier().manifest().entries());
      previous = Optional.of(new PreviousSnapshot(base.verifier(), base.source()));
      brokenBase = Optional.empty();
      lift(opened.epoch());
      tail.accept(opened, clean);
    } catch (SnapshotBrokenException e) {
      brokenBase = Optional.of(e);
    } catch (MergeMismatchException e) {
      mismatch = Optional.of(e.mismatch());
    }
  }

  /**
   * A base replaces whatever was wrong before it; a quarantine ends with one that opens a later
   * epoch.
   */
  private void lift(long epoch) {
    if (quarantine.isEmpty() || epoch > quarantine.get().epoch()) {
      mismatch = Optional.empty();
      lifted = quarantine.isPresent();
    }
  }

  private boolean isCopyAt(UserLog log, long offset) throws LogUnavailableException {
    boolean[] copy = {false};
    log.<RuntimeException>read(
        offset,
        offset + 1,
        entries -> {
          for (LogEntry entry : entries) {
            copy[0] |=
                authenticator
                    .examine(entry.value())
                    .record()
                    .filter(from.orElseThrow().anchor()::isCopy)
                    .isPresent();
          }
          return true;
        });
    return copy[0];
  }

  private Judge newJudge() {
    return from.map(it -> Judge.fromSnapshot(authenticator, it.anchor(), TrustedKeys.none()))
        .orElseGet(() -> Judge.fromGenesis(authenticator, userId, TrustedKeys.none()));
  }

  private StateFold newFold() {
    return from.map(it ->
            StateFold.from(
                StateAccumulator.fromBytes(it.manifest().accumulator()), it.manifest().entries()))
        .orElseGet(StateFold::empty);
  }

  private Optional<PreviousSnapshot> newPrevious() {
    return from.map(it -> new PreviousSnapshot(it.verifier(), it.source()));
  }

  private static MergeMismatch describe(StateMismatch state) {
    MergeMismatch.Kind kind =
        switch (state.kind()) {
          case DIGEST, BASE_DIGEST -> MergeMismatch.Kind.DIGEST;
          case COUNT, BASE_COUNT -> MergeMismatch.Kind.COUNT;
        };
    return new MergeMismatch(kind, state.index(), state.describe());
  }
}
