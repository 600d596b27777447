package dev.cairn.provider.store;

import dev.cairn.crypto.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries again, after growing and jittered delays, what {@link
 * StoreUnavailableException#isPassing()} says may pass, and goes on with a body that broke off
 * where it broke off. Everything else goes through at once.
 *
 * <p>A conditional write whose first answer was lost answers {@link PutResult#ALREADY_THERE} for
 * its own object: callers compare content by key, never by who wrote it.
 */
public final class RetryingObjectStore implements ObjectStore {
  private static final Logger LOG = LoggerFactory.getLogger(RetryingObjectStore.class);

  private final ObjectStore store;
  private final int attempts;
  private final Duration firstDelay;

  /** Tries six times within about six seconds. */
  public RetryingObjectStore(ObjectStore store) {
    this(store, 6, Duration.ofMillis(200));
  }

  /** Decorates {@code store}; {@code attempts} counts the first one, too. */
  public RetryingObjectStore(ObjectStore store, int attempts, Duration firstDelay) {
    if (attempts < 1) {
      throw new IllegalArgumentException("at least one attempt");
    }
    this.store = store;
    this.attempts = attempts;
    this.firstDelay = firstDelay;
  }

  @FunctionalInterface
  private interface Attempt<T> {
    T run() throws StoreUnavailableException;
  }

  @Override
  public PutResult putIfAbsent(String key, Bytes content) throws StoreUnavailableException {
    return retried(() -> store.putIfAbsent(key, content));
  }

  @Override
  public PutResult putIfAbsent(String key, Path file) throws StoreUnavailableException {
    return retried(() -> store.putIfAbsent(key, file));
  }

  @Override
  public void put(String key, Bytes content) throws StoreUnavailableException {
    retried(() -> {
      store.put(key, content);
      return PutResult.CREATED;
    });
  }

  @Override
  public Optional<Bytes> get(String key, long limit) throws StoreUnavailableException {
    return retried(() -> store.get(key, limit));
  }

  @Override
  public Optional<InputStream> open(String key, long from, long to)
      throws StoreUnavailableException {
    return retried(() -> store.open(key, from, to)).map(body -> new Resumed(body, key, from, to));
  }

  @Override
  public Optional<ObjectStat> stat(String key) throws StoreUnavailableException {
    return retried(() -> store.stat(key));
  }

  @Override
  public List<ObjectStat> list(String prefix) throws StoreUnavailableException {
    return retried(() -> store.list(prefix));
  }

  @Override
  public void delete(List<String> keys) throws StoreUnavailableException {
    retried(() -> {
      store.delete(keys);
      return keys;
    });
  }

  private <T> T retried(Attempt<T> attempt) throws StoreUnavailableException {
    for (int failures = 1; ; failures++) {
      try {
        return attempt.run();
      } catch (StoreUnavailableException e) {
        pauseOrThrow(failures, e);
      }
    }
  }

  private void pauseOrThrow(int failures, StoreUnavailableException e)
      throws StoreUnavailableException {
    if (!e.isPassing() || failures >= attempts || Thread.currentThread().isInterrupted()) {
      throw e;
    }
    LOG.debug("attempt {} of {}: {}", failures, attempts, e.getMessage());
    long longest = firstDelay.toNanos() << Math.min(failures - 1, 20);
    long until = System.nanoTime() + ThreadLocalRandom.current().nextLong(longest / 2, longest + 1);
    for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
    }
  }

  /** A range of which the rest is asked for again when its connection breaks. */
  private final class Resumed extends InputStream {
    private final String key;
    private final long to;
    private InputStream body;
    private long next;
    private int failures;

    Resumed(InputStream body, String key, long from, long to) {
      this.body = body;
      this.key = key;
      this.next = from;
      this.to = to;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      while (true) {
        try {
          int count = body.read(buffer, offset, length);
          if (count > 0) {
            next += count;
            failures = 0;
          }
          return count;
        } catch (StoreUnavailableException e) {
          resume(e);
        }
      }
    }

    private void resume(StoreUnavailableException broken) throws IOException {
      StoreUnavailableException last = broken;
      while (true) {
        pauseOrThrow(++failures, last);
        try {
          InputStream rest =
              store
                  .open(key, next, to)
                  .orElseThrow(
                      () -> new StoreUnavailableException(key + " is gone in mid-read", broken));
          body.close();
          body = rest;
          return;
        } catch (StoreUnavailableException e) {
          last = e;
        }
      }
    }

    @Override
    public void close() throws IOException {
      body.close();
    }
  }
}
