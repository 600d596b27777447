package dev.cairn.e2e.simulation;

import dev.cairn.crypto.Bytes;
import dev.cairn.keyserver.publish.LogPort.SendListener;
import dev.cairn.keyserver.publish.LogPort.Sender;
import dev.cairn.keyserver.publish.LogRefusedException;
import dev.cairn.keyserver.publish.LogUnavailableException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * An idempotent producer with a thread of its own: up to five requests under way, answered in their
 * order. When one fails, it is closed at once, as the real one's callback does; what is under way
 * then may still arrive, but only in order and without a hole: the broker checks that.
 */
final class SimulatedSender implements Sender {
  private static final int UNDER_WAY = 5;

  private static final class Request {
    final long index;
    final Bytes value;
    OptionalLong offset = OptionalLong.empty();

    Request(long index, Bytes value) {
      this.index = index;
      this.value = value;
    }
  }

  private final SimulatedLog log;
  private final long epoch;
  private final SendListener listener;
  private final Deque<Request> queued = new ArrayDeque<>();
  private final Deque<Request> underWay = new ArrayDeque<>();
  private final int lossesAtOpening;
  private boolean closed;
  private @Nullable SimulatedThread producer;

  SimulatedSender(SimulatedLog log, Machine machine, long epoch, SendListener listener) {
    this.log = log;
    this.epoch = epoch;
    this.listener = listener;
    this.lossesAtOpening = log.losses();
    log.scheduler.start(machine, "producer", this::run);
  }

  @Override
  public void send(long index, Bytes value) {
    log.scheduler.point("sends record " + index);
    if (closed) {
      listener.failed(index, unavailable("The producer is closed"));
    } else {
      queued.addLast(new Request(index, value));
      wake();
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      queued.clear();
      wake();
    }
  }

  private void wake() {
    SimulatedThread sleeping = producer;
    if (sleeping != null) {
      log.scheduler.wake(sleeping);
    }
  }

  private void run() {
    producer = log.scheduler.current();
    try {
      while (!closed) {
        if (!step()) {
          if (queued.isEmpty() && underWay.isEmpty()) {
            log.scheduler.sleepUntilWoken();
          } else {
            log.scheduler.sleep(Duration.ofMillis(1));
          }
        }
      }
    } finally {
      leave();
    }
  }

  /** One thing that happens on the wire; false if there is nothing to do. */
  private boolean step() {
    log.scheduler.point("wire");
    if (closed) {
      return true;
    }
    if (log.losses() != lossesAtOpening) {
      if (!underWay.isEmpty()) {
        fail(underWay.removeFirst(), unavailable("The connection broke"));
      } else if (!queued.isEmpty()) {
        fail(queued.removeFirst(), unavailable("The connection broke"));
      } else {
        return false;
      }
      return true;
    }
    if (log.weather.isBrokerAway()) {
      return false;
    }
    Request unsettled =
        underWay.stream().filter(it -> it.offset.isEmpty()).findFirst().orElse(null);
    switch (log.random.nextInt(3)) {
      case 0 -> {
        if (queued.isEmpty() || underWay.size() >= UNDER_WAY) {
          return underWay.size() > 0;
        }
        underWay.addLast(queued.removeFirst());
      }
      case 1 -> {
        if (unsettled == null) {
          return !queued.isEmpty() || !underWay.isEmpty();
        }
        if (log.refuses(epoch)) {
          underWay.remove(unsettled);
          fail(
              unsettled,
              new LogRefusedException("Not authorized", new IllegalStateException("simulated")));
          return true;
        }
        unsettled.offset = OptionalLong.of(log.append(unsettled.value));
        log.scheduler.note("record " + unsettled.index + " lands at " + unsettled.offset);
      }
      default -> {
        Request first = underWay.peekFirst();
        if (first == null) {
          return !queued.isEmpty();
        }
        if (log.weather.fails(log.random)) {
          underWay.removeFirst();
          fail(first, unavailable("No answer in time"));
        } else if (first.offset.isPresent()) {
          underWay.removeFirst();
          log.scheduler.note("record " + first.index + " is acknowledged");
          listener.acknowledged(
              first.index, log.random.nextInt(100) == 0 ? OptionalLong.empty() : first.offset);
        }
      }
    }
    return true;
  }

  private void fail(Request failed, RuntimeException cause) {
    log.scheduler.note("record " + failed.index + " fails: " + cause.getMessage());
    if (!log.faults.has(Faults.Fault.FAILED_SEND_GOES_ON)) {
      if (failed.offset.isEmpty()) {
        underWay.addFirst(failed); // nobody knows: it may arrive yet
      }
      close();
    }
    listener.failed(failed.index, cause);
  }

  /** What was sent and not answered when the producer ended: a part of it may arrive yet. */
  private void leave() {
    closed = true;
    List<Bytes> late = new ArrayList<>();
    for (Request request : underWay) {
      if (request.offset.isEmpty()) {
        if (log.random.nextInt(3) == 0) {
          break;
        }
        late.add(request.value);
      }
    }
    log.arriveLate(epoch, late);
  }

  private static LogUnavailableException unavailable(String message) {
    return new LogUnavailableException(message, new IllegalStateException("simulated"));
  }
}
