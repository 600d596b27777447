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
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
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
    assertEquals(
        SchemaIds.builtIn().bySubject(),
        ServiceSchemas.resolve(config(new Properties())).bySubject());
    assertEquals(List.of(), asked);
  }

  @Test
  void everySchemaIsRegisteredAndItsIdWritten() throws Exception {
    SchemaIds ids = ServiceSchemas.resolve(config(withRegistry()));
    assertEquals(RecordType.values().length, asked.size());
    assertTrue(asked.stream().allMatch(request -> request.matches("POST /subjects/.*/versions")));
    for (RecordType type : RecordType.values()) {
      assertTrue(ids.idOf(type) > FIRST_ID, type.toString());
      assertEquals(type, ids.typeOf(type.builtInId()).orElseThrow(), "built-in ids stay known");
    }
  }

  @Test
  void whatMayNotBeRegisteredIsLookedUp() throws Exception {
    Properties properties = withRegistry();
    properties.setProperty("auto.register.schemas", "false");
    ServiceSchemas.resolve(config(properties));
    assertFalse(asked.isEmpty());
    assertTrue(asked.stream().noneMatch(request -> request.endsWith("/versions")));
  }

  @Test
  void aRegistryThatDoesNotAnswerStopsNothing() throws Exception {
    status = 503;
    assertEquals(
        SchemaIds.builtIn().bySubject(),
        ServiceSchemas.resolve(config(withRegistry())).bySubject());
    registry.stop(0);
    assertEquals(
        SchemaIds.builtIn().bySubject(),
        ServiceSchemas.resolve(config(withRegistry())).bySubject());
  }

  @Test
  void aRegistryThatRefusesStopsTheStart() throws Exception {
    status = 409;
    ProviderConfig config = config(withRegistry());
    IOException e = assertThrows(IOException.class, () -> ServiceSchemas.resolve(config));
    assertTrue(String.valueOf(e.getMessage()).contains("registry"), e.getMessage());
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
