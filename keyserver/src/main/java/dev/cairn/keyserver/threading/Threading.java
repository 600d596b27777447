package dev.cairn.keyserver.threading;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Threads, locks and time for the parts of a keyserver that run beside one another. In production
 * these are the platform's; a simulation hands in its own and so decides who runs when, and what
 * time it is.
 */
public interface Threading {
  /** The platform's. */
  Threading PLATFORM = new PlatformThreading();

  /** A lock whose conditions wait by {@link #nanoTime}. */
  ReentrantLock newLock();

  /** Starts a thread that does not keep the process alive. */
  Running start(String name, Runnable body);

  /** Nanoseconds from some point in time on; only differences mean anything. */
  long nanoTime();

  /** A started thread. */
  interface Running {
    /** Waits for its end; false if it has not ended for that long. */
    boolean join(Duration patience) throws InterruptedException;

    /** Waits for its end, however long that takes. */
    void join() throws InterruptedException;

    /** Asks it to stop waiting. */
    void interrupt();
  }
}
