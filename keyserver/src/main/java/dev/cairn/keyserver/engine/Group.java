package dev.cairn.keyserver.engine;

import dev.cairn.keyserver.CommitPosition;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Transactions that become durable together: those of one record, or one transaction that spans
 * several. Filled by the writer; nobody else looks at it before it is handed on.
 */
final class Group {
  /** Who waits for what. */
  record Waiter(Submission submission, CommitPosition position) {}

  final List<SliceChange> changes = new ArrayList<>();
  final List<ObjectState> states = new ArrayList<>();
  final List<Waiter> waiters = new ArrayList<>();

  /** Bytes of plaintext that the overlay holds for it. */
  long bytes;

  /** Bytes of its records on disk. */
  long recordBytes;

  /** Indexes of records that leave its transaction unfinished. */
  final List<Long> unfinishedIndexes = new ArrayList<>();

  /** After its last record; null until that is sealed. */
  @Nullable ChainTip tip;

  /** Whether everything in it is on disk: from then on reads see it. */
  volatile boolean durable;

  /** Whether the store has it. */
  volatile boolean applied;

  ChainTip requireTip() {
    ChainTip known = tip;
    if (known == null) {
      throw new IllegalStateException("This group is not closed yet");
    }
    return known;
  }
}
