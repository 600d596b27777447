package dev.cairn.keyserver.recover;

/**
 * This way to the state, by this snapshot or from the log's start, does not hold; another one may.
 */
final class CandidateBrokenException extends Exception {
  private static final long serialVersionUID = 1L;

  CandidateBrokenException(String message) {
    super(message);
  }

  CandidateBrokenException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Always there: what failed, and where. */
  String what() {
    return String.valueOf(getMessage());
  }
}
