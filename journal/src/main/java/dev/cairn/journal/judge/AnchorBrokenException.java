package dev.cairn.journal.judge;

/** The signed headers of a snapshot do not hold: the snapshot is not one of this owner. */
public final class AnchorBrokenException extends Exception {
  private static final long serialVersionUID = 1L;

  public AnchorBrokenException(String why) {
    super("The record that the snapshot names does not hold: " + why);
  }
}
