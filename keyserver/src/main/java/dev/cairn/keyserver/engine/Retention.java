package dev.cairn.keyserver.engine;

import dev.cairn.keyserver.commitfile.CommitFiles;
import dev.cairn.keyserver.state.StateStore;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes commit files that nobody needs any more: SQLite is checkpointed past them, and a kept
 * snapshot covers them, or there are too many. Told from any thread, works in the applier's.
 */
final class Retention {
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

  private final CommitFiles files;
  private final StateStore store;
  private final long maxBytes;
  private volatile long coveredIndex = -1;
  private volatile long backedUpIndex;

  /**
   * @param maxBytes above which files go that are backed up and that no snapshot covers
   * @param backedUpIndex up to where the backup is durably known to stand, or -1
   */
  Retention(CommitFiles files, StateStore store, long maxBytes, long backedUpIndex) {
    this.files = files;
    this.store = store;
    this.maxBytes = maxBytes;
    this.backedUpIndex = backedUpIndex;
  }

  void covered(long index) {
    coveredIndex = index;
  }

  void backedUp(long index) {
    backedUpIndex = index;
  }

  void removeOldFiles(long appliedIndex) {
    long held = Math.min(backedUpIndex, appliedIndex);
    long covered = Math.min(held, coveredIndex + 1);
    try {
      boolean tooMuch = files.totalBytes() > maxBytes;
      if ((tooMuch ? held : covered) <= files.firstIndex() || !store.checkpoint()) {
        return;
      }
      int removed = files.removeBefore(covered);
      if (removed > 0) {
        LOG.info("Removed {} commit files that a snapshot covers", removed);
      }
      int pressed = files.removeBefore(held, maxBytes);
      if (pressed > 0) {
        LOG.warn(
            "Removed {} commit files that are backed up, because all of them exceeded {} bytes, and"
                + " no snapshot covers them yet: if the log loses them, this keyserver cannot send"
                + " them again. See why the provider does not compact",
            pressed,
            maxBytes);
      }
    } catch (IOException e) {
      LOG.warn("Commit files that are no longer needed cannot be removed; tried again later", e);
    }
  }
}
