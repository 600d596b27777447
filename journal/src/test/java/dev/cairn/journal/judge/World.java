package dev.cairn.journal.judge;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Sha256;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.record.CommitDraft;
import dev.cairn.journal.record.EpochDraft;
import dev.cairn.journal.record.EpochHeader;
import dev.cairn.journal.record.EpochOpened;
import dev.cairn.journal.record.EpochReason;
import dev.cairn.journal.record.LogRecord;
import dev.cairn.journal.record.Operation;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** One user's log and the keyservers that write to it, driven event by event. */
final class World {
  static final UserId USER = new UserId("abcdefghijklmnopqrstuvwxyz");

  /**
   * What can happen. A digit says to which keyserver: 0 is in charge, 1 is a clone, or the one
   * taken over from.
   */
  enum Event {
    WRITE_0,
    WRITE_1,
    /** Never reaches the log. */
    LOSE_0,
    LOSE_1,
    /** Reaches the log, its acknowledgement gets lost. */
    UNSURE_0,
    UNSURE_1,
    /** Judges the log and sends everything that is not in it. */
    RESEND_0,
    RESEND_1,
    /** A transaction of two records. */
    SPAN_0,
    /** The first record of such a transaction; the other one is lost. */
    HALF_SPAN_0,
    /** The home is copied and runs twice. */
    CLONE,
    /** Another keyserver takes over; the one before becomes keyserver 1 and does not know. */
    TAKEOVER,
    /** Another keyserver reads the log, and opens its epoch only at the next takeover. */
    PREPARE_TAKEOVER,
    ROTATE,
    REBASE,
    /** The broker loses its last record. */
    LOSE_TAIL
  }

  final List<LogRecord> log = new ArrayList<>();

  /** Heads of what was acknowledged at contiguous offsets or judged to be accepted, in order. */
  final Set<Bytes> acknowledged = new LinkedHashSet<>();

  /** Everything that was ever signed. */
  final List<LogRecord> signed = new ArrayList<>();

  /** Whether more than one keyserver ever wrote in one epoch, or wrote on after a takeover. */
  boolean contested;

  private final Function<String, Author> authors;
  private final SignatureCheck signatures;
  private final List<Writer> writers = new ArrayList<>();
  private Optional<Writer> prepared = Optional.empty();
  private int serial;
  private long grantedEpoch = 1;

  World(Function<String, Author> authors, SignatureCheck signatures) {
    this.authors = authors;
    this.signatures = signatures;
    Writer first = new Writer("first", authors.apply("key 1"), List.of());
    writers.add(first);
    EpochOpened genesis = EpochDraft.genesis(USER, first.author.publicKey(), 1).sign(first.author);
    first.take(genesis);
    signed.add(genesis);
    first.knownOffset = -1;
    land(first, genesis, true);
    event(Event.WRITE_0);
  }

  static World cheap() {
    return new World(Author::cheap, Author.CHEAP);
  }

  static World real() {
    return new World(Author::real, dev.cairn.crypto.AuthorPublicKey::verifies);
  }

  /** What does not apply now does nothing. */
  void event(Event event) {
    switch (event) {
      case WRITE_0 -> writer(0).ifPresent(it -> land(it, commit(it, 1, true), true));
      case WRITE_1 -> writer(1).ifPresent(it -> land(it, commit(it, 1, true), true));
      case LOSE_0 -> writer(0).ifPresent(it -> commit(it, 1, true));
      case LOSE_1 -> writer(1).ifPresent(it -> commit(it, 1, true));
      case UNSURE_0 -> writer(0).ifPresent(it -> land(it, commit(it, 1, true), false));
      case UNSURE_1 -> writer(1).ifPresent(it -> land(it, commit(it, 1, true), false));
      case RESEND_0 -> writer(0).ifPresent(this::resend);
      case RESEND_1 -> writer(1).ifPresent(this::resend);
      case SPAN_0 ->
          writer(0)
              .ifPresent(it -> {
                land(it, commit(it, 1, false), true);
                land(it, commit(it, 1, true), true);
              });
      case HALF_SPAN_0 ->
          writer(0)
              .ifPresent(it -> {
                land(it, commit(it, 1, false), true);
                commit(it, 1, true);
              });
      case CLONE ->
          writer(0)
              .ifPresent(it -> {
                Writer copy = it.copy("clone " + serial++);
                if (writers.size() == 1) {
                  writers.add(copy);
                } else {
                  writers.set(1, copy);
                }
                contested = true;
              });
      case PREPARE_TAKEOVER -> prepared = Optional.of(successor());
      case TAKEOVER -> takeOver();
      case ROTATE -> open(EpochReason.ROTATION);
      case REBASE -> open(EpochReason.REBASE);
      case LOSE_TAIL -> {
        if (log.size() > 1) {
          LogRecord lost = log.remove(log.size() - 1);
          if (!accepted().contains(lost)) {
            acknowledged.remove(lost.head());
          }
        }
      }
    }
  }

  /** The keyserver in charge sends until it has nothing left to send or gives up. */
  void settle() {
    event(Event.RESEND_0);
    event(Event.WRITE_0);
  }

  boolean isInChargeFenced() {
    return writers.get(0).fenced;
  }

  private Optional<Writer> writer(int number) {
    return writers.size() > number && !writers.get(number).fenced
        ? Optional.of(writers.get(number))
        : Optional.empty();
  }

  private LogRecord commit(Writer writer, int operations, boolean ends) {
    List<Operation> ops = new ArrayList<>();
    for (int i = 0; i < operations; i++) {
      Bytes tag = Sha256.hash(Bytes.utf8(writer.name + " " + serial++));
      ops.add(Operation.put(tag, Bytes.concat(tag, tag)));
    }
    List<Integer> transactionEnds = ends ? List.of(operations) : List.of();
    LogRecord record =
        new CommitDraft(
                USER,
                writer.keyVersion,
                writer.epoch,
                writer.last().index() + 1,
                writer.head(),
                writer.sequence,
                transactionEnds,
                ends ? 0 : writer.open + operations,
                CommitDraft.number(
                    USER, writer.keyVersion, writer.epoch, writer.sequence, transactionEnds, ops),
                writer.last().stateDigest(),
                writer.last().objectCount(),
                serial)
            .sign(writer.author);
    writer.take(record);
    signed.add(record);
    return record;
  }

  /** The record lands; the writer learns its offset or does not. */
  private void land(Writer writer, LogRecord record, boolean told) {
    log.add(record);
    long offset = log.size() - 1L;
    if (!told) {
      return;
    }
    boolean isNext = writer.chain.indexOf(record) == writer.acknowledged;
    if (isNext && offset == writer.knownOffset + 1) {
      acknowledge(writer, writer.acknowledged + 1);
      writer.knownOffset = offset;
    } else {
      readOwnTopic(writer);
    }
  }

  private void resend(Writer writer) {
    readOwnTopic(writer);
    if (writer.fenced) {
      return;
    }
    for (LogRecord record :
        List.copyOf(writer.chain.subList(writer.acknowledged, writer.chain.size()))) {
      if (!writer.fenced) {
        land(writer, record, true);
      }
    }
  }

  private void readOwnTopic(Writer writer) {
    List<LogRecord> accepted = accepted();
    writer.knownOffset = log.size() - 1L;
    int common = 0;
    while (common < accepted.size()
        && common < writer.chain.size()
        && accepted.get(common).equals(writer.chain.get(common))) {
      common++;
    }
    if (common < accepted.size()) {
      writer.fenced = true;
      return;
    }
    writer.acknowledged = 0;
    acknowledge(writer, common);
  }

  private void acknowledge(Writer writer, int records) {
    writer.acknowledged = records;
    for (LogRecord record : writer.chain.subList(0, records)) {
      acknowledged.add(record.head());
    }
  }

  private List<LogRecord> accepted() {
    Judge judge = judge();
    List<LogRecord> accepted = new ArrayList<>();
    for (int offset = 0; offset < log.size(); offset++) {
      judge
          .judge(offset, Examined.readable(log.get(offset), signatures))
          .accepted()
          .ifPresent(accepted::add);
    }
    return accepted;
  }

  private Judge judge() {
    return Judge.fromGenesis(
        new Authenticator(dev.cairn.journal.record.RecordCodec.withBuiltInSchemas(), signatures),
        USER,
        TrustedKeys.none());
  }

  private Writer successor() {
    Writer next = new Writer("successor " + serial++, authors.apply("key 1"), List.of());
    accepted().forEach(next::take);
    next.author = authors.apply("key " + next.keyVersion);
    return next;
  }

  private void takeOver() {
    Writer next = prepared.orElseGet(this::successor);
    prepared = Optional.empty();
    grantedEpoch++;
    contested = true;
    if (!publishOpening(next, EpochReason.TAKEOVER, grantedEpoch)) {
      Writer again = successor();
      if (!publishOpening(again, EpochReason.TAKEOVER, grantedEpoch)) {
        return;
      }
      next = again;
    }
    Writer before = writers.get(0);
    writers.set(0, next);
    if (writers.size() == 1) {
      writers.add(before);
    } else {
      writers.set(1, before);
    }
  }

  private void open(EpochReason reason) {
    writer(0)
        .filter(it -> it.acknowledged == it.chain.size() && it.open == 0)
        .ifPresent(it -> {
          grantedEpoch++;
          publishOpening(it, reason, grantedEpoch);
        });
  }

  private boolean isLastAccepted(LogRecord record) {
    List<LogRecord> accepted = accepted();
    return !accepted.isEmpty() && accepted.get(accepted.size() - 1).equals(record);
  }

  /** Whether it was accepted. */
  private boolean publishOpening(Writer writer, EpochReason reason, long epoch) {
    if (writer.chain.isEmpty()) {
      return false;
    }
    Author old = writer.author;
    int keyVersion = writer.keyVersion + (reason == EpochReason.ROTATION ? 1 : 0);
    Author author = authors.apply("key " + keyVersion);
    EpochHeader header =
        new EpochHeader(
            USER,
            keyVersion,
            epoch,
            reason,
            writer.last().index() + 1,
            writer.head(),
            writer.sequence,
            author.publicKey(),
            reason.carriesBase()
                ? Optional.of(Sha256.hash(Bytes.utf8("base " + serial)))
                : Optional.empty(),
            writer.last().stateDigest(),
            writer.last().objectCount(),
            serial++);
    EpochOpened opened =
        reason == EpochReason.ROTATION
            ? new EpochDraft(header).sign(old, author)
            : new EpochDraft(header).sign(author);
    signed.add(opened);
    log.add(opened);
    if (!isLastAccepted(opened)) {
      if (reason == EpochReason.TAKEOVER) {
        return false;
      }
      resend(writer);
      log.add(opened);
      if (!isLastAccepted(opened)) {
        return false;
      }
    }
    writer.knownOffset = log.size() - 1L;
    writer.take(opened);
    writer.author = author;
    acknowledge(writer, writer.chain.size());
    return true;
  }
}
