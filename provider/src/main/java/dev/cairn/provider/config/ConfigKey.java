package dev.cairn.provider.config;

import java.util.Optional;

/** Every key of {@code provider.properties}: its default where it has one, and what it means. */
public enum ConfigKey {
  SERVER_NAME(
      "server.name",
      "",
      "Name that owners pin; it enters every password's key and never changes with the URL"),
  SERVICE_HOST("service.host", "127.0.0.1", "Address that the recovery service listens on"),
  SERVICE_PORT("service.port", "8440", "Port of the recovery service; 0 takes a free one"),
  SECRETS_DIR(
      "secrets.dir", "", "Directory of the service secrets; back it up apart from everything else"),
  STATE_DIR(
      "state.dir", "", "Directory for what can be made anew: the tracker's state, merge files"),
  CELL("cell", "c0", "Cell whose topics this compactor watches"),
  CELLS_OPEN("cells.open", "c0", "Cells that new users are put into, separated by commas"),
  CELL_USERS_MAX("cell.users.max", "2000", "Users that a cell takes"),
  BOOTSTRAP_SERVERS("bootstrap.servers", "", "Kafka, as the services reach it"),
  SECURITY_PROTOCOL("security.protocol", "SASL_PLAINTEXT", "Of the services' Kafka clients"),
  SASL_MECHANISM("sasl.mechanism", "SCRAM-SHA-256", "Of the services' Kafka clients"),
  KAFKA_USERNAME("kafka.username", "", "SASL name of the services"),
  KAFKA_PASSWORD("kafka.password", "", "SASL password of the services"),
  SSL_TRUSTSTORE_LOCATION(
      "ssl.truststore.location",
      "",
      "Whom the services' Kafka clients believe under SASL_SSL; the platform's own authorities where"
          + " it is not set"),
  SSL_TRUSTSTORE_PASSWORD("ssl.truststore.password", "", "Password of that file"),
  SSL_TRUSTSTORE_TYPE("ssl.truststore.type", "", "JKS, PKCS12 or PEM"),
  OWNER_BOOTSTRAP_SERVERS("owner.bootstrap.servers", "", "Kafka, as owners reach it"),
  OWNER_SECURITY_PROTOCOL("owner.security.protocol", "SASL_PLAINTEXT", "Told to owners"),
  REPLICATION_FACTOR(
      "replication.factor", "3", "Copies of every topic; 1 promises nothing beyond one disk"),
  S3_ENDPOINT("s3.endpoint", "", "URL of the object storage"),
  S3_REGION("s3.region", "us-east-1", "Region that requests are signed for"),
  S3_BUCKET("s3.bucket", "cairn", "Bucket of snapshots, accounts and checkpoints"),
  S3_ACCESS_KEY("s3.access.key", "", "Access key"),
  S3_SECRET_KEY("s3.secret.key", "", "Secret key"),
  GUESSES_MAX(
      "guesses.max",
      "10",
      "Wrong passwords in a row before an account answers only after growing delays"),
  SNAPSHOTS_KEEP(
      "snapshots.keep",
      "2",
      "Verified snapshots that are kept; the log is truncated behind the oldest of them"),
  COMPACTION_MIN_BYTES(
      "compaction.min.bytes",
      "8388608",
      "Bytes since the snapshot below which no compaction starts by size"),
  COMPACTION_RATIO(
      "compaction.ratio",
      "0.25",
      "Bytes since the snapshot, as a part of its size, that start a compaction"),
  COMPACTION_RECORDS(
      "compaction.records", "100000", "Records since the snapshot that start a compaction"),
  COMPACTION_AGE_MS(
      "compaction.age.ms", "86400000", "Age of an uncompacted record that starts a compaction"),
  COMPACTION_WORKERS("compaction.workers", "2", "Compactions at once in one process"),
  COMPACTION_MEMORY_BYTES(
      "compaction.memory.bytes", "67108864", "Memory of one merge before it spills"),
  SWEEP_GRACE_MS(
      "sweep.grace.ms", "86400000", "How long a swept object stays: the longest download"),
  METADATA_MAX_AGE_MS("metadata.max.age.ms", "30000", "How soon a new user's topic is noticed"),
  SCHEMA_REGISTRY_URL(
      "schema.registry.url",
      "",
      "Confluent-compatible registries, separated by commas; none by default: nothing needs one"),
  BASIC_AUTH_SOURCE("basic.auth.credentials.source", "", "URL or USER_INFO"),
  BASIC_AUTH_INFO("basic.auth.user.info", "", "user:password for the registry"),
  AUTO_REGISTER_SCHEMAS(
      "auto.register.schemas", "true", "Whether services register their schemas at the registry"),
  REGISTRY_TRUSTSTORE_LOCATION(
      "schema.registry.ssl.truststore.location", "", "Whom to believe as a registry"),
  REGISTRY_TRUSTSTORE_PASSWORD(
      "schema.registry.ssl.truststore.password", "", "Password of that file"),
  REGISTRY_TRUSTSTORE_TYPE("schema.registry.ssl.truststore.type", "", "JKS, PKCS12 or PEM"),
  REGISTRY_KEYSTORE_LOCATION(
      "schema.registry.ssl.keystore.location", "", "Who the services are to a registry"),
  REGISTRY_KEYSTORE_PASSWORD("schema.registry.ssl.keystore.password", "", "Password of that file"),
  REGISTRY_KEYSTORE_TYPE("schema.registry.ssl.keystore.type", "", "JKS or PKCS12"),
  REGISTRY_KEY_PASSWORD("schema.registry.ssl.key.password", "", "Password of the key in it");

  private final String key;
  private final String defaultValue;
  private final String meaning;

  ConfigKey(String key, String defaultValue, String meaning) {
    this.key = key;
    this.defaultValue = defaultValue;
    this.meaning = meaning;
  }

  /** The name in the file. */
  public String key() {
    return key;
  }

  /** The value where the file says nothing; empty text where there is none. */
  public String defaultValue() {
    return defaultValue;
  }

  /** One sentence for people. */
  public String meaning() {
    return meaning;
  }

  static Optional<ConfigKey> of(String key) {
    for (ConfigKey each : values()) {
      if (each.key.equals(key)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }
}
