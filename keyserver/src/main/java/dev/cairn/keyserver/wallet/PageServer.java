package dev.cairn.keyserver.wallet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.cairn.crypto.Bytes;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.wallet.PageMessages.Answer;
import dev.cairn.keyserver.wallet.PageMessages.Ask;
import dev.cairn.keyserver.wallet.PageMessages.Claim;
import dev.cairn.keyserver.wallet.PageMessages.Claimed;
import dev.cairn.keyserver.wallet.PageMessages.Next;
import dev.cairn.keyserver.wallet.PageMessages.Taken;
import dev.cairn.schemas.http.HttpJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the wallet's page, on loopback, at a port of its own, for one page.
 *
 * <table>
 * <caption>Who is kept out, and how</caption>
 * <tr><th>who</th><th>how</th></tr>
 * <tr><td>other machines</td><td>it listens on 127.0.0.1 and ::1</td></tr>
 * <tr><td>a site whose name leads to loopback (DNS rebinding)</td><td>the Host must be localhost and this port</td></tr>
 * <tr><td>a site in the same browser</td><td>whatever is posted must come from this origin; no answer allows another; it
 * cannot be framed</td></tr>
 * <tr><td>a program of another user of this machine</td><td>the token in the address's fragment, which serves once, and a
 * session that only the page knows</td></tr>
 * <tr><td>scripts from elsewhere</td><td>a Content-Security-Policy that knows this origin's files only</td></tr>
 * </table>
 */
final class PageServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PageServer.class);
  private static final int SECRET_BYTES = 32;
  private static final int MAX_BODY = 8 * 1024;
  private static final String JSON = "application/json";

  /** Wallets give their icons as data; nothing else comes from outside of this origin. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private record File(String resource, String type) {}

  private static final Map<String, File> FILES =
      Map.of(
          "/", new File("page.html", "text/html; charset=utf-8"),
          "/page.css", new File("page.css", "text/css; charset=utf-8"),
          "/page.js", new File("page.js", "text/javascript; charset=utf-8"),
          "/icon.svg", new File("icon.svg", "image/svg+xml"));

  private final HttpServer http;
  private final Optional<HttpServer> other;
  private final ExecutorService threads;
  private final PageDialogue dialogue;
  private final String purpose;
  private final String serverName;
  private final byte[] token;
  private final Object claiming = new Object();
  private byte @Nullable [] session;

  private PageServer(
      HttpServer http,
      Optional<HttpServer> other,
      ExecutorService threads,
      PageDialogue dialogue,
      String purpose,
      String serverName) {
    this.http = http;
    this.other = other;
    this.threads = threads;
    this.dialogue = dialogue;
    this.purpose = purpose;
    this.serverName = serverName;
    this.token = random();
  }

  static PageServer start(PageDialogue dialogue, String purpose, String serverName) {
    try {
      HttpServer http = HttpServer.create(loopback(new byte[] {127, 0, 0, 1}, 0), 0);
      // A browser may take localhost for ::1: nobody else may answer there at this port.
      Optional<HttpServer> other;
      try {
        other = sixth(http.getAddress().getPort());
      } catch (IOException e) {
        http.stop(0);
        throw e;
      }
      ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
      PageServer server = new PageServer(http, other, threads, dialogue, purpose, serverName);
      server.serve(http);
      other.ifPresent(server::serve);
      return server;
    } catch (IOException e) {
      throw new UnavailableException(
          "The wallet's page cannot be served on this machine: " + e.getMessage(), e);
    }
  }

  private static InetSocketAddress loopback(byte[] address, int port) throws IOException {
    return new InetSocketAddress(InetAddress.getByAddress(address), port);
  }

  /** The same port at ::1; empty where this machine has no such address, and so nobody has it. */
  private static Optional<HttpServer> sixth(int port) throws IOException {
    byte[] address = new byte[16];
    address[15] = 1;
    try {
      return Optional.of(HttpServer.create(loopback(address, port), 0));
    } catch (BindException e) {
      if (isLocal(address)) {
        throw new IOException("another program answers at [::1]:" + port + "; try again", e);
      }
      return Optional.empty();
    } catch (SocketException e) {
      return Optional.empty(); // no IPv6 here
    }
  }

  private static boolean isLocal(byte[] address) throws IOException {
    return NetworkInterface.getByInetAddress(InetAddress.getByAddress(address)) != null;
  }

  private void serve(HttpServer server) {
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Host and port, as the browser and a login name them. */
  String site() {
    return "localhost:" + http.getAddress().getPort();
  }

  /** What is opened in the browser; serves once. */
  URI address() {
    return URI.create("http://" + site() + "/#" + new String(token, StandardCharsets.US_ASCII));
  }

  private static byte[] random() {
    byte[] bytes = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(bytes);
    return Bytes.wrap(bytes).base64Url().getBytes(StandardCharsets.US_ASCII);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Headers answer = exchange.getResponseHeaders();
      answer.set("Content-Security-Policy", POLICY);
      answer.set("Cache-Control", "no-store");
      answer.set("X-Content-Type-Options", "nosniff");
      answer.set("Referrer-Policy", "no-referrer");
      answer.set("Cross-Origin-Resource-Policy", "same-origin");
      answer.set("Cross-Origin-Opener-Policy", "same-origin");
      try {
        route(exchange);
      } catch (Refused e) {
        send(
            exchange,
            e.status,
            "text/plain; charset=utf-8",
            e.said.getBytes(StandardCharsets.UTF_8));
      } catch (RuntimeException e) {
        LOG.error("The wallet's page failed at {}", exchange.getRequestURI().getPath(), e);
        send(exchange, 500, "text/plain; charset=utf-8", new byte[0]);
      }
    }
  }

  private void route(HttpExchange exchange) throws IOException, Refused {
    if (!site().equals(exchange.getRequestHeaders().getFirst("Host"))) {
      throw new Refused(403, "This page has another address.");
    }
    String path = exchange.getRequestURI().getPath();
    boolean read = exchange.getRequestMethod().equals("GET");
    File file = FILES.get(path);
    if (file != null) {
      if (!read) {
        throw new Refused(405, "This is only read.");
      }
      send(exchange, 200, file.type(), resource(file.resource()));
      return;
    }
    if (!path.equals("/claim") && !path.equals("/next") && !path.equals("/answer")) {
      throw new Refused(404, "There is nothing here.");
    }
    if (!exchange.getRequestMethod().equals("POST")) {
      throw new Refused(405, "This is only posted to.");
    }
    if (!("http://" + site()).equals(exchange.getRequestHeaders().getFirst("Origin"))) {
      throw new Refused(403, "Another site may not ask here.");
    }
    if (!JSON.equals(exchange.getRequestHeaders().getFirst("Content-Type"))) {
      throw new Refused(415, "What is posted here is JSON.");
    }
    byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
    try {
      if (body.length > MAX_BODY) {
        throw new Refused(413, "That is too long.");
      }
      switch (path) {
        case "/claim" -> reply(exchange, claim(read(body, Claim.class)));
        case "/next" -> {
          requireSession(exchange);
          Ask ask = dialogue.next(read(body, Next.class).after());
          reply(exchange, ask);
          dialogue.delivered(ask.number());
        }
        default -> {
          requireSession(exchange);
          reply(exchange, new Taken(dialogue.answer(read(body, Answer.class))));
        }
      }
    } finally {
      Arrays.fill(body, (byte) 0);
    }
  }

  private Claimed claim(Claim claim) throws Refused {
    if (!MessageDigest.isEqual(claim.token().getBytes(StandardCharsets.UTF_8), token)) {
      throw new Refused(401, "This address is not the one that Cairn printed.");
    }
    synchronized (claiming) {
      if (session != null) {
        throw new Refused(
            409, "This address has been opened already, and serves once. Run the command again.");
      }
      byte[] fresh = random();
      session = fresh;
      return new Claimed(new String(fresh, StandardCharsets.US_ASCII), purpose, serverName);
    }
  }

  private void requireSession(HttpExchange exchange) throws Refused {
    String header = exchange.getRequestHeaders().getFirst("Authorization");
    byte[] known;
    synchronized (claiming) {
      known = session;
    }
    if (known == null
        || header == null
        || !MessageDigest.isEqual(
            header.getBytes(StandardCharsets.UTF_8),
            Bytes.concat(Bytes.utf8("Bearer "), Bytes.wrap(known)).toByteArray())) {
      throw new Refused(401, "This page is not the one that was opened first.");
    }
  }

  private static <T> T read(byte[] body, Class<T> type) throws Refused {
    try {
      @Nullable T value = HttpJson.strict().readValue(body, type);
      if (value == null) {
        throw new Refused(400, "That is empty.");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw new Refused(400, "That is not the JSON that is expected here.");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void reply(HttpExchange exchange, Object message) throws IOException {
    send(exchange, 200, JSON, HttpJson.strict().writeValueAsBytes(message));
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    }
  }

  private static byte[] resource(String name) throws IOException {
    try (@Nullable InputStream in = PageServer.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the program lacks its file " + name);
      }
      return in.readAllBytes();
    }
  }

  @Override
  public void close() {
    http.stop(0);
    other.ifPresent(server -> server.stop(0));
    threads.shutdownNow();
  }

  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;
    private final int status;
    private final String said;

    Refused(int status, String said) {
      super(said);
      this.status = status;
      this.said = said;
    }
  }
}
