package dev.cairn.schemas.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Speaks the REST interface that Confluent's registry defined and others copy.
 *
 * <p>Of several addresses the one that answered last is asked first; where it cannot be reached, or
 * answers 429 or 5xx, the next one is asked, each once. Redirects are not followed, answers above 1
 * MiB are refused.
 */
public final class HttpSchemaRegistryClient implements SchemaRegistryClient {
  static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";

  private static final int MAX_ANSWER = 1 << 20;
  private static final int SUBJECT_NOT_FOUND = 40401;
  private static final int VERSION_NOT_FOUND = 40402;
  private static final int SCHEMA_NOT_FOUND = 40403;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<RegistryConfig.Endpoint> endpoints;
  private final Duration timeout;
  private final HttpClient http;
  private final AtomicInteger preferred = new AtomicInteger();

  public HttpSchemaRegistryClient(RegistryConfig config) {
    this(config, Duration.ofSeconds(10));
  }

  /**
   * @param timeout of one request to one address
   */
  public HttpSchemaRegistryClient(RegistryConfig config, Duration timeout) {
    this.endpoints = config.endpoints();
    this.timeout = timeout;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(timeout);
    RegistryTls.context(config).ifPresent(builder::sslContext);
    this.http = builder.build();
  }

  private record Answer(int status, JsonNode body) {
    boolean ok() {
      return status == 200;
    }

    int errorCode() {
      return body.path("error_code").asInt(status);
    }

    RegistryRefusedException refusal(String what) {
      String said = body.path("message").asText("");
      return new RegistryRefusedException(
          status,
          errorCode(),
          what
              + " was refused by the schema registry (HTTP "
              + status
              + (errorCode() == status ? "" : ", code " + errorCode())
              + ")"
              + (said.isEmpty() ? "" : ": " + said));
    }
  }

  @Override
  public int register(String subject, Schema schema) throws RegistryException {
    Answer answer = post("/subjects/" + encoded(subject) + "/versions", schema);
    if (!answer.ok()) {
      throw answer.refusal("Registering a schema of " + subject);
    }
    return id(answer);
  }

  @Override
  public Optional<Integer> idOf(String subject, Schema schema) throws RegistryException {
    Answer answer = post("/subjects/" + encoded(subject), schema);
    if (answer.status() == 404
        && (answer.errorCode() == SUBJECT_NOT_FOUND || answer.errorCode() == SCHEMA_NOT_FOUND)) {
      return Optional.empty();
    }
    if (!answer.ok()) {
      throw answer.refusal("Looking up a schema of " + subject);
    }
    return Optional.of(id(answer));
  }

  @Override
  public Optional<Schema> schemaOf(int id) throws RegistryException {
    Answer answer = ask("/schemas/ids/" + id, "GET", Optional.empty());
    if (answer.status() == 404 && answer.errorCode() == SCHEMA_NOT_FOUND) {
      return Optional.empty();
    }
    if (!answer.ok()) {
      throw answer.refusal("Reading schema " + id);
    }
    String type = answer.body().path("schemaType").asText("AVRO");
    JsonNode text = answer.body().get("schema");
    if (text == null || !text.isTextual()) {
      throw notARegistry("schema", null);
    }
    if (!type.equals("AVRO")) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Schema.Parser().parse(text.textValue()));
    } catch (AvroRuntimeException e) {
      throw notARegistry("readable schema", e);
    }
  }

  @Override
  public boolean isCompatible(String subject, Schema schema) throws RegistryException {
    Answer answer =
        post("/compatibility/subjects/" + encoded(subject) + "/versions/latest", schema);
    if (answer.status() == 404
        && (answer.errorCode() == SUBJECT_NOT_FOUND || answer.errorCode() == VERSION_NOT_FOUND)) {
      return true;
    }
    if (!answer.ok()) {
      throw answer.refusal("Checking a schema of " + subject);
    }
    JsonNode compatible = answer.body().get("is_compatible");
    if (compatible == null || !compatible.isBoolean()) {
      throw notARegistry("is_compatible", null);
    }
    return compatible.booleanValue();
  }

  @Override
  public Optional<String> compatibilityOf(String subject) throws RegistryException {
    Answer answer =
        ask("/config/" + encoded(subject) + "?defaultToGlobal=true", "GET", Optional.empty());
    if (answer.status() == 404) {
      return Optional.empty();
    }
    if (!answer.ok()) {
      throw answer.refusal("Reading the compatibility rule of " + subject);
    }
    return Optional.of(answer.body().path("compatibilityLevel").asText(""))
        .filter(level -> !level.isEmpty());
  }

  @Override
  public boolean setCompatibility(String subject, String level) throws RegistryException {
    ObjectNode body = JSON.createObjectNode();
    body.put("compatibility", level);
    Answer answer = ask("/config/" + encoded(subject), "PUT", Optional.of(body.toString()));
    if (answer.status() == 404) {
      return false;
    }
    if (!answer.ok()) {
      throw answer.refusal("Setting the compatibility rule of " + subject);
    }
    return true;
  }

  @Override
  public void close() {
    http.shutdownNow();
    http.close();
  }

  private static int id(Answer answer) throws RegistryException {
    JsonNode id = answer.body().get("id");
    if (id == null || !id.isIntegralNumber() || !id.canConvertToInt()) {
      throw notARegistry("id", null);
    }
    return id.intValue();
  }

  private static RegistryUnavailableException notARegistry(
      String missing, @Nullable Throwable cause) {
    return new RegistryUnavailableException(
        "What answers at schema.registry.url is no schema registry: its answer has no " + missing,
        cause);
  }

  private Answer post(String path, Schema schema) throws RegistryException {
    ObjectNode body = JSON.createObjectNode();
    body.put("schema", schema.toString());
    return ask(path, "POST", Optional.of(body.toString()));
  }

  private Answer ask(String path, String method, Optional<String> body) throws RegistryException {
    int first = preferred.get();
    StringBuilder failures = new StringBuilder();
    @Nullable Throwable cause = null;
    for (int i = 0; i < endpoints.size(); i++) {
      int index = (first + i) % endpoints.size();
      RegistryConfig.Endpoint endpoint = endpoints.get(index);
      try {
        HttpResponse<byte[]> response = send(request(endpoint, path, method, body));
        int status = response.statusCode();
        if (status != 429 && status < 500) {
          preferred.set(index);
          return new Answer(status, parse(response.body()));
        }
        note(failures, endpoint, "HTTP " + status);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RegistryUnavailableException("Interrupted while asking the schema registry", e);
      } catch (ExecutionException e) {
        cause = e.getCause();
        note(failures, endpoint, cause == null ? e.toString() : cause.toString());
      } catch (TimeoutException e) {
        cause = e;
        note(failures, endpoint, "no answer within " + timeout.toMillis() + " ms");
      } catch (IOException e) {
        cause = e;
        note(failures, endpoint, e.toString());
      }
    }
    throw new RegistryUnavailableException(
        "No schema registry can be used (" + failures + ")", cause);
  }

  private static void note(StringBuilder failures, RegistryConfig.Endpoint at, String what) {
    failures.append(failures.isEmpty() ? "" : "; ").append(at.address()).append(": ").append(what);
  }

  private HttpRequest request(
      RegistryConfig.Endpoint endpoint, String path, String method, Optional<String> body) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(endpoint.address() + path))
            .timeout(timeout)
            .header("Accept", MEDIA_TYPE + ", application/json;q=0.5");
    endpoint
        .userInfo()
        .ifPresent(info ->
            builder.header(
                "Authorization",
                "Basic "
                    + Base64.getEncoder().encodeToString(info.getBytes(StandardCharsets.UTF_8))));
    body.ifPresent(text ->
        builder
            .header("Content-Type", MEDIA_TYPE)
            .method(method, HttpRequest.BodyPublishers.ofString(text, StandardCharsets.UTF_8)));
    return builder.build();
  }

  /** The request's own timeout ends with the headers; this one covers the body too. */
  private HttpResponse<byte[]> send(HttpRequest request)
      throws InterruptedException, ExecutionException, TimeoutException {
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(request, info -> new BoundedBody(MAX_ANSWER));
    try {
      return answer.get(2 * timeout.toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      answer.cancel(true);
    }
  }

  private static JsonNode parse(byte[] body) throws IOException {
    try {
      JsonNode node = JSON.readTree(body);
      return node == null ? JSON.nullNode() : node;
    } catch (JsonProcessingException e) {
      throw new IOException("the answer is not JSON", e);
    }
  }

  private static String encoded(String subject) {
    return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
