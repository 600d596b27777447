package dev.cairn.keyserver.daemon;

import dev.cairn.keyserver.api.LocalPaths;
import dev.cairn.keyserver.error.CairnException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.schemas.http.HttpJson;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.util.JavalinBindException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the routes on loopback, with platform threads, because SQLite blocks them. Headers are
 * read without a thread, so whoever has no token holds none; whoever has one holds it no longer
 * than the idle timeout without moving.
 */
final class ApiServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);
  private static final String LOOPBACK = "127.0.0.1";
  private static final int THREADS = 128;
  private static final int IDLE_THREADS = 4;
  private static final int MAX_HEADERS = 32 << 10; // two names of 4 KiB, percent-encoded
  private static final int STOP_MILLIS = 2000;

  private final Javalin javalin;
  private final URI url;

  private ApiServer(Javalin javalin, URI url) {
    this.javalin = javalin;
    this.url = url;
  }

  /** Starts to listen. */
  static ApiServer start(List<Route> routes, Guard guard, int port, Duration idleTimeout) {
    QueuedThreadPool threads = new QueuedThreadPool(THREADS, IDLE_THREADS);
    threads.setName("cairn-api");
    threads.setDaemon(true);
    threads.setStopTimeout(STOP_MILLIS);
    Javalin javalin =
        Javalin.create(config -> {
          config.jetty.threadPool = threads;
          config.jetty.addConnector((server, http) -> connector(server, http, port, idleTimeout));
          configure(config, routes, guard);
        });
    try {
      javalin.start();
    } catch (JavalinBindException e) {
      throw new UnavailableException(
          "Port "
              + port
              + " of this machine is taken: the keyserver cannot be asked there. Nothing was"
              + " changed; choose another port, or none",
          e);
    }
    return new ApiServer(javalin, URI.create("http://" + LOOPBACK + ":" + javalin.port()));
  }

  private static Connector connector(
      Server server, HttpConfiguration http, int port, Duration idleTimeout) {
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(MAX_HEADERS);
    ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
    connector.setHost(LOOPBACK);
    connector.setPort(port);
    connector.setIdleTimeout(idleTimeout.toMillis());
    return connector;
  }

  private static void configure(JavalinConfig config, List<Route> routes, Guard guard) {
    config.startup.showJavalinBanner = false;
    config.startup.startupWatcherEnabled = false;
    config.http.compressionStrategy = CompressionStrategy.NONE;
    config.http.prefer405over404 = true;
    for (Route route : routes) {
      config.routes.addHttpHandler(
          route.method(),
          route.path(),
          context -> {
            Guard.checkHost(context);
            if (!route.open()) {
              guard.checkToken(context);
            }
            route.action().answer(context, Query.parse(context.queryString()));
          });
    }
    config.routes.exception(Refusal.class, (refusal, context) -> answer(context, refusal));
    config.routes.exception(
        CairnException.class, (e, context) -> answer(context, Refusal.of(e, Map.of())));
    config.routes.exception(
        HttpResponseException.class, (e, context) -> answer(context, routing(e.getStatus())));
    config.routes.exception(
        Exception.class,
        (e, context) -> {
          if (e instanceof IOException || e instanceof UncheckedIOException) {
            LOG.warn("{} {} broke off: {}", context.method(), context.path(), e.toString());
          } else {
            LOG.error("{} {} failed", context.method(), context.path(), e);
          }
          answer(context, Refusal.internal());
        });
  }

  // The framework's own words quote the request.
  private static Refusal routing(int status) {
    return switch (status) {
      case 404 -> Refusal.noSuchRoute(404, "There is no such route: see " + LocalPaths.OPENAPI);
      case 405 ->
          Refusal.noSuchRoute(405, "This route has another method: see " + LocalPaths.OPENAPI);
      default -> Refusal.malformed("The request was refused before it was read");
    };
  }

  private static void answer(Context context, Refusal refusal) {
    if (context.res().isCommitted()) {
      // Half of the data has left: cutting the connection is the only way to say that it is not
      // whole.
      throw new IllegalStateException("broken off in the middle of an answer", refusal);
    }
    try {
      context.res().resetBuffer();
      context.removeHeader("Content-Length");
      context
          .status(refusal.status())
          .contentType("application/json")
          .result(HttpJson.strict().writeValueAsBytes(refusal.body()));
    } catch (IOException e) {
      throw new IllegalStateException("An error cannot be written", e);
    }
  }

  URI url() {
    return url;
  }

  /** Stops listening and cuts what is under way. */
  @Override
  public void close() {
    javalin.stop();
  }
}
