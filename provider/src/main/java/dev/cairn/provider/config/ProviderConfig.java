package dev.cairn.provider.config;

import dev.cairn.provider.store.S3Location;
import dev.cairn.schemas.registry.RegistryConfig;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the provider's services are told. Immutable; {@link ConfigKey} says what each key means.
 * {@code toString} shows no value: some are secret.
 */
public final class ProviderConfig {
  /** SASL mechanism of every owner, whatever the services use for themselves. */
  public static final String OWNER_MECHANISM = "SCRAM-SHA-256";

  private static final Set<String> SASL_PROTOCOLS = Set.of("SASL_PLAINTEXT", "SASL_SSL");

  private final Map<ConfigKey, String> texts;
  private final Map<ConfigKey, Long> numbers = new HashMap<>();
  private final double compactionRatio;
  private final Optional<RegistryConfig> registry;

  private ProviderConfig(Map<ConfigKey, String> texts, List<String> errors) {
    this.texts = texts;
    for (ConfigKey required :
        List.of(
            ConfigKey.SERVER_NAME,
            ConfigKey.SECRETS_DIR,
            ConfigKey.STATE_DIR,
            ConfigKey.BOOTSTRAP_SERVERS,
            ConfigKey.KAFKA_USERNAME,
            ConfigKey.KAFKA_PASSWORD,
            ConfigKey.S3_ENDPOINT,
            ConfigKey.S3_ACCESS_KEY,
            ConfigKey.S3_SECRET_KEY)) {
      if (text(required).isBlank()) {
        errors.add(required.key() + " is missing: " + required.meaning());
      }
    }
    number(ConfigKey.SERVICE_PORT, 0, 65_535, errors);
    number(ConfigKey.CELL_USERS_MAX, 1, 5_000, errors);
    number(ConfigKey.REPLICATION_FACTOR, 1, 9, errors);
    number(ConfigKey.GUESSES_MAX, 1, 1_000, errors);
    number(ConfigKey.SNAPSHOTS_KEEP, 2, 100, errors);
    number(ConfigKey.COMPACTION_MIN_BYTES, 1, Long.MAX_VALUE, errors);
    number(ConfigKey.COMPACTION_RECORDS, 1, Long.MAX_VALUE, errors);
    number(ConfigKey.COMPACTION_AGE_MS, 1, Long.MAX_VALUE, errors);
    number(ConfigKey.COMPACTION_WORKERS, 1, 64, errors);
    number(ConfigKey.COMPACTION_MEMORY_BYTES, 1 << 20, Integer.MAX_VALUE, errors);
    number(ConfigKey.SWEEP_GRACE_MS, 0, Long.MAX_VALUE, errors);
    number(ConfigKey.METADATA_MAX_AGE_MS, 100, Integer.MAX_VALUE, errors);
    compactionRatio = ratio(errors);
    registry = registry(errors);
    // Services look at the broker as one owner or another: that needs a listener which tells them
    // apart.
    oneOf(ConfigKey.SECURITY_PROTOCOL, SASL_PROTOCOLS, errors);
    oneOf(ConfigKey.OWNER_SECURITY_PROTOCOL, SASL_PROTOCOLS, errors);
    oneOf(ConfigKey.SASL_MECHANISM, Set.of(OWNER_MECHANISM, "SCRAM-SHA-512"), errors);
    String cell = text(ConfigKey.CELL);
    List<String> cells = new ArrayList<>(cellsOpen());
    cells.add(cell);
    for (String each : cells) {
      if (!each.matches("[a-z0-9-]{1,32}")) {
        errors.add("'" + each + "' is not a cell name: 1 to 32 of a-z, 0-9 and '-'");
      }
    }
  }

  /**
   * Reads a file.
   *
   * @throws InvalidConfigException names every unknown key, missing key and bad value at once
   */
  public static ProviderConfig load(Path file) throws IOException, InvalidConfigException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IllegalArgumentException e) {
      throw new InvalidConfigException(file.toString(), List.of("not a properties file"));
    }
    return of(file.toString(), properties);
  }

  /** Reads properties that {@code source} names in errors. */
  public static ProviderConfig of(String source, Properties properties)
      throws InvalidConfigException {
    List<String> errors = new ArrayList<>();
    Map<ConfigKey, String> texts = new HashMap<>();
    for (String name : properties.stringPropertyNames().stream().sorted().toList()) {
      ConfigKey.of(name)
          .ifPresentOrElse(
              key -> texts.put(key, properties.getProperty(name).strip()),
              () -> errors.add("unknown key " + name));
    }
    ProviderConfig config = new ProviderConfig(texts, errors);
    if (!errors.isEmpty()) {
      throw new InvalidConfigException(source, errors);
    }
    return config;
  }

  public String serverName() {
    return text(ConfigKey.SERVER_NAME);
  }

  public String serviceHost() {
    return text(ConfigKey.SERVICE_HOST);
  }

  public int servicePort() {
    return integer(ConfigKey.SERVICE_PORT);
  }

  public Path secretsDir() {
    return Path.of(text(ConfigKey.SECRETS_DIR));
  }

  public Path stateDir() {
    return Path.of(text(ConfigKey.STATE_DIR));
  }

  public String cell() {
    return text(ConfigKey.CELL);
  }

  /** Cells for new users, in the order in which they are filled. */
  public List<String> cellsOpen() {
    return List.of(text(ConfigKey.CELLS_OPEN).split("\\s*,\\s*", -1));
  }

  public int cellUsersMax() {
    return integer(ConfigKey.CELL_USERS_MAX);
  }

  public String bootstrapServers() {
    return text(ConfigKey.BOOTSTRAP_SERVERS);
  }

  /** Kafka as owners reach it; the services' own address where nothing else is said. */
  public String ownerBootstrapServers() {
    String owner = text(ConfigKey.OWNER_BOOTSTRAP_SERVERS);
    return owner.isEmpty() ? bootstrapServers() : owner;
  }

  public String ownerSecurityProtocol() {
    return text(ConfigKey.OWNER_SECURITY_PROTOCOL);
  }

  public short replicationFactor() {
    return (short) integer(ConfigKey.REPLICATION_FACTOR);
  }

  public S3Location s3() {
    return new S3Location(
        text(ConfigKey.S3_ENDPOINT),
        text(ConfigKey.S3_REGION),
        text(ConfigKey.S3_BUCKET),
        text(ConfigKey.S3_ACCESS_KEY),
        text(ConfigKey.S3_SECRET_KEY));
  }

  public int guessesMax() {
    return integer(ConfigKey.GUESSES_MAX);
  }

  public int snapshotsKeep() {
    return integer(ConfigKey.SNAPSHOTS_KEEP);
  }

  public CompactionPolicy compactionPolicy() {
    return new CompactionPolicy(
        numberOf(ConfigKey.COMPACTION_MIN_BYTES),
        compactionRatio,
        numberOf(ConfigKey.COMPACTION_RECORDS),
        Duration.ofMillis(numberOf(ConfigKey.COMPACTION_AGE_MS)));
  }

  public int compactionWorkers() {
    return integer(ConfigKey.COMPACTION_WORKERS);
  }

  /** Bytes that one merge may hold before it spills to disk. */
  public int compactionMemoryBytes() {
    return integer(ConfigKey.COMPACTION_MEMORY_BYTES);
  }

  public Duration sweepGrace() {
    return Duration.ofMillis(numberOf(ConfigKey.SWEEP_GRACE_MS));
  }

  public Duration metadataMaxAge() {
    return Duration.ofMillis(numberOf(ConfigKey.METADATA_MAX_AGE_MS));
  }

  /** How to reach a schema registry; empty where none is used. */
  public Optional<RegistryConfig> registry() {
    return registry;
  }

  private Optional<RegistryConfig> registry(List<String> errors) {
    Map<String, String> options = new HashMap<>();
    texts.forEach((key, value) -> {
      if (RegistryConfig.OPTIONS.contains(key.key()) && !value.isEmpty()) {
        options.put(key.key(), value);
      }
    });
    if (!options.isEmpty() && !options.containsKey(RegistryConfig.URL)) {
      errors.add(
          String.join(", ", new TreeSet<>(options.keySet()))
              + " say how to use a schema registry, and "
              + RegistryConfig.URL
              + " names none");
      return Optional.empty();
    }
    try {
      return RegistryConfig.of(options);
    } catch (IllegalArgumentException e) {
      errors.add(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /** Common properties of every Kafka client of the services; a fresh map, secrets included. */
  public Map<String, Object> kafkaClientProperties() {
    return kafkaClientProperties(
        bootstrapServers(),
        text(ConfigKey.SASL_MECHANISM),
        text(ConfigKey.KAFKA_USERNAME),
        text(ConfigKey.KAFKA_PASSWORD));
  }

  /** The same, as an owner, at the given brokers. */
  public Map<String, Object> kafkaClientProperties(
      String bootstrapServers, String username, String password) {
    return kafkaClientProperties(bootstrapServers, OWNER_MECHANISM, username, password);
  }

  private Map<String, Object> kafkaClientProperties(
      String bootstrapServers, String mechanism, String username, String password) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("bootstrap.servers", bootstrapServers);
    properties.put("security.protocol", text(ConfigKey.SECURITY_PROTOCOL));
    properties.put("sasl.mechanism", mechanism);
    properties.put("sasl.jaas.config", Jaas.scram(username, password));
    for (ConfigKey key :
        List.of(
            ConfigKey.SSL_TRUSTSTORE_LOCATION,
            ConfigKey.SSL_TRUSTSTORE_PASSWORD,
            ConfigKey.SSL_TRUSTSTORE_TYPE)) {
      if (!text(key).isEmpty()) {
        properties.put(key.key(), text(key));
      }
    }
    return properties;
  }

  private String text(ConfigKey key) {
    return texts.getOrDefault(key, key.defaultValue());
  }

  private long numberOf(ConfigKey key) {
    Long number = numbers.get(key);
    if (number == null) {
      throw new IllegalStateException(key + " is not a number");
    }
    return number;
  }

  private int integer(ConfigKey key) {
    return Math.toIntExact(numberOf(key));
  }

  private void number(ConfigKey key, long least, long most, List<String> errors) {
    try {
      long value = Long.parseLong(text(key));
      if (value < least || value > most) {
        errors.add(key.key() + " is " + value + ", not from " + least + " to " + most);
      }
      numbers.put(key, value);
    } catch (NumberFormatException e) {
      errors.add(key.key() + " is not a whole number");
    }
  }

  private void oneOf(ConfigKey key, Set<String> allowed, List<String> errors) {
    if (!allowed.contains(text(key))) {
      errors.add(key.key() + " is none of " + String.join(", ", new TreeSet<>(allowed)));
    }
  }

  private double ratio(List<String> errors) {
    try {
      double value = Double.parseDouble(text(ConfigKey.COMPACTION_RATIO));
      if (!(value > 0 && value <= 100)) {
        errors.add(ConfigKey.COMPACTION_RATIO.key() + " is not above 0 and up to 100");
      }
      return value;
    } catch (NumberFormatException e) {
      errors.add(ConfigKey.COMPACTION_RATIO.key() + " is not a number");
      return 0;
    }
  }

  @Override
  public String toString() {
    return "ProviderConfig[" + texts.size() + " keys set]";
  }
}
