package dev.cairn.e2e.simulation;

import dev.cairn.compactor.log.LogUnavailableException;
import dev.cairn.compactor.work.Compaction;
import dev.cairn.compactor.work.CompactionResult;
import dev.cairn.compactor.work.CompactionSettings;
import dev.cairn.compactor.work.SimulatedCompaction;
import java.time.Duration;
import java.util.Optional;

/** One compaction by the real worker, on a machine of its own. */
final class Worker {
  static final int KEEP = 2;

  /** Longer than any recovery of these worlds takes. */
  static final Duration GRACE = Duration.ofSeconds(2);

  private static final long MEMORY = 1 << 20;

  final Machine machine;
  private final World world;
  private Optional<CompactionResult> result = Optional.empty();
  private boolean ended;

  Worker(World world, String name) {
    this.world = world;
    this.machine = world.scheduler.machine(name);
    Compaction compaction =
        SimulatedCompaction.of(
            new SimulatedStore(
                world.scheduler, world.random, world.weather, world.faults, world.bucket),
            world.log,
            this::emit,
            new CompactionSettings(world.directory.resolve("scratch"), MEMORY, KEEP, GRACE),
            world.scheduler.clock(),
            arrow -> world.scheduler.point("arrow " + arrow));
    machine.start("worker", () -> work(compaction));
  }

  private void emit(CompactionResult told) throws LogUnavailableException {
    world.scheduler.point("tells " + told.kind());
    if (world.weather.fails(world.random)) {
      throw new LogUnavailableException("No answer");
    }
    world.require(
        told.kind() != CompactionResult.Kind.QUARANTINED
            && (told.kind() != CompactionResult.Kind.DAMAGED || world.log.losses() > 0),
        () -> "An honest log is called " + told.kind() + ": " + told.describe());
  }

  private void work(Compaction compaction) {
    try {
      result = Optional.of(compaction.run(SimulatedOwner.USER, "job"));
    } catch (LogUnavailableException e) {
      world.scheduler.note("the job is left to somebody else");
    }
    ended = true;
  }

  boolean hasEnded() {
    return ended;
  }

  Optional<CompactionResult> result() {
    return result;
  }
}
