package dev.cairn.keyserver.recover;

import dev.cairn.crypto.KeyRing;
import dev.cairn.crypto.StateAccumulator;
import dev.cairn.journal.checkpoint.Checkpoint;
import dev.cairn.journal.checkpoint.FloorCheck;
import dev.cairn.journal.checkpoint.FloorViolation;
import dev.cairn.journal.judge.Authenticator;
import dev.cairn.journal.judge.ChainPosition;
import dev.cairn.journal.judge.Damage;
import dev.cairn.journal.judge.Judge;
import dev.cairn.journal.judge.SnapshotAnchor;
import dev.cairn.journal.snapshot.Manifest;
import dev.cairn.journal.snapshot.SnapshotBrokenException;
import dev.cairn.journal.snapshot.SnapshotFile;
import dev.cairn.journal.state.StateFold;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.home.HomeBuilder;
import dev.cairn.keyserver.home.HomeIdentity;
import dev.cairn.keyserver.publish.LogExtent;
import dev.cairn.keyserver.recover.AnchorSearch.Start;
import dev.cairn.keyserver.recover.Candidates.Candidate;
import dev.cairn.keyserver.recover.RecoveryPlan.PlannedSnapshot;
import dev.cairn.keyserver.service.LogTruncatedException;
import dev.cairn.keyserver.service.SnapshotRef;
import dev.cairn.keyserver.setup.EpochAppender;
import dev.cairn.keyserver.state.RecordApplier;
import dev.cairn.keyserver.state.StatePoint;
import dev.cairn.keyserver.state.StateStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One recovery, once the secret and the backup key are proven: which snapshot, which log, and
 * whether they hold.
 */
final class RecoveryRun {
  /** So often a truncation may overtake a reader before this is called a fault. */
  private static final int RESTARTS = 5;

  private final RecoverOptions options;
  private final Access access;
  private final EpochAppender appender;
  private final Clock clock;
  private final SecureRandom random;
  private final ProgressListener listener;
  private final Instant begun;
  private final Authenticator authenticator = Authenticator.withBuiltInSchemas();
  private final List<String> warnings = new ArrayList<>();
  private final AtomicLong fetched = new AtomicLong();

  RecoveryRun(
      RecoverOptions options,
      Access access,
      EpochAppender appender,
      Clock clock,
      SecureRandom random,
      ProgressListener listener) {
    this.options = options;
    this.access = access;
    this.appender = appender;
    this.clock = clock;
    this.random = random;
    this.listener = listener;
    this.begun = clock.instant();
  }

  /** What {@link #recover} would do. */
  RecoveryPlan plan() {
    listener.progress(new Progress(Phase.PLAN, 0, 0, 0));
    Candidates candidates = new Candidates(access);
    LogExtent extent = extent();
    List<String> broken = new ArrayList<>();
    for (SnapshotRef ref : candidates.newestFirst()) {
      try {
        Candidate candidate = candidates.open(ref);
        Manifest manifest = candidate.manifest();
        ChainPosition at = candidate.position();
        long bytes =
            manifest.bytes() + manifest.indexes().stream().mapToLong(SnapshotFile::size).sum();
        long from = Math.clamp(manifest.position(), extent.startOffset(), extent.endOffset());
        return new RecoveryPlan(
            access.keys().userId(),
            Optional.of(
                new PlannedSnapshot(
                    ref.toString(),
                    ref.keyVersion(),
                    at.epoch(),
                    at.index(),
                    manifest.entries(),
                    bytes,
                    2 * manifest.segments().size() + 1,
                    Instant.ofEpochMilli(at.timestamp()))),
            extent.startOffset(),
            extent.endOffset(),
            extent.endOffset() - from,
            warnings);
      } catch (SnapshotBrokenException e) {
        warn("The snapshot " + ref + " is broken: " + e.getMessage() + ". An older one is used");
        broken.add(ref.toString());
      }
    }
    if (extent.endOffset() == 0 || (!broken.isEmpty() && extent.startOffset() > 0)) {
      throw new IntegrityException(
          "There is nothing to recover from: "
              + (broken.isEmpty() ? "no snapshot, and an empty log" : String.join("; ", warnings)));
    }
    return new RecoveryPlan(
        access.keys().userId(),
        Optional.empty(),
        extent.startOffset(),
        extent.endOffset(),
        extent.endOffset() - extent.startOffset(),
        warnings);
  }

  /** Recovers into a home in the making and completes it. */
  RecoveryReport recover(HomeBuilder home) {
    WorkDirectory work =
        WorkDirectory.open(options.home(), access.keys().userId(), options.config().serverName());
    for (int restart = 0; restart < RESTARTS; restart++) {
      try {
        return byAnyCandidate(home, work);
      } catch (LogTruncatedException e) {
        warn(
            "The log was truncated while it was read, because there is a newer snapshot: starting"
                + " again from that one");
      }
    }
    throw new IntegrityException(
        "The log keeps being truncated before what the snapshots leave over is read. No home was"
            + " made; try again, and if it stays so, the provider keeps too few snapshots");
  }

  private RecoveryReport byAnyCandidate(HomeBuilder home, WorkDirectory work)
      throws LogTruncatedException {
    listener.progress(new Progress(Phase.PLAN, 0, 0, 0));
    Candidates candidates = new Candidates(access);
    List<SnapshotRef> refs = candidates.newestFirst();
    List<String> failures = new ArrayList<>();
    for (SnapshotRef ref : refs) {
      try {
        Candidate candidate = candidates.open(ref);
        try {
          return bySnapshot(candidate, home, work);
        } catch (SnapshotBrokenException e) {
          work.discard(ref);
          throw e;
        }
      } catch (SnapshotBrokenException e) {
        failed(failures, "The snapshot " + ref + " is broken: " + e.getMessage());
      } catch (CandidateBrokenException e) {
        failed(failures, "With the snapshot " + ref + ": " + e.what());
      }
    }
    LogExtent extent = extent();
    if (access.keys().ring(1).isPresent() && (refs.isEmpty() || extent.startOffset() == 0)) {
      try {
        return byWholeLog(extent, home, work);
      } catch (CandidateBrokenException e) {
        failed(failures, "With the whole log: " + e.what());
      }
    }
    throw new IntegrityException(
        "The backup cannot be recovered: "
            + (failures.isEmpty()
                ? "there is no snapshot under the keys of the bundle"
                : String.join(". ", failures))
            + ". No home was made, and nothing that is stored was changed");
  }

  private void failed(List<String> failures, String failure) {
    failures.add(failure);
    warn(failure);
  }

  private RecoveryReport bySnapshot(Candidate candidate, HomeBuilder home, WorkDirectory work)
      throws SnapshotBrokenException, CandidateBrokenException, LogTruncatedException {
    Manifest manifest = candidate.manifest();
    SnapshotAnchor anchor = candidate.verifier().anchor().orElseThrow();
    KeyRing ring = access.keys().ring(manifest.keyVersion()).orElseThrow();
    long total = manifest.bytes();
    AtomicLong stored = new AtomicLong();
    StatePoint point;
    try (Downloads downloads =
        new Downloads(
            access,
            candidate.ref(),
            work.snapshot(candidate.ref()),
            options.downloads(),
            fetched)) {
      listener.progress(new Progress(Phase.SNAPSHOT, 0, total, 0));
      point =
          new SnapshotLoader(
                  candidate.verifier(),
                  ring,
                  downloads,
                  bytes ->
                      listener.progress(
                          new Progress(
                              Phase.SNAPSHOT, stored.addAndGet(bytes), total, manifest.entries())))
              .load(home.storeFile(), anchor.position());
      listener.progress(new Progress(Phase.SNAPSHOT, total, total, manifest.entries()));
    } catch (IOException e) {
      throw new UncheckedIOException("The files of the snapshot cannot be read back", e);
    } catch (IntegrityException e) {
      throw new CandidateBrokenException(String.valueOf(e.getMessage()), e);
    }
    LogExtent extent = extent();
    AnchorSearch search = new AnchorSearch(access, authenticator, extent);
    Start start = search.startOf(anchor, manifest.position());
    if (!start.asHinted()) {
      warn(
          "The manifest of "
              + candidate.ref()
              + " names offset "
              + manifest.position()
              + ", where its record does not stand; the log was searched, and nothing depends on"
              + " it");
    }
    List<FloorCheck> floors = floorChecks();
    for (Checkpoint known : known()) {
      if (known.keyVersion() == anchor.position().keyVersion()
          && known.isBefore(Checkpoint.of(anchor.position()))) {
        compareBefore(known, candidate, search, ring, start);
      }
    }
    return withTail(
        home,
        work,
        Optional.of(candidate),
        ring,
        point,
        Judge.fromSnapshot(authenticator, anchor, access.keys().trusted()),
        StateFold.from(StateAccumulator.fromBytes(point.accumulator()), point.tags()),
        floors,
        start.offset(),
        extent);
  }

  private RecoveryReport byWholeLog(LogExtent extent, HomeBuilder home, WorkDirectory work)
      throws CandidateBrokenException, LogTruncatedException {
    StateStore.createEmpty(home.storeFile(), access.keys().userId());
    return withTail(
        home,
        work,
        Optional.empty(),
        access.keys().ring(1).orElseThrow(),
        StatePoint.beforeGenesis(access.keys().userId()),
        Judge.fromGenesis(authenticator, access.keys().userId(), access.keys().trusted()),
        StateFold.empty(),
        floorChecks(),
        extent.startOffset(),
        extent);
  }

  private RecoveryReport withTail(
      HomeBuilder home,
      WorkDirectory work,
      Optional<Candidate> candidate,
      KeyRing ring,
      StatePoint point,
      Judge judge,
      StateFold fold,
      List<FloorCheck> floors,
      long from,
      LogExtent extent)
      throws CandidateBrokenException, LogTruncatedException {
    Outcome outcome;
    try (StateStore store = StateStore.open(home.storeFile(), access.keys().userId())) {
      Tail tail =
          new Tail(
              access,
              authenticator,
              judge,
              fold,
              new RecordApplier(store.writer(), ring, point),
              floors,
              from,
              (judged, accepted) ->
                  listener.progress(
                      new Progress(
                          Phase.LOG,
                          judged - from,
                          Math.max(judged, extent.endOffset()) - from,
                          accepted)));
      tail.readTo(extent.endOffset());
      tail.readToEnd();
      verify(tail, ring);
      ChainPosition recovered = tail.position();
      ChainPosition end = recovered;
      if (!options.readOnly()) {
        listener.progress(new Progress(Phase.TAKEOVER, 0, 0, tail.accepted()));
        end =
            new Takeover(access, appender, work, clock, random)
                .run(tail, reached -> verify(reached, ring));
      }
      settle(store, tail, end);
      listener.progress(new Progress(Phase.FINISH, 0, 0, tail.accepted()));
      outcome = new Outcome(tail, recovered, end, store.writer().objects());
      store.checkpoint();
    }
    return complete(home, work, candidate, outcome);
  }

  /** Leaves the store at the end of the chain; what is unfinished there never happened. */
  private static void settle(StateStore store, Tail tail, ChainPosition end) {
    StatePoint reached =
        new StatePoint(
            end.keyVersion(),
            end.epoch(),
            end.index(),
            end.head(),
            end.sequence(),
            tail.fold().accumulator().toBytes(),
            tail.fold().objectCount());
    if (tail.applier().hasUnfinished()) {
      store.writer().discardUnfinished();
    }
    store.writer().commit(reached);
  }

  /**
   * What was read and verified.
   *
   * @param recovered where the old keyserver left the chain
   * @param end where it stands now: the same, or the opening of the new epoch behind it
   * @param objects that exist
   */
  private record Outcome(Tail tail, ChainPosition recovered, ChainPosition end, long objects) {}

  private RecoveryReport complete(
      HomeBuilder home, WorkDirectory work, Optional<Candidate> candidate, Outcome outcome) {
    ChainPosition end = outcome.end();
    if (!options.readOnly()) {
      outcome.tail().opened().orElseThrow().writeTo(home);
    }
    home.writeIdentity(
        new HomeIdentity(
            access.keys().userId(),
            options.username(),
            options.config().serverName(),
            options.config().serviceUrl(),
            options.config().certificateAuthority(),
            end.keyVersion(),
            end.epoch(),
            options.readOnly()));
    home.writeBackupKey(end.keyVersion(), access.keys().backupKey(end.keyVersion()));
    home.complete();
    work.remove();
    return new RecoveryReport(
        options.home(),
        access.keys().userId(),
        options.readOnly(),
        Checkpoint.of(end),
        end.sequence(),
        outcome.objects(),
        outcome.tail().fold().objectCount(),
        candidate.map(it -> it.ref().toString()),
        candidate.map(it -> it.manifest().bytes()).orElse(0L),
        fetched.get(),
        outcome.tail().accepted(),
        Instant.ofEpochMilli(outcome.recovered().timestamp()),
        warnings,
        Duration.between(begun, clock.instant()));
  }

  /** All that the log must be, at its end. */
  private void verify(Tail tail, KeyRing ring) throws CandidateBrokenException {
    ChainPosition end = tail.position();
    if (!tail.endsUnder(ring.author().publicKey()) || end.keyVersion() != ring.keyVersion()) {
      throw new CandidateBrokenException(
          "the log ends under another author key than the one that the backup key gives");
    }
    Optional<FloorViolation> violation = tail.floorViolation();
    if (violation.isPresent()) {
      throw new CandidateBrokenException(violation.get().describe());
    }
    Optional<Damage> damage = tail.damage();
    if (damage.isPresent()) {
      if (!options.acceptHead().equals(Optional.of(end.head()))) {
        throw new CandidateBrokenException(
            "the log is damaged: "
                + damage.get().describe()
                + ". The last record that holds has index "
                + end.index()
                + " and was signed at "
                + Instant.ofEpochMilli(end.timestamp())
                + "; to accept it as the end and give up what may have come after it: --accept-head"
                + " "
                + end.head().hex());
      }
      String accepted =
          "The log is damaged ("
              + damage.get().describe()
              + "), and its record "
              + end.index()
              + " was accepted as the end: what came after it is given up";
      if (!warnings.contains(accepted)) {
        warn(accepted);
      }
    }
  }

  private List<Checkpoint> known() {
    List<Checkpoint> known = new ArrayList<>();
    access.keys().floor().ifPresent(known::add);
    options.checkpoint().ifPresent(known::add);
    return known;
  }

  private List<FloorCheck> floorChecks() {
    return known().stream().map(FloorCheck::new).toList();
  }

  /**
   * A known record before the snapshot's: it may still be in the log, or be an older manifest's.
   */
  private void compareBefore(
      Checkpoint known, Candidate candidate, AnchorSearch search, KeyRing ring, Start start)
      throws CandidateBrokenException, LogTruncatedException {
    FloorCheck check = new FloorCheck(known);
    search
        .headInPlaceOf(known, ring.author().publicKey(), start.offset())
        .ifPresent(head ->
            check.meet(new Checkpoint(known.keyVersion(), known.epoch(), known.index(), head)));
    Candidates candidates = new Candidates(access);
    for (SnapshotRef ref : candidates.newestFirst()) {
      if (ref.keyVersion() == known.keyVersion()
          && ref.directory().epoch() == known.epoch()
          && (ref.directory().index() == known.index() || ref.directory().isBase())) {
        try {
          check.meet(Checkpoint.of(candidates.open(ref).position()));
        } catch (SnapshotBrokenException e) {
          warn("The older snapshot " + ref + " is broken: " + e.getMessage());
        }
      }
    }
    Optional<FloorViolation> violation = check.result(candidate.position());
    if (violation.isPresent()) {
      throw new CandidateBrokenException(violation.get().describe());
    }
  }

  private LogExtent extent() {
    Access.TokenCall<LogExtent, RuntimeException> ask = token -> access.backup().log(token);
    return access.call(ask);
  }

  private void warn(String message) {
    warnings.add(message);
    listener.warning(message);
  }
}
