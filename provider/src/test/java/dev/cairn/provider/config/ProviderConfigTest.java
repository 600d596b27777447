package dev.cairn.provider.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.config.InvalidConfigException;
import dev.cairn.config.PassThrough;
import dev.cairn.schemas.registry.RegistryConfig;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderConfigTest {
  private static final String SECRET = "a-secret-that-nobody-may-see";

  /** Values other than the default that an option takes, where neither a number nor text does. */
  private static final List<String> OTHERS =
      List.of(
          "SASL_SSL",
          "SCRAM-SHA-512",
          "PEM",
          "PKCS12",
          "closed",
          "20000000",
          "false",
          "0.5",
          "USER_INFO",
          "c7,c8",
          "https://other.example");

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource(ConfigKey.class)
  void everyOptionChangesAnAnswer(ConfigKey key) throws Exception {
    Properties before = complete();
    if (RegistryConfig.OPTIONS.contains(key.key())) {
      before.setProperty("schema.registry.url", "https://registry.example");
      before.setProperty("basic.auth.user.info", "user:" + SECRET);
    }
    Properties after = new Properties();
    after.putAll(before);
    after.setProperty(key.key(), another(key, before));
    assertNotEquals(answers(of(before)), answers(of(after)), key.key() + " changes nothing");
  }

  /** What every method that takes nothing gives; e2e's tests show that services call each. */
  private static Map<String, Object> answers(ProviderConfig config) throws Exception {
    Map<String, Object> answers = new TreeMap<>();
    for (Method method : ProviderConfig.class.getDeclaredMethods()) {
      if (Modifier.isPublic(method.getModifiers())
          && !Modifier.isStatic(method.getModifiers())
          && method.getParameterCount() == 0
          && !method.getName().equals("namesSet")
          && !method.getName().equals("toString")) {
        answers.put(method.getName(), method.invoke(config));
      }
    }
    // Clients are compared by what they are told.
    answers.put("kafkaClients", config.kafkaClients().admin());
    return answers;
  }

  /** A valid value that differs from what the option has now. */
  private static String another(ConfigKey key, Properties now) {
    String value = now.getProperty(key.key(), key.option().defaultText());
    List<String> candidates = new ArrayList<>(OTHERS);
    candidates.add(0, value + "x");
    if (value.matches("[0-9]+")) {
      candidates.add(0, Long.toString(Long.parseLong(value) + 1));
    }
    candidates.add("other:9093");
    for (String candidate : candidates) {
      Properties changed = new Properties();
      changed.putAll(now);
      changed.setProperty(key.key(), candidate);
      if (!candidate.equals(value) && isValid(changed)) {
        return candidate;
      }
    }
    throw new AssertionError("add a valid value of " + key.key() + " to OTHERS");
  }

  @Test
  void theRegistrySOptionsAreOurKeys() {
    Set<String> keys = new HashSet<>();
    for (ConfigKey key : ConfigKey.values()) {
      assertTrue(keys.add(key.key()), "twice: " + key.key());
      assertFalse(key.option().documentation().isBlank(), key.key());
      assertFalse(key.option().group().isBlank(), key.key());
    }
    assertTrue(keys.containsAll(RegistryConfig.OPTIONS));
  }

  @Test
  void aFileWithEverythingThatIsNeededIsEnough() throws Exception {
    ProviderConfig config = of(complete());
    assertEquals(List.of("c0"), config.cellsOpen());
    assertEquals("c0", config.cell());
    assertEquals(8440, config.servicePort());
    assertEquals(10, config.guessesMax());
    assertEquals(2, config.snapshotsKeep());
    assertEquals(0.25, config.compactionPolicy().ratio());
    assertEquals(Duration.ofDays(1), config.compactionPolicy().age());
    assertEquals("kafka:9092", config.ownerBootstrapServers());
    assertEquals(Optional.empty(), config.registry());
  }

  @Test
  void everyErrorIsNamedAtOnce() {
    Properties bad = complete();
    bad.remove("server.name");
    bad.setProperty("s3.secret.key", "  ");
    bad.setProperty("service.port", "65536");
    bad.setProperty("guesses.max", "ten");
    bad.setProperty("snapshots.keep", "1");
    bad.setProperty("compaction.ratio", "NaN");
    bad.setProperty("cells.open", "c0,,C1");
    bad.setProperty("security.protocol", "PLAINTEXT");
    bad.setProperty("sasl.mechanism", "PLAIN");
    bad.setProperty("auto.register.schemas", "perhaps");
    bad.setProperty("compaction.memroy.bytes", "1");
    InvalidConfigException e = assertThrows(InvalidConfigException.class, () -> of(bad));
    for (String name :
        List.of(
            "server.name",
            "s3.secret.key",
            "service.port",
            "guesses.max",
            "snapshots.keep",
            "compaction.ratio",
            "cells.open",
            "security.protocol",
            "sasl.mechanism",
            "auto.register.schemas",
            "unknown key compaction.memroy.bytes; did you mean compaction.memory.bytes?")) {
      assertEquals(
          1, e.errors().stream().filter(error -> error.contains(name)).count(), name + " in " + e);
      assertTrue(String.valueOf(e.getMessage()).contains(name));
    }
    assertEquals(11, e.errors().size(), e.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "service.port, -1",
    "service.port, 1.5",
    "service.port, ''",
    "service.port, 9999999999999999999999",
    "replication.factor, 0",
    "replication.factor, 10",
    "guesses.max, 0",
    "compaction.workers, 0",
    "compaction.workers, 65",
    "compaction.min.bytes, 0",
    "compaction.records, -3",
    "compaction.memory.bytes, 1000",
    "compaction.memory.bytes, 99999999999",
    "compaction.ratio, 0",
    "compaction.ratio, -1",
    "compaction.ratio, 101",
    "compaction.ratio, a quarter",
    "sweep.grace.ms, -1",
    "metadata.max.age.ms, 99",
    "cell.users.max, 0",
    "cell, a.b",
    "cell, ''",
    "cells.open, 'c0,'",
    "schema.registry.url, ftp://registry",
    "basic.auth.user.info, no-registry-for-it",
  })
  void aValueOutOfBoundsIsRefusedUnderItsName(String key, String value) {
    Properties bad = complete();
    bad.setProperty(key, value);
    InvalidConfigException e = assertThrows(InvalidConfigException.class, () -> of(bad));
    assertEquals(1, e.errors().size(), e.toString());
    if (!key.startsWith("cell")) {
      assertTrue(e.errors().get(0).contains(key), e.toString());
    }
  }

  @Test
  void theRegistryIsConfiguredUnderConfluentsNames() throws Exception {
    Properties with = complete();
    with.setProperty("schema.registry.url", "https://one.example,https://two.example/path/");
    with.setProperty("basic.auth.credentials.source", "USER_INFO");
    with.setProperty("basic.auth.user.info", "cairn:" + SECRET);
    with.setProperty("auto.register.schemas", "false");
    with.setProperty("schema.registry.ssl.truststore.location", "/etc/cairn/registry.pem");
    with.setProperty("schema.registry.ssl.truststore.type", "PEM");
    var registry = of(with).registry();
    assertTrue(registry.isPresent());
    assertFalse(registry.get().autoRegister());
    assertFalse(registry.get().toString().contains(SECRET));
  }

  @Test
  void noSecretIsInAMessageOrAText() throws Exception {
    Properties secret = complete();
    for (String key :
        List.of(
            "kafka.password",
            "s3.secret.key",
            "ssl.truststore.password",
            "basic.auth.user.info",
            "schema.registry.ssl.keystore.password",
            "schema.registry.ssl.key.password")) {
      secret.setProperty(key, SECRET);
    }
    secret.setProperty("basic.auth.credentials.source", "USER_INFO");
    secret.setProperty("schema.registry.url", "http://user:" + SECRET + "@registry");
    InvalidConfigException e = assertThrows(InvalidConfigException.class, () -> of(secret));
    assertFalse(e.toString().contains(SECRET), e.toString());
    secret.setProperty("basic.auth.user.info", "user:" + SECRET);
    ProviderConfig config = of(secret);
    assertFalse(config.toString().contains(SECRET));
    assertFalse(config.s3().toString().contains(SECRET));
    assertFalse(config.registry().toString().contains(SECRET));
  }

  @Test
  void ownersLogInByTheirOwnMechanismWhateverTheServicesUse() throws Exception {
    Properties properties = complete();
    properties.setProperty("sasl.mechanism", "SCRAM-SHA-512");
    properties.setProperty("security.protocol", "SASL_SSL");
    properties.setProperty("ssl.truststore.location", "/etc/cairn/kafka.pem");
    ProviderConfig config = of(properties);
    assertEquals("SCRAM-SHA-512", config.kafkaClientProperties().get("sasl.mechanism"));
    Map<String, Object> owner = config.kafkaClientProperties("broker:1", "owner", "pass");
    assertEquals("SCRAM-SHA-256", owner.get("sasl.mechanism"));
    assertEquals("broker:1", owner.get("bootstrap.servers"));
    assertEquals("SASL_SSL", owner.get("security.protocol"));
    assertEquals("/etc/cairn/kafka.pem", owner.get("ssl.truststore.location"));
    assertEquals(Jaas.scram("owner", "pass"), owner.get("sasl.jaas.config"));
  }

  @Test
  void whatIsHandedOnReachesTheClientsItIsMeantFor() throws Exception {
    Properties properties = complete();
    properties.setProperty("producer.linger.ms", "7");
    properties.setProperty("consumer.fetch.max.wait.ms", "8");
    properties.setProperty("admin.request.timeout.ms", "9");
    properties.setProperty("streams.commit.interval.ms", "10");
    properties.setProperty("streams.main.consumer.max.poll.records", "11");
    KafkaClients clients = of(properties).kafkaClients();
    Map<String, Object> producer = clients.producer(Map.of("linger.ms", 0, "acks", "all"));
    assertEquals("7", producer.get("linger.ms"));
    assertEquals("all", producer.get("acks"));
    assertEquals("kafka:9092", producer.get("bootstrap.servers"));
    Map<String, Object> consumer = clients.consumer(Map.of("auto.offset.reset", "none"));
    assertEquals("8", consumer.get("fetch.max.wait.ms"));
    assertEquals("none", consumer.get("auto.offset.reset"));
    assertFalse(consumer.containsKey("linger.ms"));
    assertEquals("9", clients.admin().get("request.timeout.ms"));
    Map<String, Object> streams = clients.streams(Map.of("commit.interval.ms", 5_000L));
    assertEquals("10", streams.get("commit.interval.ms"));
    assertEquals("11", streams.get("main.consumer.max.poll.records"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "producer.acks",
        "producer.enable.idempotence",
        "producer.retries",
        "producer.transactional.id",
        "producer.bootstrap.servers",
        "producer.interceptor.classes",
        "consumer.auto.offset.reset",
        "consumer.enable.auto.commit",
        "consumer.isolation.level",
        "consumer.client.rack",
        "consumer.group.id",
        "consumer.ssl.endpoint.identification.algorithm",
        "admin.sasl.jaas.config",
        "streams.application.id",
        "streams.processing.guarantee",
        "streams.max.task.idle.ms",
        "streams.main.consumer.auto.offset.reset",
        "streams.restore.consumer.isolation.level",
        "streams.producer.acks",
        "streams.acks",
        "streams.auto.offset.reset"
      })
  void whatGuaranteesRestOnIsRefusedWithTheReason(String name) {
    Properties properties = complete();
    properties.setProperty(name, "1");
    InvalidConfigException e = assertThrows(InvalidConfigException.class, () -> of(properties));
    assertEquals(1, e.errors().size(), e.toString());
    assertTrue(e.errors().get(0).startsWith(name + " cannot be set: "), e.toString());
  }

  @Test
  void everyFixedSettingIsOneThatKafkaHas() {
    for (PassThrough each : KafkaPassThrough.ALL) {
      each.definition()
          .ifPresent(known -> {
            Set<String> unknown = new TreeSet<>(each.fixed().keySet());
            unknown.removeAll(known.names());
            // What a client does not have cannot weaken it; these are of another client.
            unknown.removeAll(
                Set.of("bootstrap.controllers", "sasl.client.callback.handler.class"));
            assertEquals(Set.of(), unknown, each.prefix());
          });
    }
  }

  @Test
  void theEnvironmentOverridesTheFile() throws Exception {
    Path file = directory.resolve("provider.properties");
    StringBuilder text = new StringBuilder();
    complete().forEach((key, value) -> text.append(key).append(" = ").append(value).append('\n'));
    Files.writeString(file, text);
    Path secret = Files.writeString(directory.resolve("s3"), SECRET + "\n");
    ProviderConfig config =
        ProviderConfig.load(
            file,
            Map.of(
                "CAIRN_S3_SECRET_KEY_FILE", secret.toString(),
                "CAIRN_SERVICE_PORT", "9999",
                "CAIRN_CONSUMER_MAX_POLL_RECORDS", "3",
                "CAIRN_KEYSERVER_OUTBOX_MAX_BYTES", "1",
                "CAIRN_JAVA_OPTS", "-Xmx1g"));
    assertEquals(SECRET, config.s3().secretKey());
    assertEquals(9999, config.servicePort());
    assertEquals("3", config.kafkaClients().consumer(Map.of()).get("max.poll.records"));
  }

  @Test
  void kafkaPropertiesAreTheCallersToChange() throws Exception {
    ProviderConfig config = of(complete());
    config.kafkaClientProperties().put("bootstrap.servers", "elsewhere");
    assertEquals("kafka:9092", config.kafkaClientProperties().get("bootstrap.servers"));
  }

  @Test
  void aFileIsRead() throws Exception {
    Path file = directory.resolve("provider.properties");
    StringBuilder text = new StringBuilder("# ünïcode is fine\n");
    complete().forEach((key, value) -> text.append(key).append(" = ").append(value).append('\n'));
    Files.writeString(file, text);
    assertEquals("recovery.example", ProviderConfig.load(file).serverName());
    Files.writeString(file, text + "server.name = \\uZZZZ\n");
    InvalidConfigException e =
        assertThrows(InvalidConfigException.class, () -> ProviderConfig.load(file));
    assertTrue(String.valueOf(e.getMessage()).contains(file.toString()));
  }

  private static boolean isValid(Properties properties) {
    try {
      of(properties);
      return true;
    } catch (InvalidConfigException e) {
      return false;
    }
  }

  private static ProviderConfig of(Properties properties) throws InvalidConfigException {
    return ProviderConfig.of("provider.properties", properties);
  }

  private static Properties complete() {
    Properties properties = new Properties();
    properties.setProperty("server.name", "recovery.example");
    properties.setProperty("secrets.dir", "/var/lib/cairn/secrets");
    properties.setProperty("state.dir", "/var/lib/cairn/state");
    properties.setProperty("bootstrap.servers", "kafka:9092");
    properties.setProperty("kafka.username", "services");
    properties.setProperty("kafka.password", "kafka password");
    properties.setProperty("s3.endpoint", "https://s3.example");
    properties.setProperty("s3.access.key", "access");
    properties.setProperty("s3.secret.key", "secret");
    return properties;
  }
}
