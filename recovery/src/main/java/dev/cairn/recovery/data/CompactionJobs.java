package dev.cairn.recovery.data;

import dev.cairn.recovery.accounts.Account;

/** Hands an owner's wish for a compaction to the workers. Thread-safe. */
public interface CompactionJobs extends AutoCloseable {
  /** Asks for a compaction; the job's id names it in events and log lines. */
  String request(Account account) throws JobNotStoredException;

  @Override
  void close();
}
