package dev.cairn.keyserver.daemon;

import dev.cairn.keyserver.TransactionLines.LongLines;
import dev.cairn.keyserver.error.UnavailableException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * One long transaction at a time is in memory: each may take an eighth of it, and some times that
 * while it is being read.
 */
final class LongLineTurns {
  private final Semaphore turn = new Semaphore(1, true);
  private final Duration patience;

  LongLineTurns(Duration patience) {
    this.patience = patience;
  }

  /** For one request. */
  LongLines forRequest() {
    return new LongLines() {
      private boolean mine;

      @Override
      public void begin() {
        try {
          mine = turn.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        if (!mine) {
          throw new UnavailableException(
              "Another long transaction has been on its way for "
                  + patience.toSeconds()
                  + " s. This one was not taken: try again");
        }
      }

      @Override
      public void end() {
        if (mine) {
          mine = false;
          turn.release();
        }
      }
    };
  }
}
