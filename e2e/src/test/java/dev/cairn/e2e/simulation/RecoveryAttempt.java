package dev.cairn.e2e.simulation;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.journal.record.EpochOpened;
import dev.cairn.journal.record.MalformedRecordException;
import dev.cairn.journal.record.RecordCodec;
import dev.cairn.keyserver.commitfile.CommitFiles;
import dev.cairn.keyserver.error.CairnException;
import dev.cairn.keyserver.error.FencedException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.recover.RecoverOptions;
import dev.cairn.keyserver.recover.RecoveryReport;
import dev.cairn.keyserver.recover.SimulatedRecovery;
import dev.cairn.keyserver.threading.Threading;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** A recovery with the real client, on a machine of its own; run again, it goes on. */
final class RecoveryAttempt {
  final Machine machine;
  private final World world;
  private final Path place;
  private final RecoverOptions options;
  private Optional<RecoveryReport> report = Optional.empty();
  private Optional<CairnException> failure = Optional.empty();
  private boolean ended;

  RecoveryAttempt(World world, String name, Path place, boolean readOnly, boolean withCheckpoint) {
    this.world = world;
    this.place = place;
    this.machine = world.scheduler.machine(name);
    RecoverOptions wanted =
        RecoverOptions.of(place, SimulatedOwner.CONFIG, SimulatedOwner.USERNAME)
            .withReadOnly(readOnly)
            .withDownloads(1);
    this.options =
        withCheckpoint && world.newestAcknowledged().isPresent()
            ? wanted.withCheckpoint(world.newestAcknowledged().get())
            : wanted;
    machine.start("recovery", this::recover);
  }

  private void recover() {
    try (SecretBytes password = SimulatedOwner.password()) {
      report =
          Optional.of(
              SimulatedRecovery.recover(
                  world.service,
                  world.service,
                  SimulatedOwner.POLICY,
                  world.scheduler.clock(),
                  options,
                  password));
      world.scheduler.note("has recovered transaction " + report.get().sequence());
    } catch (CairnException e) {
      failure = Optional.of(e);
      world.scheduler.note("fails: " + e.getMessage());
      world.require(
          e instanceof UnavailableException
              || e instanceof FencedException
              || world.log.losses() > 0,
          () -> "An honest backup is not recovered: " + e);
    }
    ended = true;
  }

  boolean hasEnded() {
    return ended;
  }

  Path place() {
    return place;
  }

  Optional<RecoveryReport> report() {
    return report;
  }

  Optional<CairnException> failure() {
    return failure;
  }

  /** The home that it has made, as one of the simulated world. */
  Home home(String name) {
    RecoveryReport done = report.orElseThrow();
    try {
      SimulatedDisk disk = new SimulatedDisk(world.scheduler, world.faults);
      try (Stream<Path> files = Files.list(place.resolve("commits"))) {
        for (Path file : files.toList()) {
          disk.install(file.getFileName().toString(), Files.readAllBytes(file));
        }
      }
      if (world.log.losses() > 0) {
        world.log.opened(opening(disk));
      }
      world.require(
          world.log.opening(done.end().epoch()).head().equals(opening(disk).head()),
          () -> "A new home begins with an opening that nobody has accepted");
      return new Home(
          name,
          done.end().epoch(),
          disk,
          Database.copy(place.resolve("store.db"), world.newDirectory(), true));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static EpochOpened opening(SimulatedDisk disk) throws IOException {
    try (CommitFiles files = CommitFiles.open(disk, 1, Threading.PLATFORM)) {
      Bytes first = files.read(files.firstIndex());
      if (RecordCodec.withBuiltInSchemas().decode(first) instanceof EpochOpened opened) {
        return opened;
      }
      throw new AssertionError("A new home does not begin with the opening of its epoch");
    } catch (MalformedRecordException e) {
      throw new AssertionError(e);
    }
  }
}
