package dev.cairn.e2e.liar;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.cairn.crypto.Bytes;
import dev.cairn.schemas.http.ApiPaths;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stands between owners and the real recovery service. Each owner talks to a line of its own, and
 * hears on it what the lie of the moment makes of the service's answers.
 */
final class LyingProvider implements AutoCloseable {
  private static final List<String> REQUEST_HEADERS =
      List.of(
          "Authorization",
          "Content-Type",
          "Range",
          ApiPaths.HEADER_USER,
          ApiPaths.HEADER_KEY_VERSION,
          ApiPaths.HEADER_NONCE,
          ApiPaths.HEADER_EXPIRY,
          ApiPaths.HEADER_SIGNATURE);
  private static final List<String> ANSWER_HEADERS =
      List.of(ApiPaths.HEADER_NEXT_OFFSET, ApiPaths.HEADER_END_OFFSET, "Retry-After");

  /** Nobody who bounds what he reads takes so much of an endless answer. */
  private static final long ENDLESS_BYTES = 512L << 20;

  /** What a client is told on one line, and what it was told truly. */
  static final class Line {
    private final String name;
    private final Map<Asked, AtomicInteger> counts = new ConcurrentHashMap<>();
    private final Map<Asked, Answer> truths = new ConcurrentHashMap<>();
    private final AtomicLong endless = new AtomicLong();
    private volatile Lie lie = Lie.NONE;

    private Line(String name) {
      this.name = name;
    }

    void tell(Lie next) {
      counts.clear();
      endless.set(0);
      lie = next;
    }

    /** The newest true answer of that kind. */
    Optional<Answer> truth(Asked asked) {
      return Optional.ofNullable(truths.get(asked));
    }

    /** How much of endless answers was taken, since the lie was told. */
    long endlessBytes() {
      return endless.get();
    }

    String name() {
      return name;
    }
  }

  private final HttpServer server;
  private final URI service;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Map<String, Line> lines = new ConcurrentHashMap<>();

  private LyingProvider(HttpServer server, URI service) {
    this.server = server;
    this.service = service;
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  static LyingProvider before(URI service) throws IOException {
    return new LyingProvider(
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0), service);
  }

  Line line(String name) {
    return lines.computeIfAbsent(name, Line::new);
  }

  URI address(Line line) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/" + line.name());
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    int end = path.indexOf('/', 1);
    Line line = Objects.requireNonNull(lines.get(path.substring(1, end)));
    String rest = path.substring(end);
    Asked asked = Asked.of(rest);
    Request request =
        new Request(
            asked,
            rest,
            Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse(""),
            Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range")),
            line.counts.computeIfAbsent(asked, any -> new AtomicInteger()).getAndIncrement());
    Bytes body = Bytes.wrap(exchange.getRequestBody().readAllBytes());
    Answer answer =
        line.lie.answer(
            request,
            () -> {
              Answer truth = ask(exchange, request, body);
              line.truths.put(asked, truth);
              return truth;
            });
    try (exchange) {
      send(exchange, answer, line);
    }
  }

  private static void send(HttpExchange exchange, Answer answer, Line line) throws IOException {
    if (answer.delivery() == Answer.Delivery.DROPPED) {
      return;
    }
    answer.headers().forEach(exchange.getResponseHeaders()::set);
    byte[] body = answer.body().toByteArray();
    switch (answer.delivery()) {
      case WHOLE -> {
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
          exchange.getResponseBody().write(body);
        }
      }
      case CUT -> {
        exchange.sendResponseHeaders(answer.status(), body.length + 1L);
        exchange.getResponseBody().write(body, 0, body.length / 2);
        exchange.getResponseBody().flush();
      }
      case ENDLESS -> {
        exchange.sendResponseHeaders(answer.status(), 0);
        OutputStream out = exchange.getResponseBody();
        byte[] part = body.length == 0 ? new byte[1024] : body;
        while (line.endless.addAndGet(part.length) < ENDLESS_BYTES) {
          out.write(part);
        }
      }
      case DROPPED -> throw new AssertionError("handled above");
    }
  }

  private Answer ask(HttpExchange exchange, Request request, Bytes body) {
    String query = request.query().isEmpty() ? "" : "?" + request.query();
    HttpRequest.Builder forward =
        HttpRequest.newBuilder(URI.create(service + request.path() + query))
            .timeout(Duration.ofMinutes(2))
            .method(
                exchange.getRequestMethod(),
                body.isEmpty()
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofByteArray(body.toByteArray()));
    for (String name : REQUEST_HEADERS) {
      String value = exchange.getRequestHeaders().getFirst(name);
      if (value != null) {
        forward.header(name, value);
      }
    }
    try {
      HttpResponse<byte[]> response = http.send(forward.build(), BodyHandlers.ofByteArray());
      Map<String, String> headers = new HashMap<>();
      for (String name : ANSWER_HEADERS) {
        response.headers().firstValue(name).ifPresent(value -> headers.put(name, value));
      }
      return new Answer(
          response.statusCode(), headers, Bytes.wrap(response.body()), Answer.Delivery.WHOLE);
    } catch (IOException e) {
      return Answer.refused(502, "unavailable");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Answer.refused(502, "unavailable");
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    http.close();
  }
}
