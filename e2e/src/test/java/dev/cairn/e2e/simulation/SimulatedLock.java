package dev.cairn.e2e.simulation;

import java.util.ArrayDeque;
import java.util.Date;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A lock between simulated threads of one machine. Taking it may let another thread go first. */
final class SimulatedLock extends ReentrantLock {
  private static final long serialVersionUID = 1L;

  private final transient Scheduler scheduler;
  private final transient Machine machine;
  private transient @Nullable SimulatedThread owner;
  private transient int holds;

  SimulatedLock(Scheduler scheduler, Machine machine) {
    this.scheduler = scheduler;
    this.machine = machine;
  }

  private boolean isGone() {
    return machine.dead || scheduler.isOver();
  }

  boolean isFreeFor(SimulatedThread thread) {
    return owner == null || owner == thread;
  }

  @Override
  public void lock() {
    if (isGone()) {
      return; // its threads only unwind, one at a time
    }
    SimulatedThread me = scheduler.current();
    if (owner != me) {
      scheduler.point("lock");
      take(me, 1);
    } else {
      holds++;
    }
  }

  private void take(SimulatedThread me, int times) {
    while (!isFreeFor(me)) {
      me.wants = this;
      scheduler.switchAway(me);
    }
    me.wants = null;
    owner = me;
    holds = times;
  }

  @Override
  public void unlock() {
    if (isGone()) {
      return;
    }
    if (owner != scheduler.current()) {
      throw new IllegalMonitorStateException();
    }
    if (--holds == 0) {
      owner = null;
    }
  }

  @Override
  public boolean isHeldByCurrentThread() {
    return owner == scheduler.current();
  }

  @Override
  public Condition newCondition() {
    return new SimulatedCondition();
  }

  private final class SimulatedCondition implements Condition {
    private final Deque<SimulatedThread> waiting = new ArrayDeque<>();

    private void park(long nanos, boolean interruptibly) throws InterruptedException {
      if (isGone()) {
        throw new MachineDeath();
      }
      SimulatedThread me = scheduler.current();
      if (owner != me) {
        throw new IllegalMonitorStateException();
      }
      requireNotInterrupted(me, interruptibly);
      int times = holds;
      owner = null;
      holds = 0;
      waiting.addLast(me);
      try {
        scheduler.sleepUntil(me, scheduler.orSpuriously(nanos));
      } finally {
        waiting.remove(me);
        if (!isGone()) {
          take(me, times);
        }
      }
      requireNotInterrupted(me, interruptibly);
    }

    private static void requireNotInterrupted(SimulatedThread me, boolean interruptibly)
        throws InterruptedException {
      if (interruptibly && me.interrupted) {
        me.interrupted = false;
        throw new InterruptedException();
      }
    }

    @Override
    public void await() throws InterruptedException {
      park(Long.MAX_VALUE, true);
    }

    @Override
    public void awaitUninterruptibly() {
      try {
        park(Long.MAX_VALUE, false);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public long awaitNanos(long nanos) throws InterruptedException {
      long deadline = scheduler.nanoTime() + Math.max(0, nanos);
      park(Math.max(0, nanos), true);
      return deadline - scheduler.nanoTime();
    }

    @Override
    public boolean await(long time, TimeUnit unit) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean awaitUntil(Date deadline) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void signal() {
      SimulatedThread first = waiting.pollFirst();
      if (first != null) {
        wake(first);
      }
    }

    @Override
    public void signalAll() {
      waiting.forEach(this::wake);
      waiting.clear();
    }

    private void wake(SimulatedThread thread) {
      thread.state = SimulatedThread.State.READY;
      thread.wakeAt = Long.MAX_VALUE;
      thread.wants = SimulatedLock.this;
    }
  }
}
