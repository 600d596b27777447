package dev.cairn.e2e.simulation;

import dev.cairn.keyserver.threading.Threading.Running;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the threads of a simulated world one at a time, in an order that a seed decides, by a time
 * that only it moves.
 *
 * <p>Exactly one simulated thread runs: it holds the baton, and gives it away at the points where a
 * real thread could be overtaken: when it takes a lock, waits, or talks to a disk, a log or a
 * storage. Real threads of libraries that a simulated one waits for (downloads of a recovery) are
 * left alone: whoever waits for them holds the baton meanwhile.
 */
final class Scheduler {
  private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");
  private static final int REMEMBERED = 60;
  private static final ThreadLocal<SimulatedThread> SELF = new ThreadLocal<>();

  private final Random random;
  private final List<SimulatedThread> threads = new ArrayList<>();
  private final Deque<String> trace = new ArrayDeque<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private final Clock clock = new VirtualClock();
  private long nanos;
  private long steps;
  private @Nullable SimulatedThread unwindsFor;
  private @Nullable Throwable failure;

  Scheduler(Random random) {
    this.random = random;
  }

  Clock clock() {
    return clock;
  }

  long nanoTime() {
    return nanos;
  }

  long steps() {
    return steps;
  }

  Machine machine(String name) {
    return new Machine(this, name);
  }

  /** Runs a world from its director's first step to its last; its other machines die then. */
  void run(Runnable director) throws Exception {
    Machine machine = machine("director");
    SimulatedThread first = thread(machine, "director", director, true);
    first.baton.release();
    over.await();
    if (failure != null) {
      throw new AssertionError(failure.getMessage(), failure);
    }
  }

  /** Ends the world: every thread unwinds. */
  void fail(Throwable cause) {
    if (failure == null) {
      failure = cause;
    }
  }

  /** Whether the world has failed, and its threads only unwind. */
  boolean isOver() {
    return failure != null;
  }

  /** Starts a thread of a machine. */
  Running start(Machine machine, String name, Runnable body) {
    if (machine.dead) {
      throw new MachineDeath();
    }
    return new Machine.Joinable(this, thread(machine, name, body, false));
  }

  private SimulatedThread thread(Machine machine, String name, Runnable body, boolean directs) {
    SimulatedThread made = new SimulatedThread(machine, name);
    threads.add(made);
    machine.threads.add(made);
    Thread thread =
        new Thread(
            () -> {
              SELF.set(made);
              made.baton.acquireUninterruptibly();
              try {
                if (!machine.dead) {
                  body.run();
                }
              } catch (MachineDeath e) {
                note("dies");
              } catch (Throwable e) {
                fail(e);
              }
              ended(made, directs);
            },
            Silence.THREADS + machine.name + "-" + name);
    thread.setDaemon(true);
    thread.start();
    return made;
  }

  private void ended(SimulatedThread me, boolean directs) {
    me.state = SimulatedThread.State.ENDED;
    me.machine.threads.remove(me);
    threads.remove(me);
    if (directs && !threads.isEmpty() && failure == null) {
      fail(new AssertionError("The director has left threads behind: " + threads));
    }
    SimulatedThread killer = unwindsFor;
    if (killer != null && failure == null) {
      killer.baton.release();
    } else if (threads.isEmpty()) {
      over.countDown();
    } else {
      pick().baton.release();
    }
  }

  /** The simulated thread that calls. */
  SimulatedThread current() {
    SimulatedThread me = SELF.get();
    if (me == null) {
      throw new IllegalStateException("not a thread of the simulated world");
    }
    return me;
  }

  /** A place where the caller may be overtaken, or die. Threads outside of the world pass. */
  void point(String what) {
    SimulatedThread me = SELF.get();
    if (me == null) {
      return;
    }
    requireAlive(me);
    steps++;
    nanos += 1_000L + random.nextInt(40_000);
    note(what);
    if (random.nextInt(3) == 0) {
      switchAway(me);
    }
  }

  void note(String what) {
    SimulatedThread me = SELF.get();
    if (!what.equals("lock")) {
      if (trace.size() == REMEMBERED) {
        trace.removeFirst();
      }
      trace.addLast(nanos / 1000 + " µs " + me + ": " + what);
    }
  }

  /** What happened last, for a failure's message. */
  String trace() {
    return String.join("\n  ", trace);
  }

  private void requireAlive(SimulatedThread me) {
    if (me.machine.dead || failure != null) {
      throw new MachineDeath();
    }
  }

  /** Lets somebody go first; returns when it is the caller's turn. */
  void switchAway(SimulatedThread me) {
    SimulatedThread next = pick();
    if (next != me) {
      next.baton.release();
      me.baton.acquireUninterruptibly();
    }
    requireAlive(me);
  }

  private SimulatedThread pick() {
    while (true) {
      if (failure != null) {
        return threads.get(0); // whoever runs only unwinds
      }
      List<SimulatedThread> able = new ArrayList<>(threads.size());
      long earliest = Long.MAX_VALUE;
      for (SimulatedThread thread : threads) {
        if (thread.canRun(nanos)) {
          able.add(thread);
        } else if (thread.state == SimulatedThread.State.WAITING) {
          earliest = Math.min(earliest, thread.wakeAt);
        }
      }
      if (!able.isEmpty()) {
        return able.get(random.nextInt(able.size()));
      }
      if (earliest == Long.MAX_VALUE) {
        fail(new AssertionError("Nothing can run any more: " + threads));
        continue;
      }
      nanos = Math.max(nanos, earliest);
    }
  }

  /** Waits for that long. */
  void sleep(Duration length) {
    SimulatedThread me = current();
    requireAlive(me);
    sleepUntil(me, length.toNanos());
  }

  /** Waits until somebody makes the thread ready, or for that many nanoseconds. */
  void sleepUntil(SimulatedThread me, long length) {
    me.state = SimulatedThread.State.WAITING;
    me.wakeAt = length > Long.MAX_VALUE - nanos ? Long.MAX_VALUE : nanos + length;
    try {
      switchAway(me);
    } finally {
      me.state = SimulatedThread.State.READY;
      me.wakeAt = Long.MAX_VALUE;
    }
  }

  /** Waits until it is woken up. */
  void sleepUntilWoken() {
    SimulatedThread me = current();
    requireAlive(me);
    sleepUntil(me, Long.MAX_VALUE);
  }

  /** Ends a thread's sleep. */
  void wake(SimulatedThread thread) {
    if (thread.state == SimulatedThread.State.WAITING) {
      thread.state = SimulatedThread.State.READY;
    }
  }

  /** The time, or rarely a short one: conditions may wake up without reason. */
  long orSpuriously(long length) {
    return random.nextInt(100) == 0 ? Math.min(length, random.nextInt(1_000_000)) : length;
  }

  /** Waits for something; false if it has not come after that time. */
  boolean await(BooleanSupplier condition, Duration patience) {
    long deadline = nanos + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (nanos >= deadline) {
        return false;
      }
      sleep(Duration.ofMillis(1));
    }
    return true;
  }

  /** Ends all threads of a machine where they are; they unwind before this returns. */
  void kill(Machine machine) {
    SimulatedThread me = current();
    machine.dead = true;
    note("kills " + machine);
    while (!machine.threads.isEmpty()) {
      SimulatedThread victim = machine.threads.get(0);
      unwindsFor = me;
      victim.state = SimulatedThread.State.READY;
      victim.wants = null;
      victim.baton.release();
      me.baton.acquireUninterruptibly();
      unwindsFor = null;
      requireAlive(me);
    }
  }

  private final class VirtualClock extends Clock {
    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Instant instant() {
      return BEGINNING.plusNanos(nanos);
    }
  }
}
