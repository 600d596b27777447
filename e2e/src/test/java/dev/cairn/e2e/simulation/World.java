package dev.cairn.e2e.simulation;

import dev.cairn.compactor.catalog.PublishedSnapshot;
import dev.cairn.compactor.catalog.SnapshotCatalog;
import dev.cairn.crypto.Bytes;
import dev.cairn.journal.checkpoint.Checkpoint;
import dev.cairn.journal.record.EpochOpened;
import dev.cairn.journal.record.LogRecord;
import dev.cairn.journal.snapshot.SnapshotBrokenException;
import dev.cairn.keyserver.error.FencedException;
import dev.cairn.provider.store.InMemoryObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/** Everything there is in one simulated world, and what must always hold in it. */
final class World {
  final Random random;
  final Scheduler scheduler;
  final Faults faults;
  final Weather weather = new Weather();
  final SimulatedLog log;
  final InMemoryObjectStore bucket;
  final SimulatedService service;
  final Model model = new Model();
  final Path directory;
  private final SnapshotCatalog catalog;
  private int directories;
  private Optional<Checkpoint> newestAcknowledged = Optional.empty();

  World(long seed, Faults faults, Path directory) {
    this.random = new Random(seed);
    this.faults = faults;
    this.directory = directory;
    this.scheduler = new Scheduler(random);
    this.log = new SimulatedLog(scheduler, random, faults, weather);
    this.bucket = new InMemoryObjectStore(scheduler.clock());
    this.service = new SimulatedService(scheduler, random, weather, log, bucket);
    this.catalog = new SnapshotCatalog(bucket);
    this.log.audit = this::auditTruncation;
  }

  Path newDirectory() {
    return directory.resolve("d" + directories++);
  }

  /** The writer of an epoch; one that opened it and died goes on from the one before. */
  Model.Writer writer(long epoch) {
    if (!model.knows(epoch)) {
      EpochOpened opening = log.opening(epoch);
      long from = log.epochOf(opening.previousHead());
      writer(from);
      model.takenOver(epoch, from, opening.header().sequence());
    }
    return model.writer(epoch);
  }

  /** Ends the world with this. */
  void fail(String what) {
    AssertionError violation = new AssertionError(what);
    scheduler.fail(violation);
    throw violation;
  }

  void require(boolean holds, Supplier<String> otherwise) {
    if (!holds) {
      fail(otherwise.get());
    }
  }

  /** A keyserver has told its callers that everything up to a record is backed up. */
  void acknowledged(long epoch, long index) {
    Optional<LogRecord> accepted = log.chain.at(index).filter(record -> record.epoch() <= epoch);
    if (accepted.isPresent()) {
      LogRecord record = accepted.get();
      Checkpoint now =
          new Checkpoint(record.keyVersion(), record.epoch(), record.index(), record.head());
      if (newestAcknowledged.isEmpty() || newestAcknowledged.get().isBefore(now)) {
        newestAcknowledged = Optional.of(now);
      }
    }
  }

  /** The newest record that a caller was ever told is backed up. */
  Optional<Checkpoint> newestAcknowledged() {
    return newestAcknowledged;
  }

  /** A keyserver believes that another one has its log. */
  void fenced(Home home, FencedException cause) {
    require(
        log.refuses(home.epoch()) || log.losses() > 0,
        () -> home.name() + " was fenced by nobody: " + cause.getMessage());
  }

  /** Nothing goes that the two newest verified snapshots do not cover. */
  private void auditTruncation(long from, long to) {
    List<Long> covered = new ArrayList<>();
    for (PublishedSnapshot snapshot : verified()) {
      covered.add(snapshot.anchor().position().index());
    }
    require(
        covered.size() >= 2,
        () -> "Offsets " + from + " to " + to + " go, and " + covered.size() + " snapshots hold");
    long safe = covered.get(1);
    long epoch = verified().get(1).anchor().position().epoch();
    if (log.losses() > 0) {
      // A reader from the beginning may not get so far any more; readers of snapshots do.
      for (long offset = from; offset < to; offset++) {
        Bytes value = log.at(offset);
        long index =
            SimulatedLog.decoded(value)
                .filter(it -> it.epoch() == epoch)
                .map(LogRecord::index)
                .orElse(-1L);
        require(
            index <= safe || log.chain.everything().lastIndexOf(value) >= to,
            () ->
                "Record " + index + " goes, and the snapshots that hold are of records " + covered);
      }
    }
    for (Chain.Link link : log.chain.links()) {
      if (link.offset() >= from && link.offset() < to) {
        require(
            link.record().index() <= safe,
            () ->
                "Record "
                    + link.record().index()
                    + " at offset "
                    + link.offset()
                    + " goes, and the snapshots that hold are of records "
                    + covered);
      }
    }
  }

  /** Published snapshots of accepted records that hold to the last byte, newest first. */
  List<PublishedSnapshot> verified() {
    try {
      List<PublishedSnapshot> found = new ArrayList<>();
      for (PublishedSnapshot snapshot : catalog.published(SimulatedOwner.USER).sound()) {
        try {
          snapshot.verifier().verifyAll(snapshot.source());
        } catch (SnapshotBrokenException e) {
          continue;
        }
        Bytes head = snapshot.head();
        if (log.losses() > 0
            || log.chain
                .at(snapshot.anchor().position().index())
                .filter(record -> record.head().equals(head))
                .isPresent()) {
          found.add(snapshot);
        }
      }
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  SnapshotCatalog catalog() {
    return catalog;
  }
}
