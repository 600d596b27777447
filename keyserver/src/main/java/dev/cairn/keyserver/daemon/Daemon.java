package dev.cairn.keyserver.daemon;

import dev.cairn.crypto.Bytes;
import dev.cairn.keyserver.Keyserver;
import dev.cairn.keyserver.KeyserverStatus;
import dev.cairn.keyserver.api.ApiFile;
import dev.cairn.keyserver.error.CairnException;
import dev.cairn.keyserver.metrics.KeyserverMetrics;
import dev.cairn.metrics.Component;
import dev.cairn.metrics.Telemetry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A keyserver that is always on: holds the home, publishes, drains by itself after an outage, and
 * serves {@link dev.cairn.keyserver.api.LocalPaths} on loopback to whoever can read {@link
 * ApiFile}.
 *
 * <p>When another keyserver has taken the log over it goes on serving reads, and refuses writes.
 * Thread-safe.
 */
public final class Daemon implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);
  private static final Duration PROBE = Duration.ofSeconds(5);
  private static final Duration SUBSCRIBERS = Duration.ofSeconds(1);
  private static final int TOKEN_BYTES = 32;

  private final Path home;
  private final Keyserver keyserver;
  private final ReadinessProbe readiness;
  private final Telemetry telemetry;
  private final Routes routes;
  private final ApiServer server;
  private final Stopping stopping;
  private boolean stopped;

  private static final class Stopping {
    volatile boolean now;
  }

  private Daemon(
      Path home,
      Keyserver keyserver,
      ReadinessProbe readiness,
      Telemetry telemetry,
      Routes routes,
      ApiServer server,
      Stopping stopping) {
    this.home = home;
    this.keyserver = keyserver;
    this.readiness = readiness;
    this.telemetry = telemetry;
    this.routes = routes;
    this.server = server;
    this.stopping = stopping;
  }

  /**
   * Opens the home, starts to publish and to listen, and writes the home's {@link ApiFile}.
   *
   * @throws dev.cairn.keyserver.error.HomeInUseException if the home is open elsewhere
   * @throws CairnException as {@link Keyserver#open(Path)} does
   */
  public static Daemon start(Path home, DaemonOptions options) {
    Keyserver keyserver = Keyserver.open(home, options.keyserver());
    Stopping stopping = new Stopping();
    ReadinessProbe readiness = new ReadinessProbe(keyserver, () -> stopping.now, PROBE);
    Telemetry telemetry = Telemetry.of(Component.KEYSERVER);
    telemetry.bind(KeyserverMetrics.of(keyserver, home));
    Optional<ApiServer> listening = Optional.empty();
    boolean done = false;
    try {
      Routes routes = new Routes(keyserver, readiness, telemetry, () -> stopping.now);
      byte[] random = new byte[TOKEN_BYTES];
      new SecureRandom().nextBytes(random);
      String token = Bytes.wrap(random).base64Url();
      ApiServer server =
          ApiServer.start(routes.all(), new Guard(token), options.port(), options.idleTimeout());
      listening = Optional.of(server);
      new ApiFile(server.url(), token).write(home);
      done = true;
      return new Daemon(home, keyserver, readiness, telemetry, routes, server, stopping);
    } catch (IOException e) {
      throw new UncheckedIOException("Where the keyserver listens cannot be written down", e);
    } finally {
      if (!done) {
        listening.ifPresent(ApiServer::close);
        telemetry.close();
        readiness.close();
        keyserver.close();
      }
    }
  }

  /** Where it listens. */
  public URI url() {
    return server.url();
  }

  /** Where it stands, as known here. */
  public KeyserverStatus status() {
    return keyserver.localStatus();
  }

  /** Why nothing is accepted any more until the home is opened again, if it is so. */
  public Optional<CairnException> failure() {
    return keyserver.failure();
  }

  /**
   * Takes nothing more, goes on publishing for a while, and stops. Reads are served until the end.
   *
   * @param drainTimeout how long to go on publishing at most
   * @return where it stood at the end: what was not backed up stays queued in the home
   */
  public KeyserverStatus stop(Duration drainTimeout) {
    synchronized (stopping) {
      if (!stopped) {
        stopped = true;
        stopping.now = true;
        drain(drainTimeout);
        KeyserverStatus end = keyserver.localStatus();
        routes.awaitSubscribers(SUBSCRIBERS);
        closeAll();
        return end;
      }
      return keyserver.localStatus();
    }
  }

  /** The bound is of the whole time, where the keyserver's own is of time without progress. */
  private void drain(Duration timeout) {
    if (timeout.isZero() || keyserver.identity().readOnly()) {
      return;
    }
    Thread draining =
        new Thread(
            () -> {
              try {
                keyserver.drain(timeout);
              } catch (CairnException | InterruptedException e) {
                LOG.warn("Not everything was backed up: {}", e.toString());
              }
            },
            "cairn-drain");
    draining.setDaemon(true);
    draining.start();
    try {
      draining.join(timeout.toMillis());
      draining.interrupt();
      draining.join();
    } catch (InterruptedException e) {
      draining.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  private void closeAll() {
    try {
      server.close();
    } finally {
      telemetry.close();
      readiness.close();
      try {
        ApiFile.remove(home);
      } catch (IOException e) {
        // The next one to open the home removes it.
        LOG.warn("The file that says where this keyserver listened cannot be removed", e);
      } finally {
        keyserver.close();
      }
    }
  }

  /** Stops at once; what is not backed up stays queued in the home. */
  @Override
  public void close() {
    stop(Duration.ZERO);
  }
}
