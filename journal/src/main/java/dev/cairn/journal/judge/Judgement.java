package dev.cairn.journal.judge;

import dev.cairn.journal.record.LogRecord;
import java.util.Optional;

/**
 * The verdict on one record.
 *
 * @param offset where it stands in the log
 * @param record what it decodes to; absent when it does not, which is then an alien
 * @param clean the record was accepted and a snapshot may end with it
 * @param reason in words, for messages
 */
public record Judgement(
    long offset, Verdict verdict, Optional<LogRecord> record, boolean clean, String reason) {
  public boolean isAccepted() {
    return verdict == Verdict.ACCEPTED;
  }

  /** The record, if it was accepted. */
  public Optional<LogRecord> accepted() {
    return isAccepted() ? record : Optional.empty();
  }
}
