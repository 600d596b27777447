package dev.cairn.provider.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.schemas.registry.RegistryConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ProviderConfigTest {
  private static final String SECRET = "a-secret-that-nobody-may-see";

  /** What answers to a key; where a key changes no answer, it is an option that nothing reads. */
  private static final Map<ConfigKey, Function<ProviderConfig, Object>> ANSWERS =
      new EnumMap<>(ConfigKey.class);

  static {
    ANSWERS.put(ConfigKey.SERVER_NAME, ProviderConfig::serverName);
    ANSWERS.put(ConfigKey.SERVICE_HOST, ProviderConfig::serviceHost);
    ANSWERS.put(ConfigKey.SERVICE_PORT, ProviderConfig::servicePort);
    ANSWERS.put(ConfigKey.SECRETS_DIR, ProviderConfig::secretsDir);
    ANSWERS.put(ConfigKey.STATE_DIR, ProviderConfig::stateDir);
    ANSWERS.put(ConfigKey.CELL, ProviderConfig::cell);
    ANSWERS.put(ConfigKey.CELLS_OPEN, ProviderConfig::cellsOpen);
    ANSWERS.put(ConfigKey.CELL_USERS_MAX, ProviderConfig::cellUsersMax);
    ANSWERS.put(ConfigKey.BOOTSTRAP_SERVERS, ProviderConfig::bootstrapServers);
    for (ConfigKey kafka :
        List.of(
            ConfigKey.SECURITY_PROTOCOL,
            ConfigKey.SASL_MECHANISM,
            ConfigKey.KAFKA_USERNAME,
            ConfigKey.KAFKA_PASSWORD,
            ConfigKey.SSL_TRUSTSTORE_LOCATION,
            ConfigKey.SSL_TRUSTSTORE_PASSWORD,
            ConfigKey.SSL_TRUSTSTORE_TYPE)) {
      ANSWERS.put(kafka, ProviderConfig::kafkaClientProperties);
    }
    ANSWERS.put(ConfigKey.OWNER_BOOTSTRAP_SERVERS, ProviderConfig::ownerBootstrapServers);
    ANSWERS.put(ConfigKey.OWNER_SECURITY_PROTOCOL, ProviderConfig::ownerSecurityProtocol);
    ANSWERS.put(ConfigKey.REPLICATION_FACTOR, ProviderConfig::replicationFactor);
    for (ConfigKey s3 :
        List.of(
            ConfigKey.S3_ENDPOINT,
            ConfigKey.S3_REGION,
            ConfigKey.S3_BUCKET,
            ConfigKey.S3_ACCESS_KEY,
            ConfigKey.S3_SECRET_KEY)) {
      ANSWERS.put(s3, ProviderConfig::s3);
    }
    ANSWERS.put(ConfigKey.GUESSES_MAX, ProviderConfig::guessesMax);
    ANSWERS.put(ConfigKey.SNAPSHOTS_KEEP, ProviderConfig::snapshotsKeep);
    for (ConfigKey policy :
        List.of(
            ConfigKey.COMPACTION_MIN_BYTES,
            ConfigKey.COMPACTION_RATIO,
            ConfigKey.COMPACTION_RECORDS,
            ConfigKey.COMPACTION_AGE_MS)) {
      ANSWERS.put(policy, ProviderConfig::compactionPolicy);
    }
    ANSWERS.put(ConfigKey.COMPACTION_WORKERS, ProviderConfig::compactionWorkers);
    ANSWERS.put(ConfigKey.COMPACTION_MEMORY_BYTES, ProviderConfig::compactionMemoryBytes);
    ANSWERS.put(ConfigKey.SWEEP_GRACE_MS, ProviderConfig::sweepGrace);
    ANSWERS.put(ConfigKey.METADATA_MAX_AGE_MS, ProviderConfig::metadataMaxAge);
  }

  private static final Map<ConfigKey, String> OTHER_VALUES =
      Map.of(
          ConfigKey.SECURITY_PROTOCOL, "SASL_SSL",
          ConfigKey.OWNER_SECURITY_PROTOCOL, "SASL_SSL",
          ConfigKey.SASL_MECHANISM, "SCRAM-SHA-512",
          ConfigKey.CELLS_OPEN, "c7, c8",
          ConfigKey.COMPACTION_RATIO, "0.5",
          ConfigKey.REPLICATION_FACTOR, "5",
          ConfigKey.COMPACTION_MEMORY_BYTES, "5000000");

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource(ConfigKey.class)
  void everyKeyIsReadBySomebody(ConfigKey key) throws Exception {
    Properties changed = complete();
    if (key.key().startsWith("schema.registry.")
        || key.key().startsWith("basic.auth.")
        || key == ConfigKey.AUTO_REGISTER_SCHEMAS) {
      // RegistryConfig has these under the same names, and refuses the ones that it does not know.
      assertTrue(RegistryConfig.OPTIONS.contains(key.key()), key.key());
      return;
    }
    Function<ProviderConfig, Object> answer = ANSWERS.getOrDefault(key, config -> "nothing");
    changed.setProperty(key.key(), otherValue(key, changed));
    assertFalse(
        answer.apply(of(complete())).equals(answer.apply(of(changed))), key + " changes nothing");
  }

  @Test
  void theRegistrySOptionsAreOurKeys() {
    Set<String> keys = new HashSet<>();
    for (ConfigKey key : ConfigKey.values()) {
      assertTrue(keys.add(key.key()), "twice: " + key.key());
      assertFalse(key.meaning().isBlank(), key.key());
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
            "''",
            "'C1'",
            "security.protocol",
            "sasl.mechanism",
            "auto.register.schemas",
            "unknown key compaction.memroy.bytes")) {
      assertEquals(
          1, e.errors().stream().filter(error -> error.contains(name)).count(), name + " in " + e);
      assertTrue(String.valueOf(e.getMessage()).contains(name));
    }
    assertEquals(12, e.errors().size(), e.toString());
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

  private static String otherValue(ConfigKey key, Properties properties) {
    String known = OTHER_VALUES.get(key);
    if (known != null) {
      return known;
    }
    String now = properties.getProperty(key.key(), key.defaultValue());
    return now.matches("[0-9]+") ? Long.toString(Long.parseLong(now) + 1) : now + "x";
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
