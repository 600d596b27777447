package dev.cairn.metrics;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.util.JavalinBindException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Serves what operators look at, on a port of its own that owners never reach:
 *
 * <table>
 * <caption>Routes</caption>
 * <tr><td>{@code GET /metrics}</td><td>all series in Prometheus' text format</td></tr>
 * <tr><td>{@code GET /healthz}</td><td>200 while the process works; 503: restart it</td></tr>
 * <tr><td>{@code GET /readyz}</td><td>200 while it can do its work; 503: leave it alone, something that it
 * needs is away. One line for each check says what</td></tr>
 * </table>
 *
 * <p>There is no login: bind it to loopback, or to a network that only Prometheus is in.
 */
public final class ExpositionServer implements AutoCloseable {
  private final Javalin javalin;

  private ExpositionServer(Javalin javalin) {
    this.javalin = javalin;
  }

  /**
   * Starts it.
   *
   * @param port 0 for any that is free
   * @throws IOException if it cannot listen there
   */
  public static ExpositionServer start(
      String host, int port, Telemetry telemetry, Checks health, Checks readiness)
      throws IOException {
    Javalin javalin = Javalin.create(config -> configure(config, telemetry, health, readiness));
    try {
      javalin.start(host, port);
    } catch (JavalinBindException e) {
      throw new IOException(
          "metrics, health and readiness cannot be served on "
              + host
              + ":"
              + port
              + " (metrics.host, metrics.port): another process has the port, or the address is not"
              + " this machine's",
          e);
    }
    return new ExpositionServer(javalin);
  }

  private static void configure(
      JavalinConfig config, Telemetry telemetry, Checks health, Checks readiness) {
    config.concurrency.useVirtualThreads = true;
    config.startup.showJavalinBanner = false;
    config.jetty.modifyHttpConfiguration(http -> http.setSendServerVersion(false));
    config.routes.get(
        "/metrics",
        context -> context.contentType(Telemetry.CONTENT_TYPE).result(telemetry.scrape()));
    config.routes.get("/healthz", context -> answer(context, health.findings()));
    config.routes.get("/readyz", context -> answer(context, readiness.findings()));
  }

  private static void answer(Context context, List<Checks.Finding> findings) {
    boolean fine = Checks.areFine(findings);
    StringBuilder text = new StringBuilder(fine ? "ok\n" : "not ok\n");
    for (Checks.Finding finding : findings) {
      Optional<String> trouble = finding.trouble();
      text.append(finding.name()).append(": ").append(trouble.orElse("ok")).append('\n');
    }
    context
        .status(fine ? 200 : 503)
        .contentType("text/plain; charset=utf-8")
        .result(text.toString());
  }

  /** The port that it listens on. */
  public int port() {
    return javalin.port();
  }

  @Override
  public void close() {
    javalin.stop();
  }
}
