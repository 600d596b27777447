package dev.cairn.journal.state;

/** The state does not match what was signed; the fold that threw it is of no further use. */
public final class StateMismatchException extends Exception {
  private static final long serialVersionUID = 1L;

  private final StateMismatch mismatch;

  StateMismatchException(StateMismatch mismatch) {
    super(mismatch.describe());
    this.mismatch = mismatch;
  }

  public StateMismatch mismatch() {
    return mismatch;
  }
}
