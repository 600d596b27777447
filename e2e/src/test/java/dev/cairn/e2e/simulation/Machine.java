package dev.cairn.e2e.simulation;

import dev.cairn.keyserver.threading.Threading;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** A process of the simulated world: its threads die together. */
final class Machine implements Threading {
  final String name;
  final List<SimulatedThread> threads = new ArrayList<>();
  private final Scheduler scheduler;
  boolean dead;

  Machine(Scheduler scheduler, String name) {
    this.scheduler = scheduler;
    this.name = name;
  }

  @Override
  public ReentrantLock newLock() {
    return new SimulatedLock(scheduler, this);
  }

  @Override
  public Running start(String thread, Runnable body) {
    return scheduler.start(this, thread, body);
  }

  @Override
  public long nanoTime() {
    return scheduler.nanoTime();
  }

  /** Whether a thread of it still runs. */
  boolean isRunning() {
    return threads.stream().anyMatch(thread -> thread.state != SimulatedThread.State.ENDED);
  }

  @Override
  public String toString() {
    return name;
  }

  /** A started thread, to those who wait for its end. */
  record Joinable(Scheduler scheduler, SimulatedThread thread) implements Running {
    @Override
    public boolean join(Duration patience) throws InterruptedException {
      long deadline = scheduler.nanoTime() + patience.toNanos();
      while (thread.state != SimulatedThread.State.ENDED) {
        if (scheduler.nanoTime() >= deadline) {
          return false;
        }
        scheduler.sleep(Duration.ofMillis(1));
      }
      return true;
    }

    @Override
    public void join() throws InterruptedException {
      while (thread.state != SimulatedThread.State.ENDED) {
        scheduler.sleep(Duration.ofMillis(1));
      }
    }

    @Override
    public void interrupt() {
      thread.interrupted = true;
    }
  }
}
