package dev.cairn.compactor.work;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How compactions are done.
 *
 * @param scratch directory for what can be made anew
 * @param memoryBytes of one merge before it spills
 * @param keep snapshots that are kept, at least 2
 * @param sweepGrace how long a superseded snapshot stays: the longest download
 */
public record CompactionSettings(Path scratch, long memoryBytes, int keep, Duration sweepGrace) {
  public CompactionSettings {
    if (keep < 2) {
      throw new IllegalArgumentException("at least two snapshots are kept, not " + keep);
    }
  }
}
