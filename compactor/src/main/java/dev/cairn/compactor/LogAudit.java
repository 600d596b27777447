package dev.cairn.compactor;

import dev.cairn.compactor.catalog.PublishedSnapshot;
import dev.cairn.compactor.catalog.SnapshotCatalog;
import dev.cairn.compactor.catalog.StoredDirectory;
import dev.cairn.compactor.log.LogEntry;
import dev.cairn.compactor.log.LogExtent;
import dev.cairn.compactor.log.UserLog;
import dev.cairn.compactor.log.UserLogs;
import dev.cairn.compactor.work.Quarantine;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.StateAccumulator;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.judge.Authenticator;
import dev.cairn.journal.judge.ChainPosition;
import dev.cairn.journal.judge.Examined;
import dev.cairn.journal.judge.Judge;
import dev.cairn.journal.judge.Judgement;
import dev.cairn.journal.judge.TrustedKeys;
import dev.cairn.journal.judge.Verdict;
import dev.cairn.journal.record.EpochOpened;
import dev.cairn.journal.record.LogRecord;
import dev.cairn.journal.snapshot.Manifest;
import dev.cairn.journal.snapshot.SnapshotBrokenException;
import dev.cairn.journal.state.StateFold;
import dev.cairn.journal.state.StateMismatchException;
import dev.cairn.provider.store.ObjectStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads all that is kept of one user and compares it with what was signed. Needs no key; changes
 * nothing.
 */
final class LogAudit {
  private final SnapshotCatalog catalog;
  private final UserLogs logs;
  private final Quarantine quarantine;
  private final Authenticator authenticator = Authenticator.withBuiltInSchemas();

  LogAudit(ObjectStore store, SnapshotCatalog catalog, UserLogs logs) {
    this.catalog = catalog;
    this.logs = logs;
    this.quarantine = new Quarantine(store);
  }

  /** Does it for one user. */
  VerificationReport run(UserId userId) throws IOException {
    List<String> problems = new ArrayList<>();
    List<VerificationReport.Snapshot> snapshots = new ArrayList<>();
    List<PublishedSnapshot> sound = verifySnapshots(userId, snapshots, problems);
    quarantine
        .find(userId)
        .ifPresent(
            it -> problems.add("the user is quarantined since " + it.since() + ": " + it.detail()));
    try (UserLog log = logs.open(userId)) {
      LogExtent extent = log.extent();
      Optional<PublishedSnapshot> from =
          extent.start() == 0 ? Optional.empty() : oldestReached(sound, extent);
      Pass pass = new Pass(userId, from, sound);
      pass.run(log, extent);
      Optional<PublishedSnapshot> base = newestBase(sound);
      if (pass.isTroubled() && base.isPresent()) {
        // Whatever was wrong before a base, the base repaired.
        from = oldestReached(notBefore(base.get(), sound), extent);
        pass = new Pass(userId, from, sound);
        pass.run(log, extent);
      }
      problems.addAll(pass.problems);
      pass.judge
          .damage()
          .ifPresent(damage -> problems.add("the log is damaged: " + damage.describe()));
      if (pass.judge.position().isEmpty() && !extent.isEmpty()) {
        problems.add("the log has no accepted record");
      }
      return new VerificationReport(
          userId,
          extent,
          from.map(it -> it.stored().name()).orElse("genesis"),
          pass.judge.position().map(LogAudit::chain),
          pass.records,
          pass.judge.count(Verdict.PASSED)
              + pass.judge.count(Verdict.STALE)
              + pass.judge.count(Verdict.UNOPENED),
          snapshots,
          problems);
    }
  }

  private List<PublishedSnapshot> verifySnapshots(
      UserId userId, List<VerificationReport.Snapshot> reported, List<String> problems)
      throws IOException {
    List<PublishedSnapshot> sound = new ArrayList<>();
    for (StoredDirectory stored : catalog.list(userId).reversed()) {
      if (!stored.hasManifest()) {
        continue;
      }
      try {
        PublishedSnapshot snapshot = catalog.read(userId, stored);
        snapshot.verifier().verifyAll(snapshot.source());
        Manifest manifest = snapshot.manifest();
        sound.add(snapshot);
        reported.add(
            new VerificationReport.Snapshot(
                stored.name(), manifest.entries(), manifest.bytes(), Optional.empty()));
      } catch (SnapshotBrokenException e) {
        String defect = String.valueOf(e.getMessage());
        reported.add(new VerificationReport.Snapshot(stored.name(), 0, 0, Optional.of(defect)));
        problems.add("snapshot " + stored.name() + " does not hold: " + defect);
      }
    }
    return sound;
  }

  /**
   * The oldest snapshot that the log reaches back to. Older ones wait for being swept: they are
   * verified by themselves, but nothing can be read on from them.
   */
  private static Optional<PublishedSnapshot> oldestReached(
      List<PublishedSnapshot> newestFirst, LogExtent extent) {
    return newestFirst.reversed().stream()
        .filter(it -> it.manifest().position() >= extent.start())
        .findFirst()
        .or(() -> newestFirst.stream().findFirst());
  }

  private static Optional<PublishedSnapshot> newestBase(List<PublishedSnapshot> newestFirst) {
    return newestFirst.stream().filter(it -> it.stored().directory().isBase()).findFirst();
  }

  private static List<PublishedSnapshot> notBefore(
      PublishedSnapshot base, List<PublishedSnapshot> newestFirst) {
    return newestFirst.stream()
        .filter(it -> StoredDirectory.OLDEST_FIRST.compare(it.stored(), base.stored()) >= 0)
        .toList();
  }

  private static VerificationReport.Chain chain(ChainPosition at) {
    return new VerificationReport.Chain(
        at.keyVersion(),
        at.epoch(),
        at.index(),
        at.sequence(),
        at.head(),
        at.stateDigest(),
        at.objectCount());
  }

  /** One pass over the log. */
  private final class Pass {
    private final UserId userId;
    private final Optional<PublishedSnapshot> from;
    private final Map<Bytes, PublishedSnapshot> unseen = new HashMap<>();
    private final List<PublishedSnapshot> sound;
    private final List<String> problems = new ArrayList<>();
    private Judge judge;
    private Optional<StateFold> fold;
    private boolean anchored;
    private long records;

    Pass(UserId userId, Optional<PublishedSnapshot> from, List<PublishedSnapshot> sound) {
      this.userId = userId;
      this.from = from;
      this.sound = sound;
      this.anchored = from.isEmpty();
      this.judge = newJudge();
      this.fold = newFold();
      begin();
    }

    void run(UserLog log, LogExtent extent) throws IOException {
      log.<IOException>read(
          extent.start(),
          extent.end(),
          entries -> {
            List<Examined> examined =
                authenticator.examineAll(
                    entries.stream().map(LogEntry::value).toList(), judge.candidateKeys());
            for (int i = 0; i < entries.size(); i++) {
              take(entries.get(i).offset(), examined.get(i));
            }
            return true;
          });
      judge
          .position()
          .ifPresent(end ->
              unseen
                  .values()
                  .forEach(snapshot -> {
                    if (comesBefore(snapshot, end)) {
                      problems.add(
                          "snapshot "
                              + snapshot.stored().name()
                              + " is of a record that is not on the accepted chain");
                    }
                  }));
    }

    boolean isTroubled() {
      return judge.position().isEmpty() || judge.isDamaged() || !problems.isEmpty();
    }

    private void begin() {
      unseen.clear();
      for (PublishedSnapshot snapshot : sound) {
        if (from.isEmpty()
            || StoredDirectory.OLDEST_FIRST.compare(snapshot.stored(), from.get().stored()) > 0) {
          unseen.put(snapshot.head(), snapshot);
        }
      }
      problems.clear();
      judge = newJudge();
      fold = newFold();
    }

    private void take(long offset, Examined examined) throws IOException {
      records++;
      if (!anchored
          && from.isPresent()
          && examined.record().filter(from.get().anchor()::isCopy).isPresent()) {
        anchored = true;
        begin();
        return;
      }
      Judgement judgement = judge.judge(offset, examined);
      if (judgement.accepted().isPresent()) {
        accept(offset, judgement.accepted().get());
      }
    }

    private void accept(long offset, LogRecord record) throws IOException {
      unseen.remove(record.head());
      try {
        if (record instanceof EpochOpened opened && opened.base().isPresent()) {
          SnapshotCatalog.Base base = catalog.readBase(userId, opened);
          base.verifier().verifyAll(base.source());
          fold =
              Optional.of(
                  StateFold.from(
                      StateAccumulator.fromBytes(base.verifier().manifest().accumulator()),
                      base.verifier().manifest().entries()));
        } else if (fold.isPresent()) {
          fold.get().apply(offset, record);
        }
      } catch (StateMismatchException e) {
        problems.add(e.mismatch().describe());
        fold = Optional.empty();
      } catch (SnapshotBrokenException e) {
        problems.add(
            "the base that the record with index "
                + record.index()
                + " names does not hold: "
                + e.getMessage());
        fold = Optional.empty();
      }
    }

    private boolean comesBefore(PublishedSnapshot snapshot, ChainPosition end) {
      ChainPosition at = snapshot.anchor().position();
      return at.epoch() < end.epoch() || (at.epoch() == end.epoch() && at.index() <= end.index());
    }

    private Judge newJudge() {
      return from.map(it -> Judge.fromSnapshot(authenticator, it.anchor(), TrustedKeys.none()))
          .orElseGet(() -> Judge.fromGenesis(authenticator, userId, TrustedKeys.none()));
    }

    private Optional<StateFold> newFold() {
      return Optional.of(
          from.map(it ->
                  StateFold.from(
                      StateAccumulator.fromBytes(it.manifest().accumulator()),
                      it.manifest().entries()))
              .orElseGet(StateFold::empty));
    }
  }
}
