package dev.cairn.e2e.simulation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Runs one world. */
final class Simulation {
  private static final int AT_A_TIME = 2;

  private Simulation() {}

  /** Runs the world of a seed; throws what was violated, with a command that replays it. */
  static void run(long seed, Faults faults, Path directory, Consumer<Director> story)
      throws Exception {
    Path place = Files.createDirectories(directory.resolve("seed" + seed));
    World world = new World(seed, faults, place);
    try {
      world.scheduler.run(() -> story.accept(new Director(world)));
    } catch (AssertionError e) {
      throw new AssertionError(
          "Seed "
              + seed
              + ": "
              + e.getMessage()
              + "\nreplay: mvn verify -pl e2e -am -Dit.test=SimulationIT -Dtest=none"
              + " -Dsurefire.failIfNoSpecifiedTests=false"
              + " -Dfailsafe.failIfNoSpecifiedTests=false -Dcairn.sim.seed="
              + seed
              + "\nthe last steps:\n  "
              + world.scheduler.trace(),
          e);
    } finally {
      remove(place);
    }
  }

  /** Runs many worlds, some at a time; throws what the lowest seed that failed has violated. */
  static void runAll(long first, int seeds, Faults faults, Path directory, Consumer<Director> story)
      throws Exception {
    SortedMap<Long, Throwable> failures = new ConcurrentSkipListMap<>();
    AtomicLong next = new AtomicLong(first);
    List<Thread> runners = new ArrayList<>();
    try (Silence silence = new Silence()) {
      silence.begin();
      for (int i = 0; i < AT_A_TIME; i++) {
        Thread runner =
            new Thread(
                () -> {
                  long seed = next.getAndIncrement();
                  while (seed < first + seeds && failures.isEmpty()) {
                    try {
                      run(seed, faults, directory, story);
                    } catch (Throwable e) {
                      failures.put(seed, e);
                    }
                    seed = next.getAndIncrement();
                  }
                },
                "simulations-" + i);
        runners.add(runner);
        runner.start();
      }
      for (Thread runner : runners) {
        runner.join();
      }
    }
    if (!failures.isEmpty()) {
      Throwable violation = failures.values().iterator().next();
      throw new AssertionError(violation.getMessage(), violation);
    }
  }

  private static void remove(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
