package dev.cairn.compactor.work;

import dev.cairn.compactor.log.UserLogs;
import dev.cairn.journal.merge.SnapshotMerge;
import dev.cairn.provider.store.ObjectStore;
import java.time.Clock;
import java.util.function.Consumer;

/** Opens the real compaction to a simulation. */
public final class SimulatedCompaction {
  private SimulatedCompaction() {}

  /** A worker whose arrows are heard. */
  public static Compaction of(
      ObjectStore store,
      UserLogs logs,
      CompactionEvents events,
      CompactionSettings settings,
      Clock clock,
      Consumer<String> arrow) {
    return new Compaction(
        store,
        logs,
        events,
        settings,
        point -> arrow.accept(point.name()),
        new SnapshotMerge(),
        clock);
  }
}
