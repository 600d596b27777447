package dev.cairn.keyserver;

import dev.cairn.keyserver.error.CairnException;
import dev.cairn.keyserver.publish.ConnectionSource;
import dev.cairn.keyserver.publish.ConnectionSource.KnownSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Learns now and then which snapshots are kept, so that commit files which they cover can go. */
final class SnapshotKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotKeeper.class);

  private final ConnectionSource service;
  private final LongConsumer covers;
  private final Duration interval;
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "cairn-snapshot-keeper");
        thread.setDaemon(true);
        return thread;
      });

  private volatile @Nullable ScheduledFuture<?> looking;

  /**
   * Nothing runs before {@link #start}.
   *
   * @param covers hears the index of the oldest snapshot that is kept, or -1
   */
  SnapshotKeeper(ConnectionSource service, LongConsumer covers, Duration interval) {
    this.service = service;
    this.covers = covers;
    this.interval = interval;
  }

  void start() {
    looking =
        executor.scheduleWithFixedDelay(
            this::look, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void look() {
    long covered = -1;
    try {
      List<KnownSnapshot> kept = service.snapshots();
      if (!kept.isEmpty()) {
        covered = kept.get(kept.size() - 1).lastRecord().header().index();
      }
    } catch (CairnException e) {
      LOG.debug("The service does not say which snapshots are kept", e);
    } catch (RuntimeException e) {
      LOG.warn("Learning which snapshots are kept failed; tried again later", e);
    }
    covers.accept(covered);
  }

  @Override
  public void close() {
    ScheduledFuture<?> started = looking;
    if (started != null) {
      started.cancel(true);
    }
    executor.shutdownNow();
  }
}
