package dev.cairn.e2e.simulation;

import dev.cairn.crypto.Bytes;
import dev.cairn.journal.judge.Authenticator;
import dev.cairn.journal.judge.Judge;
import dev.cairn.journal.judge.TrustedKeys;
import dev.cairn.journal.record.EpochOpened;
import dev.cairn.journal.record.LogRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a reader accepts who reads the whole log, and forgets nothing that was truncated. */
final class Chain {
  private static final Authenticator AUTHENTICATOR = Authenticator.withBuiltInSchemas();

  /** An accepted record and where it stands. */
  record Link(long offset, LogRecord record) {}

  private final List<Bytes> log = new ArrayList<>();
  private final List<Link> links = new ArrayList<>();
  private Judge judge = newJudge();

  private static Judge newJudge() {
    return Judge.fromGenesis(
        AUTHENTICATOR,
        SimulatedOwner.USER,
        TrustedKeys.of(1, SimulatedOwner.KEYS.author().publicKey()));
  }

  void append(Bytes value) {
    long offset = log.size();
    log.add(value);
    judge.judge(offset, value).accepted().ifPresent(record -> links.add(new Link(offset, record)));
  }

  /** The newest records never were. */
  void loseFrom(long offset) {
    List<Bytes> kept = List.copyOf(log.subList(0, (int) offset));
    log.clear();
    links.clear();
    judge = newJudge();
    kept.forEach(this::append);
  }

  /** Everything that ever stood in the log and was not lost; its place is its offset. */
  List<Bytes> everything() {
    return log;
  }

  List<Link> links() {
    return links;
  }

  /** The accepted record with that index. */
  Optional<LogRecord> at(long index) {
    return index >= 0 && index < links.size()
        ? Optional.of(links.get((int) index).record())
        : Optional.empty(); // indexes count the accepted records
  }

  Optional<LogRecord> last() {
    return links.isEmpty() ? Optional.empty() : Optional.of(links.get(links.size() - 1).record());
  }

  boolean isDamaged() {
    return judge.isDamaged();
  }

  /** The opening of an epoch, if it was accepted. */
  Optional<EpochOpened> opening(long epoch) {
    return links.stream()
        .map(Link::record)
        .filter(EpochOpened.class::isInstance)
        .map(EpochOpened.class::cast)
        .filter(opened -> opened.epoch() == epoch)
        .findFirst();
  }
}
