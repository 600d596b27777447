package dev.cairn.provider.config;

import dev.cairn.config.Definition;
import dev.cairn.config.Environment;
import dev.cairn.config.InvalidConfigException;
import dev.cairn.config.PassThrough;
import dev.cairn.config.Settings;
import dev.cairn.provider.store.S3Location;
import dev.cairn.schemas.registry.RegistryConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.types.Password;

/**
 * What the provider's services are told. Immutable; {@link ConfigKey} says what each key means.
 * {@code toString} shows no value: some are secret.
 */
public final class ProviderConfig {
  /** SASL mechanism of every owner, whatever the services use for themselves. */
  public static final String OWNER_MECHANISM = "SCRAM-SHA-256";

  /** Every option, and how it is named in the environment. */
  public static final Definition DEFINITION = definition(KafkaPassThrough.ALL);

  private static Definition definition(List<PassThrough> passThroughs) {
    return new Definition(
        // CAIRN_KEYSERVER_ is the keyserver's; the others are read by the launcher and by tests.
        new Environment(
            "CAIRN_",
            Set.of(
                "CAIRN_KEYSERVER_",
                "CAIRN_JAVA_OPTS",
                "CAIRN_LOG_FORMAT",
                "CAIRN_LOG_LEVEL",
                "CAIRN_NO_BUILD",
                "CAIRN_TOOLS",
                "CAIRN_REQUIRE_TOOLS")),
        List.of(ConfigKey.values()),
        passThroughs,
        List.of(ProviderConfig::registryProblem));
  }

  private final Settings settings;
  private final Optional<RegistryConfig> registry;

  private ProviderConfig(Settings settings) {
    this.settings = settings;
    this.registry = RegistryConfig.of(registryOptions(settings));
  }

  /**
   * Reads a file, and the environment over it.
   *
   * @throws InvalidConfigException names every unknown key, missing key and bad value at once
   */
  public static ProviderConfig load(Path file) throws IOException, InvalidConfigException {
    return load(file, System.getenv());
  }

  /** Reads a file, and the given variables over it. */
  public static ProviderConfig load(Path file, Map<String, String> variables)
      throws IOException, InvalidConfigException {
    return new ProviderConfig(DEFINITION.load(file, variables));
  }

  /**
   * The same, and checks what is handed on to Kafka Streams too, by somebody who has it.
   *
   * @param streams what Kafka Streams knows
   */
  public static ProviderConfig load(Path file, Map<String, String> variables, ConfigDef streams)
      throws IOException, InvalidConfigException {
    return new ProviderConfig(definition(KafkaPassThrough.knowing(streams)).load(file, variables));
  }

  /** Reads properties that {@code source} names in errors; the environment is left out. */
  public static ProviderConfig of(String source, Properties properties)
      throws InvalidConfigException {
    return new ProviderConfig(DEFINITION.read(source, properties, Map.of()));
  }

  public String serverName() {
    return text(ConfigKey.SERVER_NAME);
  }

  public String serviceHost() {
    return text(ConfigKey.SERVICE_HOST);
  }

  public int servicePort() {
    return settings.integer(ConfigKey.SERVICE_PORT);
  }

  /** Address of metrics, health and readiness. */
  public String metricsHost() {
    return text(ConfigKey.METRICS_HOST);
  }

  /** Port of metrics, health and readiness; 0 for any. */
  public int metricsPort() {
    return settings.integer(ConfigKey.METRICS_PORT);
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
    return settings.list(ConfigKey.CELLS_OPEN);
  }

  public int cellUsersMax() {
    return settings.integer(ConfigKey.CELL_USERS_MAX);
  }

  public String bootstrapServers() {
    return text(ConfigKey.BOOTSTRAP_SERVERS);
  }

  /** Kafka as owners reach it; the services' own address where nothing else is said. */
  public String ownerBootstrapServers() {
    return settings.optional(ConfigKey.OWNER_BOOTSTRAP_SERVERS).orElse(bootstrapServers());
  }

  public String ownerSecurityProtocol() {
    return text(ConfigKey.OWNER_SECURITY_PROTOCOL);
  }

  public short replicationFactor() {
    return (short) settings.integer(ConfigKey.REPLICATION_FACTOR);
  }

  public S3Location s3() {
    return s3(text(ConfigKey.S3_ENDPOINT));
  }

  /** The object storage as owners reach it; empty where they do not. */
  public Optional<S3Location> publicS3() {
    return settings.optional(ConfigKey.S3_PUBLIC_ENDPOINT).map(this::s3);
  }

  private S3Location s3(String endpoint) {
    return new S3Location(
        endpoint,
        text(ConfigKey.S3_REGION),
        text(ConfigKey.S3_BUCKET),
        text(ConfigKey.S3_ACCESS_KEY),
        secret(ConfigKey.S3_SECRET_KEY));
  }

  public int guessesMax() {
    return settings.integer(ConfigKey.GUESSES_MAX);
  }

  /** Who may make an account. */
  public Registration registration() {
    return Registration.of(text(ConfigKey.REGISTRATION));
  }

  /** Bytes a second that one keyserver may write to its log; empty for any number. */
  public OptionalLong quotaLogRate() {
    return settings.optionalNumber(ConfigKey.QUOTA_LOG_RATE);
  }

  /** Bytes that one account may hold in object storage; empty for any number. */
  public OptionalLong quotaStoredBytes() {
    return settings.optionalNumber(ConfigKey.QUOTA_STORED_BYTES);
  }

  /** Bytes a second that an account may write to its log while it holds more than its quota. */
  public long quotaOverLogRate() {
    return settings.number(ConfigKey.QUOTA_OVER_LOG_RATE);
  }

  public int snapshotsKeep() {
    return settings.integer(ConfigKey.SNAPSHOTS_KEEP);
  }

  public CompactionPolicy compactionPolicy() {
    return new CompactionPolicy(
        settings.number(ConfigKey.COMPACTION_MIN_BYTES),
        settings.real(ConfigKey.COMPACTION_RATIO),
        settings.number(ConfigKey.COMPACTION_RECORDS),
        Duration.ofMillis(settings.number(ConfigKey.COMPACTION_AGE_MS)));
  }

  public int compactionWorkers() {
    return settings.integer(ConfigKey.COMPACTION_WORKERS);
  }

  /** Bytes that one merge may hold before it spills to disk. */
  public int compactionMemoryBytes() {
    return settings.integer(ConfigKey.COMPACTION_MEMORY_BYTES);
  }

  public Duration sweepGrace() {
    return Duration.ofMillis(settings.number(ConfigKey.SWEEP_GRACE_MS));
  }

  public Duration metadataMaxAge() {
    return Duration.ofMillis(settings.integer(ConfigKey.METADATA_MAX_AGE_MS));
  }

  /** How to reach a schema registry; empty where none is used. */
  public Optional<RegistryConfig> registry() {
    return registry;
  }

  private static Map<String, String> registryOptions(Settings settings) {
    Map<String, String> options = new HashMap<>();
    for (ConfigKey key : ConfigKey.values()) {
      if (RegistryConfig.OPTIONS.contains(key.key()) && settings.isSet(key)) {
        String value =
            key == ConfigKey.AUTO_REGISTER_SCHEMAS
                ? Boolean.toString(settings.flag(key))
                : key.option().isSecret()
                    ? settings.secret(key).map(Password::value).orElse("")
                    : settings.text(key);
        if (!value.isEmpty()) {
          options.put(key.key(), value);
        }
      }
    }
    return options;
  }

  private static Optional<String> registryProblem(Settings settings) {
    Map<String, String> options = registryOptions(settings);
    if (!options.isEmpty() && !options.containsKey(RegistryConfig.URL)) {
      return Optional.of(
          String.join(", ", new TreeSet<>(options.keySet()))
              + " say how to use a schema registry, and "
              + RegistryConfig.URL
              + " names none");
    }
    try {
      RegistryConfig.of(options);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** Properties of the services' Kafka clients. */
  public KafkaClients kafkaClients() {
    return new KafkaClients(
        kafkaClientProperties(),
        settings.passThrough(KafkaPassThrough.PRODUCER),
        settings.passThrough(KafkaPassThrough.CONSUMER),
        settings.passThrough(KafkaPassThrough.ADMIN),
        settings.passThrough(KafkaPassThrough.STREAMS));
  }

  /** How the services connect to Kafka, and nothing else; a fresh map, secrets included. */
  public Map<String, Object> kafkaClientProperties() {
    return kafkaClientProperties(
        bootstrapServers(),
        text(ConfigKey.SASL_MECHANISM),
        text(ConfigKey.KAFKA_USERNAME),
        secret(ConfigKey.KAFKA_PASSWORD));
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
    settings
        .optional(ConfigKey.SSL_TRUSTSTORE_LOCATION)
        .ifPresent(location -> properties.put("ssl.truststore.location", location));
    settings
        .secret(ConfigKey.SSL_TRUSTSTORE_PASSWORD)
        .ifPresent(itsPassword -> properties.put("ssl.truststore.password", itsPassword));
    settings
        .optional(ConfigKey.SSL_TRUSTSTORE_TYPE)
        .ifPresent(type -> properties.put("ssl.truststore.type", type));
    return properties;
  }

  private String text(ConfigKey key) {
    return settings.text(key);
  }

  private String secret(ConfigKey key) {
    return settings.secret(key).map(Password::value).orElseThrow();
  }

  /** The names that the file or the environment set. */
  public Set<String> namesSet() {
    return settings.namesSet();
  }

  @Override
  public String toString() {
    return "ProviderConfig[" + settings.namesSet().size() + " keys set]";
  }
}
