package dev.cairn.e2e.simulation;

import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** A thread that runs only while it holds the baton. */
final class SimulatedThread {
  /** What it is at. */
  enum State {
    READY,
    WAITING,
    ENDED
  }

  final Machine machine;
  final String name;
  final Semaphore baton = new Semaphore(0);
  State state = State.READY;
  boolean interrupted;

  /** When it goes on at the latest, if it waits. */
  long wakeAt = Long.MAX_VALUE;

  /** Which lock it cannot go on without. */
  @Nullable SimulatedLock wants;

  SimulatedThread(Machine machine, String name) {
    this.machine = machine;
    this.name = name;
  }

  boolean canRun(long now) {
    if (state == State.ENDED || (state == State.WAITING && wakeAt > now)) {
      return false;
    }
    SimulatedLock lock = wants;
    return lock == null || lock.isFreeFor(this);
  }

  @Override
  public String toString() {
    return machine + "/" + name;
  }
}
