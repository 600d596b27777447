package dev.cairn.compactor.log;

/** Another worker truncated the log beyond the reader: begin again, from the newer snapshot. */
public final class LogTruncatedException extends LogUnavailableException {
  private static final long serialVersionUID = 1L;

  public LogTruncatedException(String message) {
    super(message);
  }
}
