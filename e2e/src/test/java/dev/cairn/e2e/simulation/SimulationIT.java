package dev.cairn.e2e.simulation;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many worlds, each by a seed of its own: crashes, losses of power, takeovers, brokers and storage
 * that fail, workers that race. {@code -Dcairn.sim.seed=S} runs one of them and shows what is
 * logged in it; {@code -Dcairn.sim.seeds=N} runs another number than 200, from {@code
 * -Dcairn.sim.first=S} on; {@code -Psoak} runs 10,000.
 */
final class SimulationIT {
  @TempDir Path directory;

  @Test
  void everyWorldKeepsItsPromises() throws Exception {
    Long only = Long.getLong("cairn.sim.seed");
    if (only != null) {
      Simulation.run(only, Faults.none(), directory, Director::direct);
      return;
    }
    int seeds =
        Integer.getInteger("cairn.sim.seeds", Boolean.getBoolean("cairn.soak") ? 10_000 : 200);
    long first = Long.getLong("cairn.sim.first", 1);
    Simulation.runAll(first, seeds, Faults.none(), directory, Director::direct);
  }
}
