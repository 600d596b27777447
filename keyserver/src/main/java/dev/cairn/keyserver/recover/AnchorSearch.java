package dev.cairn.keyserver.recover;

import dev.cairn.crypto.AuthorPublicKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.journal.checkpoint.Checkpoint;
import dev.cairn.journal.judge.Authenticator;
import dev.cairn.journal.judge.SnapshotAnchor;
import dev.cairn.journal.record.LogRecord;
import dev.cairn.keyserver.publish.LogExtent;
import dev.cairn.keyserver.service.LogPage;
import dev.cairn.keyserver.service.LogRecordBytes;
import dev.cairn.keyserver.service.LogTruncatedException;
import java.util.Optional;
import java.util.OptionalLong;

/** Finds records in a log whose offsets are only hints. */
final class AnchorSearch {
  /**
   * Where a reader with a snapshot begins.
   *
   * @param offset first one to be judged
   * @param asHinted whether the manifest's position was right
   */
  record Start(long offset, boolean asHinted) {}

  /** Resent records shift what follows them to greater offsets: a guess begins a little before. */
  private static final long GUESS_MARGIN = 64;

  private final Access access;
  private final Authenticator authenticator;
  private final LogExtent extent;

  AnchorSearch(Access access, Authenticator authenticator, LogExtent extent) {
    this.access = access;
    this.authenticator = authenticator;
    this.extent = extent;
  }

  /**
   * Behind the record before the hinted position, if that is the anchor's; otherwise behind its
   * first copy in the log; where there is none, at the log's start.
   *
   * @throws CandidateBrokenException if another record has its place in the log, which does not
   *     hold it: it is dead
   */
  Start startOf(SnapshotAnchor anchor, long hint)
      throws LogTruncatedException, CandidateBrokenException {
    if (hint - 1 >= extent.startOffset() && hint <= extent.endOffset()) {
      LogPage page = page(hint - 1);
      if (!page.records().isEmpty()
          && page.records().get(0).offset() == hint - 1
          && isCopy(anchor, page.records().get(0).value())) {
        return new Start(hint, true);
      }
    }
    Checkpoint place = Checkpoint.of(anchor.position());
    OptionalLong takenAt = OptionalLong.empty();
    Advance advance = new Advance();
    for (long from = extent.startOffset(); from < extent.endOffset(); ) {
      LogPage page = page(from);
      for (LogRecordBytes bytes : page.records()) {
        Optional<LogRecord> record = authentic(bytes.value(), anchor.position().author());
        record.ifPresent(it -> advance.meet(place(it)));
        if (record.filter(anchor::isCopy).isPresent()) {
          return new Start(bytes.offset() + 1, false);
        }
        if (takenAt.isEmpty() && record.filter(it -> place(it).isSamePlaceAs(place)).isPresent()) {
          takenAt = OptionalLong.of(bytes.offset());
        }
      }
      if (page.nextOffset() == from) {
        break;
      }
      from = page.nextOffset();
      advance.pageEndsBefore(page);
    }
    if (takenAt.isPresent()) {
      throw new CandidateBrokenException(
          "its record, index "
              + place.index()
              + ", is not in the log, where another one stands in its place at offset "
              + takenAt.getAsLong());
    }
    return new Start(extent.startOffset(), hint <= extent.startOffset());
  }

  /**
   * Looks, before where the judging begins, for an authentic record in the place of a checkpoint.
   *
   * @return the head that stands there: the checkpoint's own, if any copy of it is there
   */
  Optional<Bytes> headInPlaceOf(Checkpoint known, AuthorPublicKey author, long beforeOffset)
      throws LogTruncatedException {
    Optional<Bytes> other = Optional.empty();
    Advance advance = new Advance();
    long from = firstGuess(known, author, beforeOffset);
    while (from < beforeOffset) {
      LogPage page = page(from);
      for (LogRecordBytes bytes : page.records()) {
        Optional<LogRecord> record =
            bytes.offset() < beforeOffset ? authentic(bytes.value(), author) : Optional.empty();
        record.ifPresent(it -> advance.meet(place(it)));
        if (record.isPresent() && place(record.get()).isSamePlaceAs(known)) {
          if (record.get().head().equals(known.head())) {
            return Optional.of(known.head());
          }
          other = Optional.of(record.get().head());
        }
      }
      if (page.nextOffset() == from) {
        break;
      }
      from = page.nextOffset();
      advance.pageEndsBefore(page);
    }
    return other;
  }

  /** The first record says how far the checkpoint's lies behind it, at least. */
  private long firstGuess(Checkpoint known, AuthorPublicKey author, long beforeOffset)
      throws LogTruncatedException {
    long from = extent.startOffset();
    if (from >= beforeOffset) {
      return beforeOffset;
    }
    for (LogRecordBytes bytes : page(from).records()) {
      Optional<LogRecord> first = authentic(bytes.value(), author);
      if (first.isPresent()) {
        long behind = known.index() - first.get().index();
        return behind < 0 ? beforeOffset : Math.max(from, bytes.offset() + behind - GUESS_MARGIN);
      }
    }
    return from;
  }

  private static Checkpoint place(LogRecord record) {
    return new Checkpoint(record.keyVersion(), record.epoch(), record.index(), record.head());
  }

  private Optional<LogRecord> authentic(Bytes value, AuthorPublicKey author) {
    return authenticator
        .examine(value)
        .record()
        .filter(record -> record.signedHeader().isSignedBy(author));
  }

  private boolean isCopy(SnapshotAnchor anchor, Bytes value) {
    return authenticator.examine(value).record().filter(anchor::isCopy).isPresent();
  }

  private LogPage page(long from) throws LogTruncatedException {
    Access.TokenCall<LogPage, LogTruncatedException> read =
        token -> access.backup().records(token, from);
    return access.call(read);
  }

  /** Whether a log brings records of later places, page by page. */
  private static final class Advance {
    private final EndlessLog endless = new EndlessLog();
    private Optional<Checkpoint> furthest = Optional.empty();
    private boolean advanced;

    void meet(Checkpoint place) {
      if (furthest.isEmpty() || furthest.get().isBefore(place)) {
        furthest = Optional.of(place);
        advanced = true;
      }
    }

    void pageEndsBefore(LogPage page) {
      endless.read(advanced, page.bytes(), page.nextOffset());
      advanced = false;
    }
  }
}
