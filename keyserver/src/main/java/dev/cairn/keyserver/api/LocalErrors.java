package dev.cairn.keyserver.api;

import dev.cairn.keyserver.error.AbsentException;
import dev.cairn.keyserver.error.CairnException;
import dev.cairn.keyserver.error.FencedException;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.error.LockedOutException;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.error.WrongSecretException;
import dev.cairn.schemas.http.ErrorBody;
import dev.cairn.schemas.http.ErrorCodes;
import java.util.Optional;

/**
 * How the errors of a keyserver become answers, and answers become the same errors again.
 *
 * <table>
 * <caption>Each kind of error</caption>
 * <tr><th>code</th><th>status</th><th>exit code of the command line</th></tr>
 * <tr><td>malformed</td><td>400</td><td>2</td></tr>
 * <tr><td>too_large</td><td>413</td><td>2</td></tr>
 * <tr><td>wrong_secret</td><td>401</td><td>3</td></tr>
 * <tr><td>locked_out</td><td>429</td><td>4</td></tr>
 * <tr><td>integrity</td><td>500</td><td>5</td></tr>
 * <tr><td>unavailable</td><td>503</td><td>6</td></tr>
 * <tr><td>stopping</td><td>503</td><td>6, if it does not come back</td></tr>
 * <tr><td>too_many</td><td>429</td><td>6</td></tr>
 * <tr><td>fenced</td><td>409</td><td>7</td></tr>
 * <tr><td>absent</td><td>404</td><td>8</td></tr>
 * <tr><td>token_invalid</td><td>401</td><td>6, if it does not get valid</td></tr>
 * <tr><td>forbidden, no_such_route</td><td>403, 404, 405</td><td>1</td></tr>
 * <tr><td>internal</td><td>500</td><td>1</td></tr>
 * </table>
 */
public final class LocalErrors {
  public static final String INTEGRITY = "integrity";
  public static final String STOPPING = "stopping";
  public static final String NO_SUCH_ROUTE = "no_such_route";

  /** Detail of an error in a stream of transactions: the line that was not taken, from 1. */
  public static final String LINE = "line";

  /** Detail of an error after which the transaction is durable here and stays queued. */
  public static final String DURABLE_SEQUENCE = "durableSequence";

  private LocalErrors() {}

  /** The code of an error. */
  public static String code(CairnException error) {
    return switch (error) {
      case MalformedInputException e -> ErrorCodes.MALFORMED;
      case WrongSecretException e -> ErrorCodes.WRONG_SECRET;
      case LockedOutException e -> ErrorCodes.LOCKED_OUT;
      case IntegrityException e -> INTEGRITY;
      case UnavailableException e -> ErrorCodes.UNAVAILABLE;
      case FencedException e -> ErrorCodes.FENCED;
      case AbsentException e -> ErrorCodes.ABSENT;
    };
  }

  /** The HTTP status that an error is answered with. */
  public static int status(CairnException error) {
    return switch (error) {
      case MalformedInputException e -> 400;
      case WrongSecretException e -> 401;
      case LockedOutException e -> 429;
      case IntegrityException e -> 500;
      case UnavailableException e -> 503;
      case FencedException e -> 409;
      case AbsentException e -> 404;
    };
  }

  /** The error that an answer tells of; empty if it is none that a keyserver itself has. */
  static Optional<CairnException> error(ErrorBody body) {
    String message = body.message();
    return switch (body.code()) {
      case ErrorCodes.MALFORMED, ErrorCodes.TOO_LARGE ->
          Optional.of(new MalformedInputException(message));
      case ErrorCodes.WRONG_SECRET -> Optional.of(new WrongSecretException(message));
      case ErrorCodes.LOCKED_OUT -> Optional.of(new LockedOutException(message));
      case INTEGRITY -> Optional.of(new IntegrityException(message));
      case ErrorCodes.UNAVAILABLE, ErrorCodes.TOO_MANY ->
          Optional.of(new UnavailableException(message));
      case ErrorCodes.FENCED -> Optional.of(new FencedException(message));
      case ErrorCodes.ABSENT -> Optional.of(new AbsentException(message));
      default -> Optional.empty();
    };
  }
}
