package dev.cairn.journal.merge;

/** A merge does not come to what the owner signed. */
public final class MergeMismatchException extends Exception {
  private static final long serialVersionUID = 1L;

  private final MergeMismatch mismatch;

  public MergeMismatchException(MergeMismatch mismatch) {
    super(mismatch.describe());
    this.mismatch = mismatch;
  }

  public MergeMismatch mismatch() {
    return mismatch;
  }
}
