package dev.cairn.keyserver.service;

import dev.cairn.keyserver.error.UnavailableException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waiting between two attempts. */
public final class Pauses {
  private Pauses() {}

  /**
   * Waits that long.
   *
   * @throws UnavailableException if the thread is interrupted, which stays set
   */
  public static void pause(Duration length) {
    long deadline = System.nanoTime() + length.toNanos();
    for (long left = length.toNanos(); left > 0; left = deadline - System.nanoTime()) {
      if (Thread.currentThread().isInterrupted()) {
        throw new UnavailableException("Interrupted while waiting to ask again. Run it again");
      }
      LockSupport.parkNanos(left);
    }
  }
}
