package dev.cairn.keyserver.service;

/**
 * The records that were asked for are no longer in the log, because a newer snapshot contains them.
 */
public final class LogTruncatedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final long startOffset;

  /**
   * With where to go on.
   *
   * @param startOffset where the log starts now
   */
  public LogTruncatedException(long startOffset) {
    super("The log starts at offset " + startOffset + " now: go on from the newer snapshot");
    this.startOffset = startOffset;
  }

  /** Where the log starts now. */
  public long startOffset() {
    return startOffset;
  }
}
