package dev.cairn.recovery.data;

import dev.cairn.crypto.Bytes;
import dev.cairn.recovery.accounts.Account;
import dev.cairn.recovery.refusal.Refusal;
import java.util.Optional;

/** Users' logs, as far as the service reads them: sealed records by offset. Thread-safe. */
public interface UserLogs extends AutoCloseable {
  /** First offset that is there, and the one behind the last. */
  record Extent(String topic, long start, long end) {}

  /** Frames {@code u64 offset ‖ u32 length ‖ value}, and where to go on. */
  record Page(Bytes frames, long nextOffset, long endOffset) {}

  /** Where an account's log starts and ends; empty while it has no topic. */
  Optional<Extent> extent(Account account) throws Refusal;

  /**
   * At most 8 MiB of records from an offset on, and at least one if there is one.
   *
   * @throws Refusal when the log starts later, or no reader is free
   */
  Page read(Account account, long from) throws Refusal;

  /**
   * Whether the account's log holds an accepted opening. A log that starts later than 0 was
   * compacted, and so had one.
   */
  boolean hasAcceptedGenesis(Account account) throws Refusal;

  @Override
  void close();
}
