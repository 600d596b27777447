package dev.cairn.provider.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.schemas.wire.RecordType;
import dev.cairn.schemas.wire.SchemaIds;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServiceSchemasTest {
  private static final int FIRST_ID = 4_000;

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private HttpServer registry;
  private volatile int status = 200;

  @BeforeEach
  void start() throws IOException {
    registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    registry.createContext("/", this::answer);
    registry.start();
  }

  @AfterEach
  void stop() {
    registry.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
    String body =
        status == 200
            ? "{\"id\":" + (FIRST_ID + asked.size()) + "}"
            : "{\"error_code\":" + status + "01,\"message\":\"no\"}";
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Test
  void withoutARegistryNobodyIsAsked() throws Exception {
    try (ServiceSchemas schemas = ServiceSchemas.start(config(new Properties()))) {
      assertEquals(SchemaIds.builtIn().bySubject(), schemas.ids().bySubject());
      assertEquals(RegistryState.NONE, schemas.state());
    }
    assertEquals(List.of(), asked);
  }

  @Test
  void everySchemaIsRegisteredUnderItsRuleAndItsIdWritten() throws Exception {
    try (ServiceSchemas schemas = ServiceSchemas.start(config(withRegistry()))) {
      assertEquals(RegistryState.KNOWN, schemas.state());
      for (RecordType type : RecordType.values()) {
        assertTrue(asked.contains("POST /subjects/" + type.subject() + "/versions"));
        assertTrue(asked.contains("PUT /config/" + type.subject()));
        assertTrue(schemas.ids().idOf(type) > FIRST_ID, type.toString());
        assertEquals(
            type, schemas.ids().typeOf(type.builtInId()).orElseThrow(), "built-in ids stay known");
      }
    }
  }

  @Test
  void whatMayNotBeRegisteredIsLookedUp() throws Exception {
    Properties properties = withRegistry();
    properties.setProperty("auto.register.schemas", "false");
    ServiceSchemas.start(config(properties)).close();
    assertFalse(asked.isEmpty());
    assertTrue(
        asked.stream()
            .noneMatch(request -> request.endsWith("/versions") || request.startsWith("PUT")));
    asked.clear();
    ServiceSchemas.lookUp(config(withRegistry()));
    assertTrue(
        asked.stream()
            .noneMatch(request -> request.endsWith("/versions") || request.startsWith("PUT")));
  }

  @Test
  void aRegistryThatDoesNotAnswerIsAskedAgainUntilItDoes() throws Exception {
    status = 503;
    try (ServiceSchemas schemas =
        ServiceSchemas.start(config(withRegistry()), Duration.ofMillis(5), Duration.ofMillis(50))) {
      assertEquals(SchemaIds.builtIn().bySubject(), schemas.ids().bySubject());
      assertEquals(RegistryState.UNREACHABLE, schemas.state());
      status = 401;
      await(schemas, RegistryState.REFUSED);
      assertEquals(SchemaIds.builtIn().bySubject(), schemas.ids().bySubject());
      status = 200;
      await(schemas, RegistryState.KNOWN);
      assertTrue(schemas.ids().idOf(RecordType.COMMIT) > FIRST_ID);
    }
  }

  @Test
  void oneThatIsNotThereStopsNothing() throws Exception {
    registry.stop(0);
    try (ServiceSchemas schemas = ServiceSchemas.start(config(withRegistry()))) {
      assertEquals(RegistryState.UNREACHABLE, schemas.state());
    }
    assertEquals(
        SchemaIds.builtIn().bySubject(), ServiceSchemas.lookUp(config(withRegistry())).bySubject());
  }

  @Test
  void aRegistryThatRefusesStopsTheStart() throws Exception {
    ProviderConfig config = config(withRegistry());
    for (int no : new int[] {401, 403, 409, 422}) {
      status = no;
      IOException e = assertThrows(IOException.class, () -> ServiceSchemas.start(config));
      assertTrue(String.valueOf(e.getMessage()).contains("registry"), e.getMessage());
      assertTrue(String.valueOf(e.getMessage()).contains("Nothing was changed"), e.getMessage());
    }
  }

  private static void await(ServiceSchemas schemas, RegistryState state) {
    long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (schemas.state() != state) {
      assertTrue(System.nanoTime() < deadline, "still " + schemas.state());
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
  }

  private Properties withRegistry() {
    Properties properties = new Properties();
    properties.setProperty(
        "schema.registry.url", "http://127.0.0.1:" + registry.getAddress().getPort());
    return properties;
  }

  private static ProviderConfig config(Properties more) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("server.name", "recovery.example");
    properties.setProperty("secrets.dir", "/nowhere/secrets");
    properties.setProperty("state.dir", "/nowhere/state");
    properties.setProperty("bootstrap.servers", "127.0.0.1:1");
    properties.setProperty("kafka.username", "services");
    properties.setProperty("kafka.password", "unused");
    properties.setProperty("s3.endpoint", "http://127.0.0.1:1");
    properties.setProperty("s3.access.key", "unused");
    properties.setProperty("s3.secret.key", "unused");
    properties.putAll(more);
    return ProviderConfig.of("test", properties);
  }
}
