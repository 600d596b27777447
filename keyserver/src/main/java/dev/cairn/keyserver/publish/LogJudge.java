package dev.cairn.keyserver.publish;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.judge.AnchorBrokenException;
import dev.cairn.journal.judge.Authenticator;
import dev.cairn.journal.judge.ChainPosition;
import dev.cairn.journal.judge.Examined;
import dev.cairn.journal.judge.Judge;
import dev.cairn.journal.judge.Judgement;
import dev.cairn.journal.judge.SnapshotAnchor;
import dev.cairn.journal.judge.TrustedKeys;
import dev.cairn.journal.judge.Verdict;
import dev.cairn.journal.record.EpochHeader;
import dev.cairn.journal.record.LogRecord;
import dev.cairn.journal.record.SignedHeader;
import dev.cairn.keyserver.error.FencedException;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.publish.ConnectionSource.KnownSnapshot;
import dev.cairn.keyserver.publish.LogPort.LogBatch;
import dev.cairn.keyserver.publish.LogPort.LogEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what of our own records the log has accepted, by judging it as every reader does.
 *
 * <table>
 * <caption>Where it starts</caption>
 * <tr><th>the log</th><th>judged from</th></tr>
 * <tr><td>holds the last acknowledged record where it stood, or starts right behind it</td><td>that record</td></tr>
 * <tr><td>starts with genesis otherwise: a broker lost what was acknowledged, or nothing was yet</td><td>genesis</td></tr>
 * <tr><td>starts later otherwise</td><td>the oldest snapshot; where the chain does not reach the newest one, that
 * one, if its record is ours</td></tr>
 * </table>
 */
final class LogJudge {
  private static final Logger LOG = LoggerFactory.getLogger(LogJudge.class);

  private final UserId userId;
  private final TrustedKeys trusted;
  private final SignedHeader epochOpened;
  private final Outbox outbox;
  private final ConnectionSource service;
  private final Authenticator authenticator = Authenticator.withBuiltInSchemas();

  /**
   * What judging came to.
   *
   * @param index our newest record that the log has accepted, or one before the oldest that we
   *     could send
   * @param head of the log's newest accepted record
   * @param mark our newest accepted record after which no transaction is unfinished, if one was met
   * @param endOffset up to where the log was judged
   */
  record Found(long index, Optional<Bytes> head, Optional<AcknowledgedMark> mark, long endOffset) {}

  LogJudge(
      UserId userId,
      TrustedKeys trusted,
      SignedHeader epochOpened,
      Outbox outbox,
      ConnectionSource service) {
    this.userId = userId;
    this.trusted = trusted;
    this.epochOpened = epochOpened;
    this.outbox = outbox;
    this.service = service;
  }

  /**
   * Judges the log to its end.
   *
   * @param known where the backup was known to stand
   * @throws FencedException if a record was accepted that is not ours
   */
  Found judge(LogPort log, Optional<AcknowledgedMark> known) {
    LogExtent extent = log.extent();
    if (known.isPresent()
        && outbox.openingAt(known.get().index()).isPresent()
        && stands(log, extent, known.get())) {
      AcknowledgedMark mark = known.get();
      return walk(
          Judge.fromSnapshot(authenticator, anchor(mark.index()), trusted),
          log,
          mark.nextOffset(),
          extent,
          mark.index(),
          known);
    }
    known.ifPresent(mark ->
        LOG.warn(
            "The log holds offsets {} to {} and not what was acknowledged at {}: judging it anew",
            extent.startOffset(),
            extent.endOffset(),
            mark.offset()));
    return relocate(log, extent);
  }

  /**
   * Whether the acknowledged record is where it was, or was truncated together with nothing behind
   * it.
   */
  private boolean stands(LogPort log, LogExtent extent, AcknowledgedMark mark) {
    if (mark.index() < outbox.firstIndex() || mark.index() > outbox.durableIndex()) {
      return false;
    }
    if (extent.startOffset() == mark.nextOffset()) {
      return true;
    }
    if (mark.offset() < extent.startOffset() || mark.offset() >= extent.endOffset()) {
      return false;
    }
    List<LogEntry> there = log.read(mark.offset(), mark.nextOffset()).entries();
    return !there.isEmpty()
        && there.get(0).offset() == mark.offset()
        && isOurs(mark.index(), there.get(0).value());
  }

  private SnapshotAnchor anchor(long index) {
    try {
      SignedHeader record = outbox.signedHeader(index);
      SignedHeader known = outbox.openingAt(index).orElseThrow();
      SignedHeader opening = record.header().index() == known.header().index() ? record : known;
      return SnapshotAnchor.of(userId, record, opening, trusted);
    } catch (AnchorBrokenException e) {
      throw new IntegrityException(
          "Record "
              + index
              + " in the commit files is not what this keyserver signed: "
              + e.getMessage()
              + ". What is backed up is safe: recover into a new home",
          e);
    }
  }

  private Found relocate(LogPort log, LogExtent extent) {
    List<KnownSnapshot> snapshots = service.snapshots();
    if (!snapshots.isEmpty()) {
      requireOurs(snapshots.get(0).lastRecord());
    }
    Found found;
    if (extent.startOffset() == 0 || snapshots.isEmpty()) {
      found =
          walk(
              Judge.fromGenesis(authenticator, userId, trusted),
              log,
              extent.startOffset(),
              extent,
              -1,
              Optional.empty());
    } else {
      found = walkFrom(snapshots.get(snapshots.size() - 1), log, extent);
    }
    if (!snapshots.isEmpty()
        && snapshots.get(0).lastRecord().header().index() > found.index()
        && !(isBase(snapshots.get(0)) && goesOnFrom(found))) {
      found = walkFrom(snapshots.get(0), log, extent);
    }
    if (found.index() + 1 < outbox.firstIndex()) {
      throw new IntegrityException(
          "The log has lost records that this keyserver no longer holds: it goes up to record "
              + found.index()
              + ", and the oldest one that can be sent again is "
              + outbox.firstIndex()
              + ". Nothing new can be backed up: the state must be uploaded anew");
    }
    if (found.index() + 1 == outbox.firstIndex() && found.head().isPresent()) {
      Bytes expected = outbox.signedHeader(outbox.firstIndex()).header().previousHead();
      if (!found.head().get().equals(expected)) {
        throw new FencedException(
            "The log went on without this keyserver: record "
                + found.index()
                + " is not the one that this home goes on from");
      }
    }
    return found;
  }

  /**
   * Whether the snapshot is nothing but a base, which is published before its opening is sent.
   * Where the log still holds the chain before it, sending goes on from there: readers with older
   * snapshots reach it, too.
   */
  private static boolean isBase(KnownSnapshot snapshot) {
    return snapshot.lastRecord().header() instanceof EpochHeader opening
        && opening.base().isPresent();
  }

  /** Whether the log holds our chain up to a record, and we everything behind it. */
  private boolean goesOnFrom(Found found) {
    return found.index() + 1 >= outbox.firstIndex()
        && found.index() + 1 <= outbox.durableIndex()
        && (found.head().isPresent()
            ? outbox
                .signedHeader(found.index() + 1)
                .header()
                .previousHead()
                .equals(found.head().get())
            : outbox.firstIndex() == 0);
  }

  /**
   * Judges from a snapshot: behind the first copy of its record in the log, or from the log's
   * start.
   */
  private Found walkFrom(KnownSnapshot snapshot, LogPort log, LogExtent extent) {
    SnapshotAnchor anchor;
    try {
      anchor = SnapshotAnchor.of(userId, snapshot.lastRecord(), snapshot.epochOpened(), trusted);
    } catch (AnchorBrokenException e) {
      throw new IntegrityException(
          "A snapshot at the provider is not what its owner signed: " + e.getMessage(), e);
    }
    long index = anchor.position().index();
    requireOurs(snapshot.lastRecord());
    long from = extent.startOffset();
    Optional<AcknowledgedMark> mark = Optional.empty();
    for (long at = from; at < extent.endOffset() && mark.isEmpty(); ) {
      LogBatch batch = log.read(at, extent.endOffset());
      for (LogEntry entry : batch.entries()) {
        Optional<LogRecord> record = authenticator.examine(entry.value()).record();
        if (record.isPresent() && anchor.isCopy(record.get())) {
          mark = Optional.of(new AcknowledgedMark(index, entry.offset()));
          break;
        }
      }
      at = batch.nextOffset();
    }
    long start = mark.map(AcknowledgedMark::nextOffset).orElse(from);
    return walk(
        Judge.fromSnapshot(authenticator, anchor, trusted), log, start, extent, index, mark);
  }

  private Found walk(
      Judge judge,
      LogPort log,
      long from,
      LogExtent extent,
      long startIndex,
      Optional<AcknowledgedMark> startMark) {
    long index = startIndex;
    Optional<AcknowledgedMark> mark = startMark;
    long at = from;
    while (at < extent.endOffset()) {
      LogBatch batch = log.read(at, extent.endOffset());
      List<Bytes> values = new ArrayList<>(batch.entries().size());
      batch.entries().forEach(entry -> values.add(entry.value()));
      List<Examined> examined = authenticator.examineAll(values, judge.candidateKeys());
      for (int i = 0; i < examined.size(); i++) {
        LogEntry entry = batch.entries().get(i);
        Judgement judgement = judge.judge(entry.offset(), examined.get(i));
        Optional<LogRecord> accepted = judgement.accepted();
        if (accepted.isPresent()) {
          requireOurs(accepted.get(), entry.value());
          index = accepted.get().index();
          if (accepted.get().header().openOperations() == 0) {
            mark = Optional.of(new AcknowledgedMark(index, entry.offset()));
          }
        } else if (judgement.verdict() != Verdict.PASSED) {
          LOG.warn(
              "Offset {} of the log is {} and without effect: {}",
              entry.offset(),
              judgement.verdict(),
              judgement.reason());
        }
      }
      at = batch.nextOffset();
    }
    if (judge.isDamaged()) {
      LOG.warn(
          "The log is damaged up to offset {}; sending goes on, which heals what it can",
          extent.endOffset());
    }
    return new Found(
        index, judge.position().map(ChainPosition::head), mark, Math.max(at, extent.endOffset()));
  }

  private void requireOurs(LogRecord accepted, Bytes value) {
    long index = accepted.index();
    if (index < outbox.firstIndex() && accepted.epoch() <= epochOpened.header().epoch()) {
      return; // older than anything we could compare with; what follows shows whether it is ours
    }
    if (index < outbox.firstIndex() || index > outbox.durableIndex() || !isOurs(index, value)) {
      throw foreign(accepted.signedHeader());
    }
  }

  private void requireOurs(SignedHeader record) {
    long index = record.header().index();
    if (index < outbox.firstIndex() && record.header().epoch() <= epochOpened.header().epoch()) {
      return;
    }
    if (index < outbox.firstIndex()
        || index > outbox.durableIndex()
        || !outbox.signedHeader(index).head().equals(record.head())) {
      throw foreign(record);
    }
  }

  private boolean isOurs(long index, Bytes value) {
    if (outbox.record(index).equals(value)) {
      return true;
    }
    // The same record may have been framed with another schema id: its head tells.
    @Nullable LogRecord record = authenticator.examine(value).record().orElse(null);
    return record != null && record.head().equals(outbox.signedHeader(index).head());
  }

  private FencedException foreign(SignedHeader record) {
    return new FencedException(
        "The log went on without this keyserver: record "
            + record.header().index()
            + " (epoch "
            + record.header().epoch()
            + ") was accepted from another writer that holds the same keys");
  }
}
