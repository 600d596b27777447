package dev.cairn.e2e.simulation;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A simulation that never fails proves nothing: each safeguard that is taken out must show. */
final class SimulationBitesIT {
  private static final Logger LOG = LoggerFactory.getLogger(SimulationBitesIT.class);

  private static final int SEEDS = 100;

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(Faults.Fault.class)
  void aMissingSafeguardIsNoticed(Faults.Fault missing) throws Exception {
    Consumer<Director> story =
        switch (missing) {
          case FORCE_DOES_NOTHING, NOTHING_IS_READ_BACK -> Director::direct;
          case FAILED_SEND_GOES_ON -> Director::burnWhileSending;
        };
    AssertionError violation =
        assertThrows(
            AssertionError.class,
            () -> Simulation.runAll(1, SEEDS, Faults.of(missing), directory, story),
            () -> missing + " went unnoticed in " + SEEDS + " worlds");
    LOG.info("{} is noticed: {}", missing, violation.getMessage());
  }

  @Test
  void theSameStoriesEndWellWithEverySafeguard() throws Exception {
    Simulation.runAll(1, 20, Faults.none(), directory, Director::burnWhileSending);
    Simulation.runAll(1, 20, Faults.none(), directory, Director::shiftWhatASnapshotNames);
  }
}
