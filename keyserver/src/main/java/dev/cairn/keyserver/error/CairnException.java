package dev.cairn.keyserver.error;

import org.jspecify.annotations.Nullable;

/**
 * Something that the caller can act on. The message says what happened, what it means for the data,
 * and what to do.
 *
 * <p>One subtype for each decision; {@link #exitCode()} is what the command line ends with.
 */
public abstract sealed class CairnException extends RuntimeException
    permits AbsentException,
        FencedException,
        IntegrityException,
        LockedOutException,
        MalformedInputException,
        UnavailableException,
        WrongSecretException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  CairnException(int exitCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** What happened, what it means for the data, and what to do. */
  @Override
  public final String getMessage() {
    return String.valueOf(super.getMessage());
  }

  /** What a command ends with because of this. */
  public final int exitCode() {
    return exitCode;
  }
}
