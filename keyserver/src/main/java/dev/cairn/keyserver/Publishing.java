package dev.cairn.keyserver;

import dev.cairn.journal.judge.TrustedKeys;
import dev.cairn.keyserver.engine.Engine;
import dev.cairn.keyserver.publish.ConnectionSource;
import dev.cairn.keyserver.publish.LogPort;
import dev.cairn.keyserver.publish.Publisher;
import dev.cairn.keyserver.publish.PublisherTiming;
import dev.cairn.keyserver.service.BrokerConnection;
import dev.cairn.keyserver.threading.Threading;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The publisher of the epoch in force; another one takes its place when the home goes over to
 * another epoch. Thread-safe.
 */
final class Publishing implements AutoCloseable {
  private final Engine engine;
  private final Supplier<TrustedKeys> trusted;
  private final ConnectionSource service;
  private final Function<BrokerConnection, LogPort> logs;
  private final PublisherTiming timing;
  private volatile @Nullable Publisher current;
  private boolean closed;

  Publishing(
      Engine engine,
      Supplier<TrustedKeys> trusted,
      ConnectionSource service,
      Function<BrokerConnection, LogPort> logs,
      PublisherTiming timing) {
    this.engine = engine;
    this.trusted = trusted;
    this.service = service;
    this.logs = logs;
    this.timing = timing;
  }

  /** Publishes in the epoch in force, unless it does already. */
  synchronized void start() {
    if (closed || current != null) {
      return;
    }
    Publisher publisher =
        new Publisher(
            engine.userId(),
            trusted.get(),
            engine.epochOpened().orElseThrow(),
            engine.outbox(),
            service,
            logs,
            engine.mark(),
            engine.position().acknowledgedIndex(),
            engine::persist,
            timing,
            Threading.PLATFORM);
    current = publisher;
    publisher.start();
  }

  /** Publishes nothing more until {@link #start}. */
  synchronized void stop() {
    Publisher publisher = current;
    if (publisher != null) {
      publisher.close();
      current = null;
    }
  }

  /** Records up to that one are durable. Does not block. */
  void durable(long index) {
    Publisher publisher = current;
    if (publisher != null) {
      publisher.durable(index);
    }
  }

  Optional<String> trouble() {
    Publisher publisher = current;
    return publisher == null ? Optional.empty() : publisher.trouble();
  }

  @Override
  public synchronized void close() {
    closed = true;
    stop();
  }
}
