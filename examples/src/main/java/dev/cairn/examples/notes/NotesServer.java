package dev.cairn.examples.notes;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.cairn.keyserver.Keyserver;
import dev.cairn.keyserver.KeyserverStatus;
import dev.cairn.keyserver.Receipt;
import dev.cairn.keyserver.Transaction;
import dev.cairn.keyserver.error.CairnException;
import dev.cairn.keyserver.object.ObjectName;
import dev.cairn.keyserver.object.Value;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Notes over HTTP, for one person on their own machine. Every change is a transaction of the
 * keyserver: answered when it is durable here, sealed and backed up behind that.
 *
 * <pre>
 * PUT /notes/shopping       the body is the text; with the header "Prefer: backed-up" it is answered
 *                           when the note survives the loss of this machine
 * GET /notes/shopping       GET /notes       DELETE /notes/shopping       GET /backup
 * </pre>
 */
public final class NotesServer implements AutoCloseable {
  private static final String NOTES = "notes";
  private static final String CHANGED = "changed";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Keyserver keyserver;
  private final HttpServer http;

  private NotesServer(Keyserver keyserver, HttpServer http) {
    this.keyserver = keyserver;
    this.http = http;
  }

  /**
   * Opens the home, which {@code cairn keyserver init} or {@code recover} has made, and listens.
   */
  public static NotesServer start(Path home, int port) throws IOException {
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    NotesServer server = new NotesServer(Keyserver.open(home), http);
    http.setExecutor(Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory()));
    http.createContext("/", server::serve);
    http.start();
    return server;
  }

  public static void main(String[] arguments) throws IOException {
    NotesServer server = start(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
    Runtime.getRuntime().addShutdownHook(new Thread(server::close));
    System.out.println("notes on http://127.0.0.1:" + server.port() + "/notes");
  }

  public int port() {
    return http.getAddress().getPort();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      try {
        route(exchange);
      } catch (CairnException e) { // it says what happened, and what that means for the data
        answer(exchange, 503, JSON.writeValueAsString(e.getMessage()));
      }
    }
  }

  private void route(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String id = path.startsWith("/notes/") ? path.substring("/notes/".length()) : "";
    switch (exchange.getRequestMethod() + (id.isEmpty() ? " " + path : " note")) {
      case "GET /notes" -> answer(exchange, 200, list());
      case "GET /backup" -> answer(exchange, 200, backup());
      case "GET note" -> {
        Optional<Value> note = keyserver.get(NOTES, id);
        answer(exchange, note.isPresent() ? 200 : 404, note.map(Value::jsonText).orElse("null"));
      }
      case "PUT note" -> put(exchange, id);
      case "DELETE note" ->
          change(exchange, Transaction.builder().delete(NOTES, id).delete(CHANGED, id).build());
      default -> answer(exchange, 404, "null");
    }
  }

  /** The note and the time of its change belong together: one transaction, all or nothing. */
  private void put(HttpExchange exchange, String id) throws IOException {
    String text = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Value now = Value.text(Instant.now().toString());
    change(
        exchange,
        Transaction.builder().put(NOTES, id, Value.text(text)).put(CHANGED, id, now).build());
  }

  private void change(HttpExchange exchange, Transaction transaction) throws IOException {
    Receipt receipt = keyserver.transact(transaction);
    boolean backedUp = "backed-up".equals(exchange.getRequestHeaders().getFirst("Prefer"));
    try {
      long sequence = receipt.durable().get().sequence();
      if (backedUp) {
        receipt.backedUp().get(30, TimeUnit.SECONDS);
      }
      answer(exchange, 200, "{\"sequence\":" + sequence + ",\"backedUp\":" + backedUp + "}");
    } catch (TimeoutException e) { // it is kept here, and backed up when the provider is back
      answer(exchange, 202, "null");
    } catch (ExecutionException e) {
      answer(exchange, 503, JSON.writeValueAsString(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String list() throws IOException {
    return JSON.writeValueAsString(
        keyserver.list(Optional.of(NOTES)).stream().map(ObjectName::id).toList());
  }

  private String backup() {
    KeyserverStatus now = keyserver.localStatus();
    return "{\"waiting\":" + now.outboxTransactions() + ",\"fenced\":" + now.fenced() + "}";
  }

  private static void answer(HttpExchange exchange, int status, String json) throws IOException {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  /** Answers what is under way; what is not backed up yet stays queued in the home. */
  @Override
  public void close() {
    http.stop(1);
    keyserver.close();
  }
}
