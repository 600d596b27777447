package dev.cairn.schemas.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.schemas.wire.RecordType;
import dev.cairn.schemas.wire.SchemaIds;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HttpSchemaRegistryClientTest {
  private static final Schema JOB = RecordType.COMPACTION_JOB.schema();
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static HttpSchemaRegistryClient client(String url) {
    return client(Map.of(RegistryConfig.URL, url));
  }

  private static HttpSchemaRegistryClient client(Map<String, String> options) {
    return new HttpSchemaRegistryClient(RegistryConfig.of(options).orElseThrow(), PATIENCE);
  }

  @Test
  void schemasAreRegisteredAndReadBack() throws Exception {
    try (SmallRegistry registry = SmallRegistry.start();
        SchemaRegistryClient client = client(registry.url())) {
      assertTrue(client.isCompatible("s", JOB));
      assertEquals(Optional.empty(), client.idOf("s", JOB));
      int id = client.register("s", JOB);
      assertEquals(id, client.register("s", JOB));
      assertEquals(Optional.of(id), client.idOf("s", JOB));
      assertEquals(Optional.of(JOB), client.schemaOf(id));
      assertEquals(Optional.empty(), client.schemaOf(id + 1000));
      assertTrue(client.isCompatible("s", JOB));
      assertFalse(client.isCompatible("s", RecordType.COMMIT.schema()));
      assertEquals(HttpSchemaRegistryClient.MEDIA_TYPE, registry.lastContentType());
    }
  }

  @Test
  void anIncompatibleSchemaIsRefusedWithTheRegistrysOwnCode() throws Exception {
    try (SmallRegistry registry = SmallRegistry.start();
        SchemaRegistryClient client = client(registry.url())) {
      client.register("s", JOB);
      RegistryRefusedException e =
          assertThrows(
              RegistryRefusedException.class,
              () -> client.register("s", RecordType.COMMIT.schema()));
      assertEquals(409, e.status());
      assertTrue(said(e).contains("incompatible"), said(e));
    }
  }

  @Test
  void aSubjectIsNoPath() throws Exception {
    try (SmallRegistry registry = SmallRegistry.start();
        SchemaRegistryClient client = client(registry.url())) {
      int id = client.register("../config? x/y#z", JOB);
      assertEquals(Optional.of(id), client.idOf("../config? x/y#z", JOB));
    }
  }

  @Test
  void servicesRegisterEverything() throws Exception {
    try (SmallRegistry registry = SmallRegistry.start();
        SchemaRegistryClient client = client(registry.url())) {
      RegistryRefusedException missing =
          assertThrows(
              RegistryRefusedException.class, () -> RegisteredSchemas.resolve(client, false));
      assertTrue(said(missing).contains("auto.register.schemas"), said(missing));
      SchemaIds ids = SchemaIds.ofSubjects(RegisteredSchemas.resolve(client, true));
      for (RecordType type : RecordType.values()) {
        assertEquals(Optional.of(PublishedSchema.of(type)), client.schemaOf(ids.idOf(type)));
        assertEquals(RegisteredSchemas.COMPATIBILITY, registry.rule(type.subject()));
        assertEquals(Optional.of(type), ids.typeOf(ids.idOf(type)));
        assertEquals(Optional.of(type), new RegistryIdLookup(client).typeOf(ids.idOf(type)));
      }
      assertEquals(ids.bySubject(), RegisteredSchemas.resolve(client, false));
    }
  }

  @Test
  void aForeignSchemaUnderOurNameIsNamed() throws Exception {
    for (boolean autoRegister : new boolean[] {true, false}) {
      try (SmallRegistry registry = SmallRegistry.start();
          SchemaRegistryClient client = client(registry.url())) {
        Schema foreign =
            SchemaBuilder.record(RecordType.COMMIT.subject())
                .fields()
                .requiredString("colour")
                .endRecord();
        client.register(RecordType.COMMIT.subject(), foreign);
        RegistryRefusedException e =
            assertThrows(
                RegistryRefusedException.class,
                () -> RegisteredSchemas.resolve(client, autoRegister));
        assertTrue(said(e).contains("not compatible"), said(e));
        assertTrue(said(e).contains(RecordType.COMMIT.subject()), said(e));
      }
    }
  }

  @Test
  void aLookupRemembersAndRests() throws Exception {
    try (SmallRegistry registry = SmallRegistry.start();
        SchemaRegistryClient client = client(registry.url())) {
      int id = client.register(RecordType.COMMIT.subject(), RecordType.COMMIT.schema());
      RegistryIdLookup lookup = new RegistryIdLookup(client);
      int before = registry.requests();
      for (int i = 0; i < 5; i++) {
        assertEquals(Optional.of(RecordType.COMMIT), lookup.typeOf(id));
        assertEquals(Optional.empty(), lookup.typeOf(id + 500));
      }
      assertEquals(before + 2, registry.requests());
      registry.answerAlways(503, "{}");
      for (int i = 0; i < 5; i++) {
        assertEquals(Optional.empty(), lookup.typeOf(id + 700 + i));
        assertEquals(Optional.of(RecordType.COMMIT), lookup.typeOf(id));
      }
      assertEquals(before + 3, registry.requests());
    }
  }

  @Test
  void anotherSchemaUnderOurNameIsNotOurs() throws Exception {
    try (SmallRegistry registry = SmallRegistry.start();
        SchemaRegistryClient client = client(registry.url())) {
      Schema other =
          new Schema.Parser()
              .parse(
                  "{\"type\":\"record\",\"name\":\"CompactionJob\",\"namespace\":"
                      + "\"dev.cairn.schemas.avro\",\"fields\":[{\"name\":\"x\",\"type\":\"int\"}]}");
      int id = client.register("s", other);
      assertEquals(Optional.empty(), new RegistryIdLookup(client).typeOf(id));
    }
  }

  @Test
  void credentialsAreSent() throws Exception {
    try (SmallRegistry registry = SmallRegistry.start()) {
      registry.demand("me:pass word");
      try (SchemaRegistryClient nobody = client(registry.url())) {
        assertEquals(
            401,
            assertThrows(RegistryRefusedException.class, () -> nobody.register("s", JOB)).status());
      }
      try (SchemaRegistryClient byUrl =
          client(registry.url().replace("http://", "http://me:pass%20word@"))) {
        byUrl.register("s", JOB);
      }
      try (SchemaRegistryClient byUserInfo =
          client(
              Map.of(
                  RegistryConfig.URL, registry.url(),
                  RegistryConfig.CREDENTIALS_SOURCE, "USER_INFO",
                  RegistryConfig.USER_INFO, "me:pass word"))) {
        byUserInfo.register("s", JOB);
      }
    }
  }

  @Test
  void theNextAddressIsAskedWhereOneDoesNotAnswer() throws Exception {
    int deadPort;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      deadPort = free.getLocalPort();
    }
    try (SmallRegistry sick = SmallRegistry.start();
        SmallRegistry well = SmallRegistry.start();
        SchemaRegistryClient client =
            client("http://127.0.0.1:" + deadPort + "," + sick.url() + "," + well.url())) {
      sick.answerAlways(503, "{\"error_code\":50301,\"message\":\"no leader\"}");
      client.register("s", JOB);
      client.register("s", JOB);
      assertEquals(1, sick.requests(), "the one that answered is asked first from then on");
      assertEquals(2, well.requests());
      well.answerAlways(500, "{}");
      RegistryUnavailableException e =
          assertThrows(RegistryUnavailableException.class, () -> client.register("s", JOB));
      assertTrue(said(e).contains("HTTP 503"), said(e));
      assertTrue(said(e).contains("HTTP 500"), said(e));
    }
  }

  @Test
  void aRefusalIsNotTakenElsewhere() throws Exception {
    try (SmallRegistry first = SmallRegistry.start();
        SmallRegistry second = SmallRegistry.start();
        SchemaRegistryClient client = client(first.url() + "," + second.url())) {
      first.answerAlways(422, "{\"error_code\":42201,\"message\":\"invalid\"}");
      assertEquals(
          42201,
          assertThrows(RegistryRefusedException.class, () -> client.register("s", JOB))
              .errorCode());
      assertEquals(0, second.requests());
    }
  }

  @Test
  void whatIsNoRegistryIsNotBelieved() throws Exception {
    Map<String, Integer> answers = new HashMap<>();
    answers.put("<html>", 200);
    answers.put("", 200);
    answers.put("{}", 200);
    answers.put("{\"id\":\"7\"}", 200);
    answers.put("{\"id\":4294967296}", 200);
    answers.put("[".repeat(5000), 200);
    answers.put("{\"id\":7,\"x\":\"" + "y".repeat(1 << 20) + "\"}", 200);
    try (SmallRegistry registry = SmallRegistry.start();
        SchemaRegistryClient client = client(registry.url())) {
      for (Map.Entry<String, Integer> answer : answers.entrySet()) {
        registry.answerAlways(answer.getValue(), answer.getKey());
        assertThrows(
            RegistryUnavailableException.class,
            () -> client.register("s", JOB),
            () -> answer.getKey().substring(0, Math.min(40, answer.getKey().length())));
      }
      registry.answerAlways(200, "{\"schema\":\"{\\\"type\\\":\\\"nonsense\\\"}\"}");
      assertThrows(RegistryUnavailableException.class, () -> client.schemaOf(1));
      registry.answerAlways(200, "{\"schema\":\"syntax\",\"schemaType\":\"PROTOBUF\"}");
      assertEquals(Optional.empty(), client.schemaOf(1));
      registry.answerAlways(302, "{}");
      assertThrows(RegistryRefusedException.class, () -> client.schemaOf(1));
    }
  }

  @Test
  void aSilentServerCostsOneTimeout() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        SchemaRegistryClient client =
            new HttpSchemaRegistryClient(
                RegistryConfig.of(
                        Map.of(RegistryConfig.URL, "http://127.0.0.1:" + silent.getLocalPort()))
                    .orElseThrow(),
                Duration.ofMillis(300))) {
      assertThrows(RegistryUnavailableException.class, () -> client.schemaOf(1));
    }
  }

  @Test
  void aPrivateAuthorityIsBelievedWhereItIsNamed(@TempDir Path directory) throws Exception {
    Path keys = directory.resolve("server.p12");
    keytool(
        "-genkeypair",
        "-alias",
        "server",
        "-keyalg",
        "EC",
        "-dname",
        "CN=localhost",
        "-ext",
        "SAN=ip:127.0.0.1",
        "-validity",
        "2",
        "-storetype",
        "PKCS12",
        "-keystore",
        keys.toString(),
        "-storepass",
        "changeit");
    Path pem = directory.resolve("ca.pem");
    keytool(
        "-exportcert",
        "-rfc",
        "-alias",
        "server",
        "-keystore",
        keys.toString(),
        "-storepass",
        "changeit",
        "-file",
        pem.toString());
    try (SmallRegistry registry = SmallRegistry.startTls(serverContext(keys))) {
      try (SchemaRegistryClient stranger = client(registry.url())) {
        assertThrows(RegistryUnavailableException.class, () -> stranger.register("s", JOB));
      }
      try (SchemaRegistryClient friend =
          client(
              Map.of(
                  RegistryConfig.URL, registry.url(),
                  RegistryConfig.TRUSTSTORE_LOCATION, pem.toString(),
                  RegistryConfig.TRUSTSTORE_TYPE, "PEM"))) {
        friend.register("s", JOB);
      }
      try (SchemaRegistryClient friend =
          client(
              Map.of(
                  RegistryConfig.URL, registry.url(),
                  RegistryConfig.TRUSTSTORE_LOCATION, trusting(directory, keys).toString(),
                  RegistryConfig.TRUSTSTORE_PASSWORD, "changeit"))) {
        friend.register("s", JOB);
      }
    }
    assertThrows(
        IllegalArgumentException.class,
        () ->
            client(
                Map.of(
                    RegistryConfig.URL,
                    "https://127.0.0.1:1",
                    RegistryConfig.TRUSTSTORE_LOCATION,
                    directory.resolve("none").toString())));
  }

  private static Path trusting(Path directory, Path keys)
      throws IOException, GeneralSecurityException {
    KeyStore from = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys)) {
      from.load(in, "changeit".toCharArray());
    }
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("ca", from.getCertificate("server"));
    Path file = directory.resolve("trust.p12");
    try (var out = Files.newOutputStream(file)) {
      store.store(out, "changeit".toCharArray());
    }
    return file;
  }

  private static SSLContext serverContext(Path keys) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys)) {
      store.load(in, "changeit".toCharArray());
    }
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, "changeit".toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    return context;
  }

  private static void keytool(String... arguments) throws IOException, InterruptedException {
    String[] command = new String[arguments.length + 1];
    command[0] = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
  }

  private static String said(Exception e) {
    return String.valueOf(e.getMessage());
  }
}
