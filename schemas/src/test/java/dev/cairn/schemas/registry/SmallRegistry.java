package dev.cairn.schemas.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;

/** A registry in one file: the calls that the client makes, with the codes of the real one. */
final class SmallRegistry implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final String scheme;
  private final Map<Integer, Schema> schemas = new HashMap<>();
  private final Map<String, Map<Integer, Schema>> subjects = new HashMap<>();
  private final Map<String, String> rules = new HashMap<>();
  private final AtomicInteger requests = new AtomicInteger();
  private Optional<String> credentials = Optional.empty();
  private Optional<Answer> always = Optional.empty();
  private String lastContentType = "";

  private record Answer(int status, String body) {}

  private SmallRegistry(HttpServer server, String scheme) {
    this.server = server;
    this.scheme = scheme;
    server.createContext("/", this::handle);
    server.start();
  }

  static SmallRegistry start() throws IOException {
    return new SmallRegistry(HttpServer.create(loopback(), 0), "http");
  }

  static SmallRegistry startTls(SSLContext context) throws IOException {
    HttpsServer server = HttpsServer.create(loopback(), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    return new SmallRegistry(server, "https");
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  String url() {
    return scheme + "://127.0.0.1:" + server.getAddress().getPort();
  }

  synchronized void demand(String userInfo) {
    credentials = Optional.of(userInfo);
  }

  synchronized void answerAlways(int status, String body) {
    always = Optional.of(new Answer(status, body));
  }

  /** By which rule it judges new schemas of the subject. */
  synchronized String rule(String subject) {
    return rules.getOrDefault(subject, "BACKWARD");
  }

  int requests() {
    return requests.get();
  }

  synchronized String lastContentType() {
    return lastContentType;
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    try (exchange) {
      byte[] request = exchange.getRequestBody().readAllBytes();
      Answer answer = answer(exchange, request);
      byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", HttpSchemaRegistryClient.MEDIA_TYPE);
      if (answer.status() == 302) {
        exchange.getResponseHeaders().add("Location", url() + "/schemas/ids/1");
      }
      exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
      if (body.length > 0) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  private synchronized Answer answer(HttpExchange exchange, byte[] request) throws IOException {
    if (always.isPresent()) {
      return always.get();
    }
    if (credentials.isPresent()) {
      String expected =
          "Basic "
              + Base64.getEncoder()
                  .encodeToString(credentials.get().getBytes(StandardCharsets.UTF_8));
      if (!expected.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
        return error(401, 40101, "unauthorized");
      }
    }
    String[] path = exchange.getRequestURI().getRawPath().split("/", -1);
    if (exchange.getRequestMethod().equals("GET")
        && path.length == 4
        && path[1].equals("schemas")) {
      Schema schema = schemas.get(Integer.valueOf(path[3]));
      return schema == null
          ? error(404, 40403, "Schema not found")
          : ok(JSON.createObjectNode().put("schema", schema.toString()));
    }
    if (path[1].equals("config")) {
      String of = subject(path[2]);
      if (exchange.getRequestMethod().equals("PUT")) {
        rules.put(of, JSON.readTree(request).get("compatibility").textValue());
        return ok(JSON.readTree(request));
      }
      return ok(JSON.createObjectNode().put("compatibilityLevel", rule(of)));
    }
    lastContentType = exchange.getRequestHeaders().getFirst("Content-Type");
    Schema schema = new Schema.Parser().parse(JSON.readTree(request).get("schema").textValue());
    if (path[1].equals("compatibility")) {
      Map<Integer, Schema> versions = subjects.get(subject(path[3]));
      if (versions == null) {
        return error(404, 40401, "Subject not found");
      }
      return ok(JSON.createObjectNode().put("is_compatible", fits(versions, schema)));
    }
    String subject = subject(path[2]);
    Map<Integer, Schema> versions = subjects.get(subject);
    if (versions != null) {
      for (Map.Entry<Integer, Schema> version : versions.entrySet()) {
        if (version.getValue().equals(schema)) {
          return ok(JSON.createObjectNode().put("id", version.getKey()));
        }
      }
    }
    if (path.length == 3) {
      return versions == null
          ? error(404, 40401, "Subject not found")
          : error(404, 40403, "Schema not found");
    }
    if (versions != null && !fits(versions, schema)) {
      return error(409, 409, "Schema being registered is incompatible with an earlier schema");
    }
    int id = schemas.size() + 1;
    schemas.put(id, schema);
    subjects.computeIfAbsent(subject, unused -> new LinkedHashMap<>()).put(id, schema);
    return ok(JSON.createObjectNode().put("id", id));
  }

  private static String subject(String encoded) {
    return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
  }

  private static boolean fits(Map<Integer, Schema> versions, Schema schema) {
    return versions.values().stream()
        .allMatch(old ->
            SchemaCompatibility.checkReaderWriterCompatibility(schema, old).getType()
                == SchemaCompatibility.SchemaCompatibilityType.COMPATIBLE);
  }

  private static Answer ok(JsonNode body) {
    return new Answer(200, body.toString());
  }

  private static Answer error(int status, int code, String message) {
    return new Answer(
        status, JSON.createObjectNode().put("error_code", code).put("message", message).toString());
  }
}
