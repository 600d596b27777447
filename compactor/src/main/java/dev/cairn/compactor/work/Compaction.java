package dev.cairn.compactor.work;

import dev.cairn.compactor.catalog.PublishedSnapshot;
import dev.cairn.compactor.catalog.SnapshotCatalog;
import dev.cairn.compactor.log.LogAbsentException;
import dev.cairn.compactor.log.LogExtent;
import dev.cairn.compactor.log.LogTruncatedException;
import dev.cairn.compactor.log.LogUnavailableException;
import dev.cairn.compactor.log.UserLog;
import dev.cairn.compactor.log.UserLogs;
import dev.cairn.compactor.work.CompactionResult.Kind;
import dev.cairn.compactor.work.CompactionResult.Summary;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.judge.Authenticator;
import dev.cairn.journal.judge.Damage;
import dev.cairn.journal.merge.MergeMismatch;
import dev.cairn.journal.merge.MergeMismatchException;
import dev.cairn.journal.merge.SnapshotMerge;
import dev.cairn.journal.merge.Tail;
import dev.cairn.journal.record.Header;
import dev.cairn.journal.snapshot.IndexReader;
import dev.cairn.journal.snapshot.SegmentProof;
import dev.cairn.journal.snapshot.SnapshotBrokenException;
import dev.cairn.journal.snapshot.SnapshotFile;
import dev.cairn.journal.snapshot.SnapshotWriter;
import dev.cairn.provider.store.ObjectStore;
import dev.cairn.schemas.names.ObjectKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compacts one user: from the newest snapshot that holds to the newest clean record of the log,
 * published, told, and only then truncated.
 *
 * <p>Every step is idempotent and monotone: a worker that is late, doubled or begins again after a
 * crash changes nothing for the worse, and finishes what another one left. Holds no key.
 * Thread-safe.
 */
public final class Compaction {
  private static final Logger LOG = LoggerFactory.getLogger(Compaction.class);
  private static final int ATTEMPTS = 3;

  private final ObjectStore store;
  private final SnapshotCatalog catalog;
  private final UserLogs logs;
  private final CompactionEvents events;
  private final CompactionSettings settings;
  private final CrashPoints crashPoints;
  private final SnapshotMerge merge;
  private final Clock clock;
  private final WorkObserver observer;
  private final Authenticator authenticator = Authenticator.withBuiltInSchemas();
  private final Quarantine quarantine;
  private final SnapshotPublisher publisher;
  private final Truncation truncation;
  private final Sweeper sweeper;

  public Compaction(
      ObjectStore store,
      UserLogs logs,
      CompactionEvents events,
      CompactionSettings settings,
      WorkObserver observer) {
    this(
        store,
        logs,
        events,
        settings,
        CrashPoints.NONE,
        new SnapshotMerge(),
        Clock.systemUTC(),
        observer);
  }

  /** For tests that stop at an arrow, or make a merge go wrong, and are not watched. */
  Compaction(
      ObjectStore store,
      UserLogs logs,
      CompactionEvents events,
      CompactionSettings settings,
      CrashPoints crashPoints,
      SnapshotMerge merge,
      Clock clock) {
    this(store, logs, events, settings, crashPoints, merge, clock, WorkObserver.NONE);
  }

  private Compaction(
      ObjectStore store,
      UserLogs logs,
      CompactionEvents events,
      CompactionSettings settings,
      CrashPoints crashPoints,
      SnapshotMerge merge,
      Clock clock,
      WorkObserver observer) {
    this.store = store;
    this.catalog = new SnapshotCatalog(store);
    this.logs = logs;
    this.events = events;
    this.settings = settings;
    this.crashPoints = crashPoints;
    this.merge = merge;
    this.clock = clock;
    this.observer = observer;
    this.quarantine = new Quarantine(store);
    this.publisher = new SnapshotPublisher(store, catalog, crashPoints);
    this.truncation = new Truncation(authenticator, settings.keep(), observer);
    this.sweeper = new Sweeper(store, catalog, crashPoints, settings.sweepGrace(), clock, observer);
  }

  /**
   * Does one job to its end and tells everybody what it came to.
   *
   * @throws LogUnavailableException if not even that could be told: the job must be tried again
   */
  public CompactionResult run(UserId userId, String jobId) throws LogUnavailableException {
    JobTrace trace = new JobTrace();
    CompactionResult result;
    Optional<Aftermath> aftermath = Optional.empty();
    try {
      Outcome outcome = attempt(userId, jobId, trace);
      result = outcome.result();
      aftermath = outcome.aftermath();
    } catch (LogAbsentException e) {
      result = failed(userId, jobId, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      LOG.warn("user {}: compaction failed, nothing is lost; it is tried again", userId, e);
      result = failed(userId, jobId, String.valueOf(e.getMessage()));
    }
    trace.log(LOG, result);
    events.emit(result);
    if (aftermath.isPresent()) {
      crashPoints.reached(CrashPoint.EVENT_SENT);
      try {
        finish(userId, aftermath.get());
      } catch (IOException e) {
        LOG.warn(
            "user {}: truncating and sweeping after a compaction failed; the next one does it",
            userId,
            e);
      }
    }
    observer.finished(result.kind(), trace.duration());
    return result;
  }

  /** What is left to do once the event is out. */
  private record Aftermath(Set<String> verified, Set<String> dead, boolean quarantineLifted) {}

  private record Outcome(CompactionResult result, Optional<Aftermath> aftermath) {}

  private Outcome attempt(UserId userId, String jobId, JobTrace trace) throws IOException {
    for (int i = 1; ; i++) {
      try {
        return attemptOnce(userId, jobId, trace);
      } catch (LogTruncatedException e) {
        // Another worker has published and truncated meanwhile: begin from what it published.
        if (i == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private Outcome attemptOnce(UserId userId, String jobId, JobTrace trace) throws IOException {
    SnapshotCatalog.Published published = catalog.published(userId);
    published
        .broken()
        .forEach(it ->
            LOG.warn(
                "user {}: snapshot {} does not hold: {}",
                userId,
                it.stored().name(),
                it.reason().getMessage()));
    Optional<Quarantine.Entry> quarantined = quarantine.find(userId);
    Path scratch = Files.createDirectories(settings.scratch());
    Path directory = Files.createTempDirectory(scratch, userId.value() + "-");
    try (UserLog log = logs.open(userId)) {
      LogExtent extent = log.extent();
      StringBuilder passedOver = new StringBuilder();
      Set<String> dead = new HashSet<>();
      int candidates = published.sound().size();
      for (int i = 0; i <= candidates; i++) {
        boolean genesis = i == candidates;
        if (genesis && candidates > 0 && extent.start() > 0) {
          break;
        }
        Optional<PublishedSnapshot> from =
            genesis ? Optional.empty() : Optional.of(published.sound().get(i));
        Path files = Files.createDirectory(directory.resolve("from-" + i));
        try (Tail tail = new Tail(files, settings.memoryBytes())) {
          TailScan scan = new TailScan(authenticator, catalog, userId, from, quarantined, tail);
          try {
            scan.run(log, extent);
          } finally {
            observer.judged(scan.records(), scan.bytes(), scan.verdicts());
            scan.read().ifPresent(it -> trace.read(it, scan.records(), scan.bytes()));
          }
          if (!scan.isAnchored(extent) && isOvertaken(userId, log, extent, published.sound(), i)) {
            passedOver
                .append(from.orElseThrow().stored().name())
                .append(" is not on the accepted chain; ");
            dead.add(from.orElseThrow().stored().name());
            continue;
          }
          return judged(userId, jobId, scan, from, files, passedOver.toString(), dead);
        } catch (SnapshotBrokenException e) {
          LOG.warn(
              "user {}: {} does not hold, falling back to what is before it: {}",
              userId,
              from.map(it -> "snapshot " + it.stored().name()).orElse("the new snapshot"),
              e.getMessage());
          passedOver.append(e.getMessage()).append("; ");
        }
      }
      return new Outcome(
          failed(
              userId,
              jobId,
              "no snapshot holds, and the log starts at offset "
                  + extent.start()
                  + "; nothing was truncated. "
                  + passedOver),
          Optional.empty());
    } finally {
      deleteRecursively(directory);
    }
  }

  /**
   * Whether the accepted chain, read from an older snapshot or from genesis, goes on beyond the
   * record of a snapshot that is missing in the log where it should be: then that snapshot's record
   * is not on the chain.
   */
  private boolean isOvertaken(
      UserId userId, UserLog log, LogExtent extent, List<PublishedSnapshot> sound, int number)
      throws IOException {
    Header record = sound.get(number).anchor().last().header();
    Optional<PublishedSnapshot> older =
        number + 1 < sound.size() ? Optional.of(sound.get(number + 1)) : Optional.empty();
    if (older.isEmpty() && extent.start() > 0) {
      return false;
    }
    ChainOverview overview = ChainOverview.read(authenticator, userId, older, log, extent);
    return overview
        .position()
        .filter(at ->
            at.epoch() > record.epoch()
                || (at.epoch() == record.epoch() && at.index() > record.index()))
        .isPresent();
  }

  private Outcome judged(
      UserId userId,
      String jobId,
      TailScan scan,
      Optional<PublishedSnapshot> from,
      Path files,
      String passedOver,
      Set<String> dead)
      throws IOException, SnapshotBrokenException {
    Optional<Summary> newest = from.map(Summary::of);
    Optional<Damage> damage = scan.judge().damage();
    if (damage.isPresent()) {
      return new Outcome(
          new CompactionResult(
              Kind.DAMAGED,
              userId,
              jobId,
              newest,
              damage.get().describe()
                  + "; nothing was truncated. The owner's keyserver heals it by sending again, or"
                  + " the owner accepts the last accepted record at recovery"),
          Optional.empty());
    }
    if (scan.mismatch().isPresent()) {
      return quarantined(userId, jobId, scan, newest, scan.mismatch().get());
    }
    if (scan.brokenBase().isPresent()) {
      return new Outcome(
          failed(
              userId,
              jobId,
              "the base that the owner uploaded does not hold, nothing was truncated: "
                  + scan.brokenBase().get().getMessage()),
          Optional.empty());
    }
    if (scan.target().isEmpty()) {
      return new Outcome(
          new CompactionResult(
              Kind.UNCHANGED,
              userId,
              jobId,
              newest,
              newest.isPresent() ? "" : "there is nothing to compact yet"),
          from.map(it -> new Aftermath(Set.of(), dead, scan.isQuarantineLifted())));
    }
    try {
      PublishedSnapshot snapshot = publish(userId, scan, files);
      Set<String> verified = new HashSet<>();
      verified.add(snapshot.stored().name());
      if (scan.previous().isPresent()
          && from.isPresent()
          && scan.previous().get().verifier() == from.get().verifier()
          && indexesHold(from.get())) {
        verified.add(from.get().stored().name());
      }
      return new Outcome(
          new CompactionResult(
              Kind.PUBLISHED, userId, jobId, Optional.of(Summary.of(snapshot)), passedOver),
          Optional.of(new Aftermath(verified, dead, scan.isQuarantineLifted())));
    } catch (MergeMismatchException e) {
      return quarantined(userId, jobId, scan, newest, e.mismatch());
    }
  }

  // The merge has read every segment to its end, and no index. A snapshot whose index is damaged
  // must not count as one of those that make records superfluous.
  private static boolean indexesHold(PublishedSnapshot snapshot) throws IOException {
    List<SegmentProof> proofs = new ArrayList<>();
    List<SnapshotFile> indexes = snapshot.manifest().indexes();
    try {
      for (int i = 0; i < indexes.size(); i++) {
        try (IndexReader index =
            snapshot.verifier().readIndex(i, snapshot.source().open(indexes.get(i)))) {
          proofs.add(index.finish());
        }
      }
      snapshot.verifier().conclude(proofs);
      return true;
    } catch (SnapshotBrokenException e) {
      LOG.warn("snapshot {} does not count: {}", snapshot.stored().name(), e.getMessage());
      return false;
    }
  }

  private PublishedSnapshot publish(UserId userId, TailScan scan, Path files)
      throws IOException, MergeMismatchException, SnapshotBrokenException {
    TailScan.Target target = scan.target().orElseThrow();
    SnapshotWriter.Written written =
        merge.merge(scan.previous(), scan.tail(), target.last(), files);
    crashPoints.reached(CrashPoint.MERGED);
    PublishedSnapshot published = publisher.publish(userId, target, written, files);
    observer.published(published.manifest().bytes());
    return published;
  }

  private Outcome quarantined(
      UserId userId, String jobId, TailScan scan, Optional<Summary> newest, MergeMismatch mismatch)
      throws IOException {
    Quarantine.Entry entry = quarantine.put(userId, scan.epoch(), clock.instant(), mismatch);
    crashPoints.reached(CrashPoint.QUARANTINE_MARKED);
    return new Outcome(
        new CompactionResult(
            Kind.QUARANTINED,
            userId,
            jobId,
            newest,
            entry.detail()
                + "; nothing is truncated until the owner's keyserver uploads its state anew"
                + " (rebase)"),
        Optional.empty());
  }

  private void finish(UserId userId, Aftermath aftermath) throws IOException {
    if (aftermath.quarantineLifted()) {
      quarantine.lift(userId);
    } else if (quarantine.find(userId).isPresent()) {
      return;
    }
    List<PublishedSnapshot> sound =
        catalog.published(userId).sound().stream()
            .filter(it -> !aftermath.dead().contains(it.stored().name()))
            .toList();
    if (sound.isEmpty()) {
      return;
    }
    PublishedSnapshot newest = sound.getFirst();
    try (UserLog log = logs.open(userId)) {
      if (sound.size() > 1 && needsMore(userId, log, sound)) {
        List<PublishedSnapshot> kept = truncation.kept(sound, aftermath.verified());
        truncation.truncate(userId, log, kept);
        crashPoints.reached(CrashPoint.TRUNCATED);
        logs.setCompacted(userId, newest.manifest().position());
        crashPoints.reached(CrashPoint.POSITION_SET);
        sweeper.sweep(userId, kept);
      } else {
        logs.setCompacted(userId, newest.manifest().position());
        crashPoints.reached(CrashPoint.POSITION_SET);
      }
    }
  }

  /**
   * Whether anything is left to truncate or to sweep: verifying snapshots for nothing would be
   * dear.
   */
  private boolean needsMore(UserId userId, UserLog log, List<PublishedSnapshot> sound)
      throws IOException {
    PublishedSnapshot oldestKept = sound.get(Math.min(settings.keep(), sound.size()) - 1);
    return oldestKept.manifest().position() > log.extent().start()
        || catalog.list(userId).size() > settings.keep()
        || !store.list(ObjectKeys.user(userId.value()) + "superseded/").isEmpty();
  }

  private static CompactionResult failed(UserId userId, String jobId, String why) {
    return new CompactionResult(Kind.FAILED, userId, jobId, Optional.empty(), why);
  }

  private static void deleteRecursively(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
