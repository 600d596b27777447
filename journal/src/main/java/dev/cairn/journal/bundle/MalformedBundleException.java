package dev.cairn.journal.bundle;

/** These bytes are not a recovery bundle that this version can read. */
public final class MalformedBundleException extends Exception {
  private static final long serialVersionUID = 1L;

  public MalformedBundleException(String message) {
    super("not a recovery bundle: " + message);
  }

  public MalformedBundleException(String message, Throwable cause) {
    super("not a recovery bundle: " + message, cause);
  }
}
