package dev.cairn.keyserver.state;

import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.error.UnavailableException;
import java.sql.SQLException;

/** What a failure of SQLite means to the owner. */
final class SqlFailures {
  private static final int BUSY = 5;
  private static final int LOCKED = 6;
  private static final int READ_ONLY = 8;
  private static final int IO_ERROR = 10;
  private static final int CORRUPT = 11;
  private static final int FULL = 13;
  private static final int CANNOT_OPEN = 14;
  private static final int CONSTRAINT = 19;
  private static final int NOT_A_DATABASE = 26;
  private static final int PRIMARY = 0xff;

  private SqlFailures() {}

  static RuntimeException of(String doing, SQLException failure) {
    return switch (failure.getErrorCode() & PRIMARY) {
      case CORRUPT, NOT_A_DATABASE, CONSTRAINT ->
          new IntegrityException(
              doing
                  + " failed: the store is damaged ("
                  + failure.getMessage()
                  + "). What is backed up is safe: recover into a new home",
              failure);
      case BUSY, LOCKED, READ_ONLY, IO_ERROR, FULL, CANNOT_OPEN ->
          new UnavailableException(
              doing
                  + " failed ("
                  + failure.getMessage()
                  + "). What is durable stays in the commit files; make room or repair the disk, then open the home again",
              failure);
      default -> new IllegalStateException(doing + " failed: " + failure.getMessage(), failure);
    };
  }
}
