package dev.cairn.journal.record;

/** These bytes are not a record of ours. For a judge that is a verdict, not a failure. */
public final class MalformedRecordException extends Exception {
  private static final long serialVersionUID = 1L;

  public MalformedRecordException(String message) {
    super(message);
  }

  public MalformedRecordException(String message, Throwable cause) {
    super(message, cause);
  }
}
