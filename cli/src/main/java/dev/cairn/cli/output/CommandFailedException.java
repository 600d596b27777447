package dev.cairn.cli.output;

import org.jspecify.annotations.Nullable;

/** A command ends here, with this failure. */
public final class CommandFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Failure failure;

  public CommandFailedException(Failure failure) {
    this(failure, null);
  }

  public CommandFailedException(Failure failure, @Nullable Throwable cause) {
    super(failure.what(), cause);
    this.failure = failure;
  }

  public Failure failure() {
    return failure;
  }

  /** Input or usage that cannot be taken; nothing was changed. */
  public static CommandFailedException malformed(String what, String advice) {
    return new CommandFailedException(
        new Failure(ExitCodes.MALFORMED, what, "Nothing was changed.", advice));
  }
}
