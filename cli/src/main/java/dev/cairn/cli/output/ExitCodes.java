package dev.cairn.cli.output;

import dev.cairn.keyserver.error.AbsentException;
import dev.cairn.keyserver.error.FencedException;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.error.LockedOutException;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.error.WrongSecretException;

/** What the program ends with: a contract that scripts depend on. */
public final class ExitCodes {
  public static final int DONE = 0;
  public static final int FAILED = 1;
  public static final int MALFORMED = MalformedInputException.EXIT_CODE;
  public static final int WRONG_SECRET = WrongSecretException.EXIT_CODE;
  public static final int LOCKED_OUT = LockedOutException.EXIT_CODE;
  public static final int INTEGRITY = IntegrityException.EXIT_CODE;
  public static final int UNAVAILABLE = UnavailableException.EXIT_CODE;
  public static final int FENCED = FencedException.EXIT_CODE;
  public static final int ABSENT = AbsentException.EXIT_CODE;

  private ExitCodes() {}
}
