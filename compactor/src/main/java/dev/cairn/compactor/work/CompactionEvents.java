package dev.cairn.compactor.work;

import dev.cairn.compactor.log.LogUnavailableException;

/** Tells everybody what a job came to. Thread-safe. */
@FunctionalInterface
public interface CompactionEvents {
  /** Returns when the event is kept. */
  void emit(CompactionResult result) throws LogUnavailableException;
}
