package dev.cairn.compactor.work;

import dev.cairn.journal.judge.Verdict;
import java.time.Duration;
import java.util.Map;

/** Is told what workers do. Thread-safe; returns at once. */
public interface WorkObserver {
  /** Nobody watches. */
  WorkObserver NONE =
      new WorkObserver() {
        @Override
        public void judged(long records, long bytes, Map<Verdict, Long> verdicts) {}

        @Override
        public void published(long bytes) {}

        @Override
        public void truncated(long records) {}

        @Override
        public void swept() {}

        @Override
        public void finished(CompactionResult.Kind kind, Duration duration) {}

        @Override
        public void putOff() {}
      };

  /** A worker has read a log, or a part of it. */
  void judged(long records, long bytes, Map<Verdict, Long> verdicts);

  /** A snapshot of this size is published. */
  void published(long bytes);

  /** A log starts this many offsets later. */
  void truncated(long records);

  /** A directory of files is deleted. */
  void swept();

  /** A job came to an end. */
  void finished(CompactionResult.Kind kind, Duration duration);

  /** What a job came to could not be told: it is tried again. */
  void putOff();
}
