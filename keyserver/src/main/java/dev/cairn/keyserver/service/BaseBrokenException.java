package dev.cairn.keyserver.service;

/** What was uploaded of a base is not what its opening says, or not all of it is there. */
public final class BaseBrokenException extends Exception {
  private static final long serialVersionUID = 1;

  /**
   * @param message what does not hold
   */
  public BaseBrokenException(String message) {
    super(message);
  }
}
