package dev.cairn.compactor.work;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class PartitionProgressTest {
  private final PartitionProgress progress = new PartitionProgress();

  @Test
  void nothingIsCommittedBeforeTheFirstUnfinishedJob() {
    assertEquals(OptionalLong.empty(), progress.takePosition());
    progress.begun(5);
    progress.begun(6);
    progress.begun(9);
    assertEquals(OptionalLong.of(5), progress.takePosition());
    assertEquals(OptionalLong.empty(), progress.takePosition(), "taken already");
    progress.finished(6);
    assertEquals(OptionalLong.empty(), progress.takePosition());
    progress.finished(5);
    assertEquals(OptionalLong.of(9), progress.takePosition());
    assertEquals(1, progress.unfinished());
    progress.finished(9);
    assertEquals(OptionalLong.of(10), progress.takePosition());
    progress.finished(3);
    assertEquals(OptionalLong.empty(), progress.takePosition());
  }
}
