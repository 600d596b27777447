package dev.cairn.keyserver.publish;

/** The half-open range of offsets that a log holds. */
public record LogExtent(long startOffset, long endOffset) {
  /** Checks the order. */
  public LogExtent {
    if (startOffset < 0 || endOffset < startOffset) {
      throw new IllegalArgumentException(
          "A log cannot hold offsets " + startOffset + " to " + endOffset);
    }
  }
}
