package dev.cairn.e2e.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.cli.local.ServerStack;
import dev.cairn.compactor.CompactionRequests;
import dev.cairn.compactor.CompactorService;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.UserId;
import dev.cairn.e2e.support.Await;
import dev.cairn.e2e.support.RealRegistry;
import dev.cairn.e2e.support.Tools;
import dev.cairn.keyserver.Keyserver;
import dev.cairn.keyserver.KeyserverOptions;
import dev.cairn.keyserver.Put;
import dev.cairn.keyserver.Transaction;
import dev.cairn.keyserver.object.ObjectName;
import dev.cairn.keyserver.object.Value;
import dev.cairn.keyserver.recover.ProgressListener;
import dev.cairn.keyserver.recover.RecoverOptions;
import dev.cairn.keyserver.recover.Recovery;
import dev.cairn.keyserver.service.OwnerConfig;
import dev.cairn.keyserver.setup.Registration;
import dev.cairn.provider.config.Jaas;
import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.provider.registry.RegistryState;
import dev.cairn.provider.registry.ServiceSchemas;
import dev.cairn.recovery.RecoveryService;
import dev.cairn.schemas.names.Topics;
import dev.cairn.schemas.wire.RecordType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Services with a real registry behind TLS and basic authentication; Confluent's clients read every
 * topic through it and agree with the compiled-in schemas. Without the registry everything goes on.
 */
class RegistryInteropIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final String PASSWORD = "correct horse battery staple walnut";
  private static final String READER = "tools";
  private static final String READER_PASSWORD = "password of the reader alone";
  private static final String CELL = "c0";

  @TempDir static Path directory;
  private static final Deque<AutoCloseable> PARTS = new ArrayDeque<>();
  private static RealRegistry registry;
  private static RegistryFront front;
  private static ServerStack stack;
  private static RecoveryService recovery;
  private static OwnerConfig owner;
  private static UserId userId;
  private static String foreignRefused;

  @BeforeAll
  static void start() throws Exception {
    registry = opened(RealRegistry.start(directory.resolve("registry")));
    front = opened(RegistryFront.start(directory.resolve("front"), registry.port()));
    stack = opened(ServerStack.start(directory.resolve("stack")));
    foreignRefused = refusedBesideAForeignSchema();
    recovery = opened(RecoveryService.start(config()));
    CompactorService compactor = opened(CompactorService.start(config()));
    assertEquals(RegistryState.KNOWN, compactor.registryState());
    owner =
        new OwnerConfig(
            URI.create("http://127.0.0.1:" + recovery.port()), "cairn.local", Optional.empty());
    try (SecretBytes password = password()) {
      userId = Registration.init(directory.resolve("home"), owner, "alice", password);
    }
    write(directory.resolve("home"), 0, 40);
    CompactionRequests.request(config(), userId, Optional.of(LIMIT));
    write(directory.resolve("home"), 40, 10);
    makeReader();
  }

  @AfterAll
  static void stop() throws Exception {
    while (!PARTS.isEmpty()) {
      PARTS.pop().close();
    }
  }

  private static <T extends AutoCloseable> T opened(T part) {
    PARTS.push(part);
    return part;
  }

  private static ProviderConfig config(String... more) throws Exception {
    Properties overrides = new Properties();
    overrides.setProperty("service.port", "0");
    overrides.setProperty("schema.registry.url", front.url(RealRegistry.path()));
    overrides.setProperty("basic.auth.credentials.source", "USER_INFO");
    overrides.setProperty("basic.auth.user.info", RegistryFront.USER_INFO);
    overrides.setProperty(
        "schema.registry.ssl.truststore.location", front.certificate().toString());
    overrides.setProperty("schema.registry.ssl.truststore.type", "PEM");
    for (int i = 0; i < more.length; i += 2) {
      overrides.setProperty(more[i], more[i + 1]);
    }
    return stack.config(overrides);
  }

  private static SecretBytes password() {
    return SecretBytes.takeOwnershipOf(PASSWORD.getBytes(StandardCharsets.UTF_8));
  }

  private static void write(Path home, int from, int count) throws Exception {
    try (Keyserver keyserver = Keyserver.open(home)) {
      for (int i = from; i < from + count; i++) {
        keyserver.transact(
            Transaction.of(
                new Put(
                    new ObjectName("notes", "n" + i % 25),
                    Value.json("{\"text\":\"number " + i + "\"}"))));
      }
      keyserver.drain(LIMIT);
    }
  }

  /** What an operator does with kafka-configs and kafka-acls, see docs/schemas.md. */
  private static void makeReader() throws Exception {
    try (Admin admin = Admin.create(config().kafkaClientProperties())) {
      admin
          .alterUserScramCredentials(
              List.of(
                  new UserScramCredentialUpsertion(
                      READER,
                      new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096),
                      READER_PASSWORD)))
          .all()
          .get(60, TimeUnit.SECONDS);
      admin
          .createAcls(
              List.of(
                  acl(ResourceType.TOPIC, "cairn.", AclOperation.READ),
                  acl(ResourceType.GROUP, "tools-", AclOperation.READ)))
          .all()
          .get(60, TimeUnit.SECONDS);
    }
    Await.until(
        "the reader gets in",
        LIMIT,
        () -> {
          try (Admin admin = Admin.create(reader())) {
            return admin.listTopics().names().get(30, TimeUnit.SECONDS).containsAll(topics());
          } catch (ExecutionException notYet) {
            return false;
          }
        });
  }

  private static AclBinding acl(ResourceType type, String prefix, AclOperation operation) {
    return new AclBinding(
        new ResourcePattern(type, prefix, PatternType.PREFIXED),
        new AccessControlEntry("User:" + READER, "*", operation, AclPermissionType.ALLOW));
  }

  private static Map<String, Object> reader() throws Exception {
    Map<String, Object> client = config().kafkaClientProperties();
    client.put("sasl.jaas.config", Jaas.scram(READER, READER_PASSWORD));
    return client;
  }

  private static List<String> topics() {
    return List.of(
        Topics.log(CELL, userId.value()),
        Topics.jobs(CELL),
        Topics.snapshots(CELL),
        Topics.accounts());
  }

  /** Somebody else's schema under our name: the start fails, and then it is taken away again. */
  private static String refusedBesideAForeignSchema() throws Exception {
    String subject = RecordType.COMPACTION_JOB.subject();
    String foreign =
        "{\"type\":\"record\",\"name\":\"CompactionJob\",\"namespace\":\"dev.cairn.schemas.avro\","
            + "\"fields\":[{\"name\":\"colour\",\"type\":\"string\"}]}";
    ObjectNode body = JSON.createObjectNode().put("schema", foreign);
    assertEquals(200, ask("POST", "/subjects/" + subject + "/versions", body.toString()));
    String said =
        String.valueOf(
            assertThrows(IOException.class, () -> ServiceSchemas.start(config())).getMessage());
    String checked =
        String.valueOf(
            assertThrows(
                    IOException.class,
                    () -> ServiceSchemas.start(config("auto.register.schemas", "false")))
                .getMessage());
    assertTrue(checked.contains("schema registry"), checked);
    assertEquals(200, ask("DELETE", "/subjects/" + subject, ""));
    assertEquals(200, ask("DELETE", "/subjects/" + subject + "?permanent=true", ""));
    return said;
  }

  private static int ask(String method, String path, String body) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(URI.create(registry.url() + path))
                  .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                  .method(method, HttpRequest.BodyPublishers.ofString(body))
                  .build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    }
  }

  @Test
  void aForeignSchemaUnderOurNameStopsTheStartAndIsNamed() {
    assertTrue(foreignRefused.contains(RecordType.COMPACTION_JOB.subject()), foreignRefused);
    assertTrue(foreignRefused.contains("not compatible"), foreignRefused);
  }

  @Test
  void wrongCredentialsStopTheStartAndAreNotShown() throws Exception {
    ProviderConfig wrong = config("basic.auth.user.info", "cairn:a wrong password");
    String said =
        String.valueOf(
            assertThrows(IOException.class, () -> ServiceSchemas.start(wrong)).getMessage());
    assertTrue(said.contains("401"), said);
    assertTrue(!said.contains("a wrong password"), said);
  }

  @Test
  void whatIsRegisteredIsFoundByWhoOnlyChecks() throws Exception {
    try (ServiceSchemas schemas = ServiceSchemas.start(config("auto.register.schemas", "false"))) {
      assertEquals(RegistryState.KNOWN, schemas.state());
      for (RecordType type : RecordType.values()) {
        assertNotEquals(type.builtInId(), schemas.ids().idOf(type), type.toString());
      }
    }
  }

  @Test
  void confluentsPythonClientReadsWhatWeRead() throws Exception {
    Path python = Tools.installed("confluent-python/bin/python");
    agrees(List.of(python.toString(), script("read_topics.py").toString()), Map.of());
  }

  @Test
  void confluentsJavaScriptClientReadsWhatWeRead() throws Exception {
    Path modules = Tools.installed("confluent-js/node_modules");
    agrees(
        List.of(Tools.program("node").toString(), script("read_topics.js").toString()),
        Map.of(
            "NODE_PATH", modules.toString(),
            "NODE_EXTRA_CA_CERTS", front.certificate().toString()));
  }

  @Test
  void kcatShowsOffsetsAndTheBytesThemselves() throws Exception {
    Path kcat = Tools.program("kcat");
    // Debian's librdkafka 2.0.2 fails SCRAM with Kafka 4; the Python client brings a newer one.
    Map<String, String> newer = Map.of("LD_PRELOAD", newerLibrary().toString());
    Path settings = directory.resolve("kcat.conf");
    Files.writeString(
        settings,
        "bootstrap.servers="
            + stack.bootstrapServers()
            + "\nsecurity.protocol=SASL_PLAINTEXT\nsasl.mechanism=SCRAM-SHA-256\nsasl.username="
            + READER
            + "\nsasl.password="
            + READER_PASSWORD
            + "\n");
    String log = Topics.log(CELL, userId.value());
    List<ConsumerRecord<byte[], byte[]>> records = TopicReader.raw(reader(), List.of(log));
    ConsumerRecord<byte[], byte[]> last = records.getLast();
    byte[] value =
        ran(
            List.of(
                kcat.toString(),
                "-F",
                settings.toString(),
                "-m",
                "120",
                "-q",
                "-C",
                "-t",
                log,
                "-p",
                "0",
                "-o",
                Long.toString(last.offset()),
                "-c",
                "1",
                "-D",
                "",
                "-f",
                "%s"),
            newer,
            "");
    assertArrayEquals(last.value(), value);
    String offsets =
        new String(
            ran(
                List.of(
                    kcat.toString(),
                    "-F",
                    settings.toString(),
                    "-m",
                    "120",
                    "-q",
                    "-C",
                    "-t",
                    log,
                    "-p",
                    "0",
                    "-o",
                    "beginning",
                    "-e",
                    "-f",
                    "%o %S\n"),
                newer,
                ""),
            StandardCharsets.UTF_8);
    StringBuilder expected = new StringBuilder();
    records.forEach(each ->
        expected.append(each.offset()).append(' ').append(each.value().length).append('\n'));
    assertEquals(expected.toString(), offsets);
  }

  @Test
  void theReaderOfToolsCannotWrite() throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(reader(), new ByteArraySerializer(), new ByteArraySerializer())) {
      var sent = producer.send(new ProducerRecord<>(Topics.jobs(CELL), new byte[] {1}));
      var refused = assertThrows(ExecutionException.class, () -> sent.get(2, TimeUnit.MINUTES));
      assertTrue(refused.getCause() instanceof AuthorizationException, refused.toString());
    }
  }

  @Test
  void withoutTheRegistryBackupRecoveryAndStartsGoOn() throws Exception {
    registry.kill();
    int asked = front.requests();
    write(directory.resolve("home"), 100, 5);
    try (SecretBytes password = password()) {
      Recovery.recover(
          RecoverOptions.of(directory.resolve("drill"), owner, "alice").withReadOnly(true),
          password,
          ProgressListener.NONE);
    }
    assertEquals(asked, front.requests(), "a recovery asked the registry");
    try (Keyserver drill = Keyserver.open(directory.resolve("drill"), KeyserverOptions.reading())) {
      assertTrue(drill.get("notes", "n4").isPresent());
    }
    try (RecoveryService another = RecoveryService.start(config());
        ServiceSchemas schemas = ServiceSchemas.start(config())) {
      assertTrue(another.port() > 0);
      assertEquals(RegistryState.UNREACHABLE, schemas.state());
      assertEquals(RecordType.COMMIT.builtInId(), schemas.ids().idOf(RecordType.COMMIT));
      registry.restart();
      Await.until(
          "the registry is asked again", LIMIT, () -> schemas.state() == RegistryState.KNOWN);
      assertNotEquals(RecordType.COMMIT.builtInId(), schemas.ids().idOf(RecordType.COMMIT));
    }
  }

  // --- helpers -------------------------------------------------------------------------------

  private static void agrees(List<String> command, Map<String, String> environment)
      throws Exception {
    ObjectNode told = JSON.createObjectNode();
    told.put("brokers", stack.bootstrapServers());
    told.put("user", READER);
    told.put("password", READER_PASSWORD);
    told.put("registry", front.url(RealRegistry.path()));
    told.put("registryUser", RegistryFront.USER_INFO);
    told.put("ca", front.certificate().toString());
    topics().forEach(told.putArray("topics")::add);

    List<ConsumerRecord<byte[], byte[]>> before = TopicReader.raw(reader(), topics());
    String printed = new String(ran(command, environment, told.toString()), StandardCharsets.UTF_8);
    List<JsonNode> read = new ArrayList<>();
    for (String line : printed.lines().toList()) {
      read.add(JSON.readTree(line));
    }
    List<JsonNode> expected;
    try (ServiceSchemas schemas = ServiceSchemas.start(config())) {
      expected = TopicReader.decoded(before, schemas.ids());
      for (ConsumerRecord<byte[], byte[]> each : before) {
        int id = ByteBuffer.wrap(each.value()).getInt(1);
        assertTrue(
            RecordType.ofBuiltInId(id).isEmpty(),
            each.topic() + " " + each.offset() + " carries a built-in id");
      }
    }
    Comparator<JsonNode> place =
        Comparator.<JsonNode, String>comparing(each -> each.get("topic").textValue())
            .thenComparingLong(each -> each.get("offset").longValue());
    // What came in between is more than we looked at.
    read.removeIf(each -> expected.stream().noneMatch(one -> place.compare(one, each) == 0));
    read.sort(place);
    expected.sort(place);
    assertEquals(expected.size(), read.size());
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i), read.get(i));
    }
    for (String topic : topics()) {
      assertTrue(
          expected.stream().anyMatch(each -> each.get("topic").textValue().equals(topic)), topic);
    }
  }

  private static Path newerLibrary() throws IOException {
    try (Stream<Path> files =
        Files.find(
            Tools.installed("confluent-python/lib"),
            8,
            (file, unused) -> file.getFileName().toString().matches("librdkafka-.*\\.so.*"))) {
      return files.findFirst().orElseThrow();
    }
  }

  private static Path script(String name) throws IOException {
    Path file = directory.resolve(name);
    try (InputStream in = RegistryInteropIT.class.getResourceAsStream(name)) {
      Files.write(file, Objects.requireNonNull(in, name).readAllBytes());
    }
    return file;
  }

  private static byte[] ran(List<String> command, Map<String, String> environment, String input)
      throws Exception {
    Path errors = Files.createTempFile(directory, "errors", "");
    Path output = Files.createTempFile(directory, "output", "");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    Process process =
        builder.redirectError(errors.toFile()).redirectOutput(output.toFile()).start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    }
    if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      throw new AssertionError(command + " did not end:\n" + Files.readString(errors));
    }
    assertEquals(0, process.exitValue(), () -> command + " failed; see " + text(errors));
    return Files.readAllBytes(output);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
