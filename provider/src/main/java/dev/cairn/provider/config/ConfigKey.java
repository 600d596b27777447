package dev.cairn.provider.config;

import static dev.cairn.config.Option.flag;
import static dev.cairn.config.Option.integer;
import static dev.cairn.config.Option.list;
import static dev.cairn.config.Option.number;
import static dev.cairn.config.Option.real;
import static dev.cairn.config.Option.secret;
import static dev.cairn.config.Option.text;

import dev.cairn.config.Key;
import dev.cairn.config.Option;
import dev.cairn.schemas.registry.RegistryConfig;

/**
 * Every option of {@code provider.properties}. To add one: a constant here, and a method of {@link
 * ProviderConfig} that a service calls; then rewrite the reference. Tests refuse an option that no
 * method reads, and a method that no service calls.
 */
public enum ConfigKey implements Key {
  SERVER_NAME(
      text("server.name")
          .in(Groups.SERVICE)
          .required()
          .high(
              "Name that owners pin; it enters every password's key and never changes with the"
                  + " URL")),
  SERVICE_HOST(
      text("service.host")
          .in(Groups.SERVICE)
          .defaultsTo("127.0.0.1")
          .high("Address that the recovery service listens on")),
  SERVICE_PORT(
      integer("service.port")
          .in(Groups.SERVICE)
          .defaultsTo(8440)
          .between(0, 65_535)
          .high("Port of the recovery service; 0 takes a free one")),
  METRICS_HOST(
      text("metrics.host")
          .in(Groups.SERVICE)
          .defaultsTo("127.0.0.1")
          .medium(
              "Address of /metrics, /healthz and /readyz of each service; nobody logs in there, so"
                  + " keep it where owners do not reach it")),
  METRICS_PORT(
      integer("metrics.port")
          .in(Groups.SERVICE)
          .defaultsTo(0)
          .between(0, 65_535)
          .medium("Port of the same; 0 takes a free one, which the service names at its start")),
  SECRETS_DIR(
      text("secrets.dir")
          .in(Groups.SERVICE)
          .required()
          .high("Directory of the service secrets; back it up apart from everything else")),
  STATE_DIR(
      text("state.dir")
          .in(Groups.SERVICE)
          .required()
          .high("Directory for what can be made anew: the tracker's state, merge files")),
  GUESSES_MAX(
      integer("guesses.max")
          .in(Groups.SERVICE)
          .defaultsTo(10)
          .between(1, 1_000)
          .medium("Wrong passwords in a row before an account answers only after growing delays")),
  REGISTRATION(
      text("registration")
          .in(Groups.SERVICE)
          .defaultsTo(Registration.OPEN.text())
          .oneOf(
              Registration.OPEN.text(), Registration.CLOSED.text(), Registration.INVITATION.text())
          .high(
              "Who may make an account: anybody, nobody, or who brings a code of 'cairn accounts"
                  + " invite'")),

  QUOTA_LOG_RATE(
      number("quota.log.bytes.per.second")
          .in(Groups.QUOTAS)
          .atLeast(16_384)
          .medium(
              "How fast one keyserver may write its log; Kafka slows down who is faster, and nothing"
                  + " is lost. No limit where it is not set")),
  QUOTA_STORED_BYTES(
      number("quota.stored.bytes")
          .in(Groups.QUOTAS)
          .atLeast(1_048_576)
          .medium(
              "What one account may hold in object storage, all kept snapshots together. Who holds"
                  + " more is slowed down, and stays recoverable. No limit where it is not set")),
  QUOTA_OVER_LOG_RATE(
      number("quota.over.log.bytes.per.second")
          .in(Groups.QUOTAS)
          .defaultsTo(16_384L)
          .atLeast(1_024)
          .low("How fast an account may write its log that holds more than quota.stored.bytes")),

  BOOTSTRAP_SERVERS(
      text("bootstrap.servers")
          .in(Groups.KAFKA)
          .required()
          .matching(Groups.BROKERS, "host:port, separated by commas")
          .high("Kafka, as the services reach it")),
  SECURITY_PROTOCOL(
      text("security.protocol")
          .in(Groups.KAFKA)
          .defaultsTo("SASL_PLAINTEXT")
          // Services look at the broker as one owner or another: that needs a listener which tells
          // them apart.
          .oneOf("SASL_PLAINTEXT", "SASL_SSL")
          .high("Of the services' Kafka clients")),
  SASL_MECHANISM(
      text("sasl.mechanism")
          .in(Groups.KAFKA)
          .defaultsTo(ProviderConfig.OWNER_MECHANISM)
          .oneOf(ProviderConfig.OWNER_MECHANISM, "SCRAM-SHA-512")
          .medium("Of the services' Kafka clients")),
  KAFKA_USERNAME(
      text("kafka.username").in(Groups.KAFKA).required().high("SASL name of the services")),
  KAFKA_PASSWORD(
      secret("kafka.password").in(Groups.KAFKA).required().high("SASL password of the services")),
  SSL_TRUSTSTORE_LOCATION(
      text("ssl.truststore.location")
          .in(Groups.KAFKA)
          .medium(
              "Whom the services' Kafka clients believe under SASL_SSL; the platform's own"
                  + " authorities where it is not set")),
  SSL_TRUSTSTORE_PASSWORD(
      secret("ssl.truststore.password").in(Groups.KAFKA).medium("Password of that file")),
  SSL_TRUSTSTORE_TYPE(
      text("ssl.truststore.type")
          .in(Groups.KAFKA)
          .oneOf("JKS", "PKCS12", "PEM")
          .medium("Kind of that file; JKS where it is not set")),
  OWNER_BOOTSTRAP_SERVERS(
      text("owner.bootstrap.servers")
          .in(Groups.KAFKA)
          .matching(Groups.BROKERS, "host:port, separated by commas")
          .high("Kafka, as owners reach it; bootstrap.servers where it is not set")),
  OWNER_SECURITY_PROTOCOL(
      text("owner.security.protocol")
          .in(Groups.KAFKA)
          .defaultsTo("SASL_PLAINTEXT")
          .oneOf("SASL_PLAINTEXT", "SASL_SSL")
          .high("Told to owners")),
  REPLICATION_FACTOR(
      integer("replication.factor")
          .in(Groups.KAFKA)
          .defaultsTo(3)
          .between(1, 9)
          .high("Copies of every topic; 1 promises nothing beyond one disk")),
  CELL(
      text("cell")
          .in(Groups.KAFKA)
          .defaultsTo("c0")
          .matching(Groups.CELL, Groups.CELL_WORDS)
          .medium("Cell whose topics this compactor watches")),
  CELLS_OPEN(
      list("cells.open")
          .in(Groups.KAFKA)
          .defaultsTo("c0")
          .matching(Groups.CELL, Groups.CELL_WORDS)
          .medium("Cells that new users are put into, in this order")),
  CELL_USERS_MAX(
      integer("cell.users.max")
          .in(Groups.KAFKA)
          .defaultsTo(2_000)
          .between(1, 5_000)
          .medium("Users that a cell takes")),
  METADATA_MAX_AGE_MS(
      integer("metadata.max.age.ms")
          .in(Groups.KAFKA)
          .defaultsTo(30_000)
          .atLeast(100)
          .medium("How soon a new user's topic is noticed")),

  S3_ENDPOINT(
      text("s3.endpoint")
          .in(Groups.STORAGE)
          .required()
          .matching("https?://[^\\s/]+/?", "http://host:port or https://host")
          .high("Address of the object storage")),
  S3_PUBLIC_ENDPOINT(
      text("s3.public.endpoint")
          .in(Groups.STORAGE)
          .matching("https?://[^\\s/]+/?", "http://host:port or https://host")
          .medium(
              "Address of the object storage as owners reach it: recoveries then read snapshots"
                  + " from there by short-lived URLs; where it is not set, the recovery service"
                  + " passes them on")),
  S3_REGION(
      text("s3.region")
          .in(Groups.STORAGE)
          .defaultsTo("us-east-1")
          .medium("Region that requests are signed for")),
  S3_BUCKET(
      text("s3.bucket")
          .in(Groups.STORAGE)
          .defaultsTo("cairn")
          .medium("Bucket of snapshots, accounts and checkpoints")),
  S3_ACCESS_KEY(text("s3.access.key").in(Groups.STORAGE).required().high("Access key")),
  S3_SECRET_KEY(secret("s3.secret.key").in(Groups.STORAGE).required().high("Secret key")),

  SNAPSHOTS_KEEP(
      integer("snapshots.keep")
          .in(Groups.COMPACTION)
          .defaultsTo(2)
          .between(2, 100)
          .medium(
              "Verified snapshots that are kept; the log is truncated behind the oldest of them")),
  COMPACTION_MIN_BYTES(
      number("compaction.min.bytes")
          .in(Groups.COMPACTION)
          .defaultsTo(8_388_608L)
          .atLeast(1)
          .medium("Bytes since the snapshot below which no compaction starts by size")),
  COMPACTION_RATIO(
      real("compaction.ratio")
          .in(Groups.COMPACTION)
          .defaultsTo(0.25)
          .valid(new Fraction(100))
          .medium("Bytes since the snapshot, as a part of its size, that start a compaction")),
  COMPACTION_RECORDS(
      number("compaction.records")
          .in(Groups.COMPACTION)
          .defaultsTo(100_000L)
          .atLeast(1)
          .low("Records since the snapshot that start a compaction")),
  COMPACTION_AGE_MS(
      number("compaction.age.ms")
          .in(Groups.COMPACTION)
          .defaultsTo(86_400_000L)
          .atLeast(1)
          .medium("Age of an uncompacted record that starts a compaction")),
  COMPACTION_WORKERS(
      integer("compaction.workers")
          .in(Groups.COMPACTION)
          .defaultsTo(2)
          .between(1, 64)
          .medium("Compactions at once in one process")),
  COMPACTION_MEMORY_BYTES(
      integer("compaction.memory.bytes")
          .in(Groups.COMPACTION)
          .defaultsTo(67_108_864)
          .atLeast(1 << 20)
          .low("Memory of one merge before it spills")),
  SWEEP_GRACE_MS(
      number("sweep.grace.ms")
          .in(Groups.COMPACTION)
          .defaultsTo(86_400_000L)
          .atLeast(0)
          .low("How long a swept object stays: the longest download")),

  SCHEMA_REGISTRY_URL(
      text(RegistryConfig.URL)
          .in(Groups.REGISTRY)
          .medium(
              "Confluent-compatible registries, separated by commas; none by default: nothing needs"
                  + " one")),
  BASIC_AUTH_SOURCE(
      text(RegistryConfig.CREDENTIALS_SOURCE)
          .in(Groups.REGISTRY)
          .oneOf("URL", "USER_INFO")
          .medium("Where the registry's credentials are; URL where it is not set")),
  BASIC_AUTH_INFO(
      secret(RegistryConfig.USER_INFO)
          .in(Groups.REGISTRY)
          .medium("user:password for the registry, under USER_INFO")),
  AUTO_REGISTER_SCHEMAS(
      flag(RegistryConfig.AUTO_REGISTER)
          .in(Groups.REGISTRY)
          .defaultsTo(true)
          .medium("Whether services register their schemas, or only check that they are there")),
  REGISTRY_TRUSTSTORE_LOCATION(
      text(RegistryConfig.TRUSTSTORE_LOCATION)
          .in(Groups.REGISTRY)
          .medium(
              "Whom to believe as a registry; the platform's own authorities where it is not set")),
  REGISTRY_TRUSTSTORE_PASSWORD(
      secret(RegistryConfig.TRUSTSTORE_PASSWORD)
          .in(Groups.REGISTRY)
          .medium("Password of that file")),
  REGISTRY_TRUSTSTORE_TYPE(
      text(RegistryConfig.TRUSTSTORE_TYPE)
          .in(Groups.REGISTRY)
          .oneOf("JKS", "PKCS12", "PEM")
          .medium("Kind of that file; PKCS12 where it is not set")),
  REGISTRY_KEYSTORE_LOCATION(
      text(RegistryConfig.KEYSTORE_LOCATION)
          .in(Groups.REGISTRY)
          .low("Who the services are to a registry, for mutual TLS")),
  REGISTRY_KEYSTORE_PASSWORD(
      secret(RegistryConfig.KEYSTORE_PASSWORD).in(Groups.REGISTRY).low("Password of that file")),
  REGISTRY_KEYSTORE_TYPE(
      text(RegistryConfig.KEYSTORE_TYPE)
          .in(Groups.REGISTRY)
          .oneOf("JKS", "PKCS12")
          .low("Kind of that file; PKCS12 where it is not set")),
  REGISTRY_KEY_PASSWORD(
      secret(RegistryConfig.KEY_PASSWORD)
          .in(Groups.REGISTRY)
          .low("Password of the key in it, where it is another one"));

  @SuppressWarnings("ImmutableEnumChecker") // it is; its rule is of a type of Kafka's
  private final Option option;

  ConfigKey(Option option) {
    this.option = option;
  }

  @Override
  public Option option() {
    return option;
  }
}
