package dev.cairn.keyserver.threading;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/** Daemon threads, locks and time of the platform. */
final class PlatformThreading implements Threading {
  @Override
  public ReentrantLock newLock() {
    return new ReentrantLock();
  }

  @Override
  public Running start(String name, Runnable body) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    thread.start();
    return new PlatformThread(thread);
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  private record PlatformThread(Thread thread) implements Running {
    @Override
    public boolean join(Duration patience) throws InterruptedException {
      return thread.join(patience);
    }

    @Override
    public void join() throws InterruptedException {
      thread.join();
    }

    @Override
    public void interrupt() {
      thread.interrupt();
    }
  }
}
