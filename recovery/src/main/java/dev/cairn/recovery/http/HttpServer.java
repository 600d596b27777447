package dev.cairn.recovery.http;

import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.provider.store.StoreUnavailableException;
import dev.cairn.recovery.accounts.AccountsUnavailableException;
import dev.cairn.recovery.data.JobNotStoredException;
import dev.cairn.recovery.metrics.RequestObserver;
import dev.cairn.recovery.provision.ProvisioningException;
import dev.cairn.recovery.refusal.Refusal;
import dev.cairn.schemas.http.ApiPaths;
import dev.cairn.schemas.http.ErrorBody;
import dev.cairn.schemas.http.ErrorCodes;
import dev.cairn.schemas.http.HttpJson;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the routes with virtual threads. Every answer that is not a success is an {@link
 * ErrorBody}; none quotes what the client sent.
 */
public final class HttpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
  private static final Duration RETRY = Duration.ofSeconds(5);

  private final Javalin javalin;

  private HttpServer(Javalin javalin) {
    this.javalin = javalin;
  }

  /** Starts on the configured address. */
  public static HttpServer start(Services services) {
    ProviderConfig config = services.config();
    Javalin javalin = Javalin.create(javalinConfig -> configure(javalinConfig, services));
    javalin.start(config.serviceHost(), config.servicePort());
    return new HttpServer(javalin);
  }

  private static void configure(JavalinConfig config, Services services) {
    config.concurrency.useVirtualThreads = true;
    config.startup.showJavalinBanner = false;
    config.http.compressionStrategy = CompressionStrategy.NONE;
    config.jetty.modifyHttpConfiguration(http -> http.setSendServerVersion(false));
    RequestObserver observer = services.observer();
    config.requestLogger.http((context, milliseconds) ->
        observer.answered(
            context.method().name(),
            routeOf(context),
            context.statusCode(),
            Duration.ofNanos((long) (milliseconds * 1_000_000))));
    for (Route route : new Routes(services).all()) {
      config.routes.addHttpHandler(
          route.method(),
          route.path(),
          context -> route.action().answer(context, new Request(context)));
    }
    config.routes.exception(
        Refusal.class,
        (refusal, context) -> {
          observer.refused(routeOf(context), refusal.body().code());
          refuse(context, refusal);
        });
    config.routes.exception(
        AccountsUnavailableException.class, (e, context) -> unavailable(context, e));
    config.routes.exception(
        StoreUnavailableException.class, (e, context) -> unavailable(context, e));
    config.routes.exception(ProvisioningException.class, (e, context) -> unavailable(context, e));
    config.routes.exception(JobNotStoredException.class, (e, context) -> unavailable(context, e));
    config.routes.exception(
        HttpResponseException.class,
        (e, context) ->
            answer(
                context,
                e.getStatus(),
                new ErrorBody(codeOf(e.getStatus()), messageOf(e.getStatus()), Map.of())));
    config.routes.exception(
        Exception.class,
        (e, context) -> {
          LOG.error("{} {} failed", context.method(), context.path(), e);
          answer(
              context,
              500,
              new ErrorBody(
                  ErrorCodes.INTERNAL,
                  "the service failed; nothing is known to have changed",
                  Map.of()));
        });
  }

  // The pattern, not the path: a path has as many values as there are users and snapshots.
  private static String routeOf(Context context) {
    // Absent where no route matched: context.endpoint() throws then.
    return Optional.ofNullable(context.endpoints().lastHttpEndpoint())
        .map(endpoint -> endpoint.path)
        .filter(path -> path.startsWith("/"))
        .orElse("unknown");
  }

  // The framework's own words quote the request.
  private static String messageOf(int status) {
    return switch (status) {
      case 404 -> "there is no such route: see " + ApiPaths.OPENAPI;
      case 405 -> "this route has another method: see " + ApiPaths.OPENAPI;
      case 413 -> "the request is too large";
      default -> "the request was refused before it was read";
    };
  }

  private static String codeOf(int status) {
    return switch (status) {
      case 404 -> ErrorCodes.ABSENT;
      case 413 -> ErrorCodes.TOO_LARGE;
      case 429 -> ErrorCodes.TOO_MANY;
      default -> status < 500 ? ErrorCodes.MALFORMED : ErrorCodes.INTERNAL;
    };
  }

  private static void unavailable(Context context, Exception e) {
    LOG.warn("{} {}: {}", context.method(), context.path(), e.getMessage());
    refuse(
        context,
        Refusal.unavailable(
            "Kafka or storage does not answer now; whether the request took effect is not known",
            RETRY));
  }

  private static void refuse(Context context, Refusal refusal) {
    refusal
        .retryAfter()
        .ifPresent(
            after -> context.header("Retry-After", Long.toString(Math.max(1, after.toSeconds()))));
    answer(context, refusal.status(), refusal.body());
  }

  private static void answer(Context context, int status, ErrorBody body) {
    if (context.res().isCommitted()) {
      // Half of the data has left: cutting the connection is the only way to say that it is not
      // whole.
      throw new IllegalStateException("broken off in the middle of an answer");
    }
    try {
      context.res().resetBuffer();
      context.removeHeader("Content-Length");
      context
          .status(status)
          .contentType("application/json")
          .result(HttpJson.strict().writeValueAsBytes(body));
    } catch (IOException e) {
      throw new IllegalStateException("an error cannot be written", e);
    }
  }

  public int port() {
    return javalin.port();
  }

  @Override
  public void close() {
    javalin.stop();
  }
}
