package dev.cairn.recovery;

import dev.cairn.crypto.opaque.OpaqueServer;
import dev.cairn.metrics.Check;
import dev.cairn.metrics.Checks;
import dev.cairn.metrics.Component;
import dev.cairn.metrics.ExpositionServer;
import dev.cairn.metrics.Metric;
import dev.cairn.metrics.Telemetry;
import dev.cairn.provider.config.KafkaClients;
import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.provider.registry.RegistryState;
import dev.cairn.provider.registry.ServiceSchemas;
import dev.cairn.provider.store.MinioObjectStore;
import dev.cairn.provider.store.ObjectStore;
import dev.cairn.provider.store.PresignedUrls;
import dev.cairn.provider.store.RetryingObjectStore;
import dev.cairn.provider.store.StoreUnavailableException;
import dev.cairn.provider.topics.InternalTopics;
import dev.cairn.provider.topics.TopicSettingsException;
import dev.cairn.recovery.access.CredentialChanges;
import dev.cairn.recovery.access.Logins;
import dev.cairn.recovery.access.Nonces;
import dev.cairn.recovery.access.RecoveryKeyLogins;
import dev.cairn.recovery.access.Registrations;
import dev.cairn.recovery.access.SecondFactors;
import dev.cairn.recovery.access.SignedRequests;
import dev.cairn.recovery.access.Tokens;
import dev.cairn.recovery.access.WalletLogins;
import dev.cairn.recovery.access.WalletProofs;
import dev.cairn.recovery.accounts.AccountObjects;
import dev.cairn.recovery.accounts.Accounts;
import dev.cairn.recovery.accounts.AccountsUnavailableException;
import dev.cairn.recovery.accounts.KafkaCommandLog;
import dev.cairn.recovery.data.KafkaCompactionJobs;
import dev.cairn.recovery.data.KafkaUserLogs;
import dev.cairn.recovery.data.SnapshotFiles;
import dev.cairn.recovery.data.UserLogs;
import dev.cairn.recovery.http.HttpServer;
import dev.cairn.recovery.http.Services;
import dev.cairn.recovery.metrics.RecoveryMetrics;
import dev.cairn.recovery.provision.Connections;
import dev.cairn.recovery.provision.KafkaOwnerBroker;
import dev.cairn.recovery.provision.OwnerBroker;
import dev.cairn.recovery.provision.Takeovers;
import dev.cairn.recovery.quota.StoredQuota;
import dev.cairn.recovery.quota.WriteRates;
import dev.cairn.recovery.rebase.Bases;
import dev.cairn.recovery.rebase.Bundles;
import dev.cairn.recovery.secrets.ServiceSecrets;
import dev.cairn.schemas.names.ObjectKeys;
import dev.cairn.schemas.wire.SchemaIds;
import io.javalin.util.JavalinBindException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One instance of the recovery service. Instances are alike; any number may run. */
public final class RecoveryService implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RecoveryService.class);
  private static final int CHECKPOINT_EVERY = 5_000;
  private static final int READERS = 8;
  private static final Duration CHECK_DEADLINE = Duration.ofSeconds(6);

  /** How long a URL of one file may be used: longer than one range takes, and no more. */
  private static final Duration DIRECT_READS = Duration.ofMinutes(5);

  private final Deque<AutoCloseable> parts;
  private final HttpServer server;
  private final URI metricsUrl;

  private RecoveryService(Deque<AutoCloseable> parts, HttpServer server, URI metricsUrl) {
    this.parts = parts;
    this.server = server;
    this.metricsUrl = metricsUrl;
  }

  /**
   * Starts an instance.
   *
   * @throws RecoveryStartException when it cannot; what it had opened is closed
   */
  public static RecoveryService start(ProviderConfig config)
      throws RecoveryStartException, InterruptedException {
    Deque<AutoCloseable> parts = new ArrayDeque<>();
    try {
      return open(config, parts);
    } catch (IOException
        | AccountsUnavailableException
        | TopicSettingsException
        | JavalinBindException
        | KafkaException e) {
      closeAll(parts);
      throw new RecoveryStartException(e);
    } catch (RuntimeException | InterruptedException e) {
      closeAll(parts);
      throw e;
    }
  }

  private static RecoveryService open(ProviderConfig config, Deque<AutoCloseable> parts)
      throws IOException,
          AccountsUnavailableException,
          TopicSettingsException,
          InterruptedException {
    Clock clock = Clock.systemUTC();
    KafkaClients kafka = config.kafkaClients();
    Telemetry telemetry = opened(parts, Telemetry.of(Component.RECOVERY));
    RecoveryMetrics metrics = new RecoveryMetrics(telemetry);
    Admin admin = opened(parts, Admin.create(kafka.admin()));
    InternalTopics topics = new InternalTopics(admin, config.replicationFactor());
    topics.ensureAccounts();
    for (String cell : config.cellsOpen()) {
      topics.ensureCell(cell);
    }
    MinioObjectStore s3 = opened(parts, new MinioObjectStore(config.s3()));
    s3.createBucketIfAbsent();
    // Short: somebody waits for each answer, and is told to come back.
    ObjectStore store = new RetryingObjectStore(s3, 4, Duration.ofMillis(100));

    ServiceSchemas schemas = opened(parts, ServiceSchemas.start(config));
    SchemaIds ids = schemas.ids();
    for (RegistryState each : RegistryState.values()) {
      telemetry.gauge(
          Metric.RECOVERY_REGISTRY, () -> schemas.state() == each ? 1 : 0, each.label());
    }
    KafkaCommandLog log = new KafkaCommandLog(kafka, admin);
    ServiceSecrets secrets;
    Accounts accounts;
    try {
      createSecretsForNoAccounts(config, log, store);
      if (SecretsCheck.addFactorKey(config.secretsDir(), store)) {
        LOG.info("made the key of second factors in {}; back it up", config.secretsDir());
      }
      secrets = opened(parts, ServiceSecrets.load(config.secretsDir()));
      SecretsCheck.requireSame(secrets, store);
      AccountObjects objects = new AccountObjects(store, secrets.accountCipher());
      accounts = opened(parts, Accounts.open(log, store, objects, ids, CHECKPOINT_EVERY, metrics));
    } catch (IOException | AccountsUnavailableException | RuntimeException e) {
      log.close();
      throw e;
    }

    Checks health =
        opened(
            parts,
            new Checks(
                CHECK_DEADLINE,
                List.of(
                    Check.of(
                        "accounts",
                        "this instance has stopped answering: its log says why",
                        accounts::isRunning))));
    Checks readiness =
        opened(
            parts,
            new Checks(
                CHECK_DEADLINE,
                List.of(
                    new Check(
                        "accounts",
                        () -> {
                          accounts.read(state -> 0);
                          return Optional.empty();
                        }),
                    new Check(
                        "storage",
                        () -> {
                          s3.stat("readiness");
                          return Optional.empty();
                        }))));
    // It asks the accounts: it ends before they are closed.
    parts.push(metrics);
    OpaqueServer opaque =
        new OpaqueServer(secrets.opaque(), config.serverName(), new SecureRandom());
    Tokens tokens = new Tokens(secrets.tokenCipher(), clock);
    Nonces nonces = new Nonces(secrets, accounts, clock);
    SignedRequests signed = new SignedRequests(config.serverName(), accounts, nonces, tokens);
    UserLogs logs = opened(parts, new KafkaUserLogs(kafka, READERS));
    WriteRates rates = new WriteRates(config);
    OwnerBroker broker = new KafkaOwnerBroker(admin, topics, config, secrets, rates);
    Connections connections = new Connections(accounts, broker, secrets, config, ids);
    Takeovers takeovers = new Takeovers(accounts, broker, connections);
    takeovers.finishAll();
    Logins logins =
        new Logins(opaque, secrets, accounts, store, tokens, clock, config.guessesMax());
    logins.prepare();
    WalletProofs proofs = new WalletProofs(config.serverName(), Nonces.CHAIN, nonces, clock);
    SecondFactors factors =
        new SecondFactors(secrets, accounts, logins, clock, config.guessesMax());
    CredentialChanges changes =
        new CredentialChanges(opaque, accounts, store, factors, nonces, proofs);
    sweep(changes);
    Services services =
        new Services(
            config,
            accounts,
            store,
            nonces,
            new Registrations(
                opaque, secrets, accounts, store, logs, broker, signed, nonces, proofs, config,
                clock),
            logins,
            new RecoveryKeyLogins(config.serverName(), secrets, accounts, nonces, logins),
            new WalletLogins(secrets, accounts, proofs, logins),
            factors,
            changes,
            signed,
            connections,
            takeovers,
            new SnapshotFiles(
                store, config.publicS3().map(at -> new PresignedUrls(at, DIRECT_READS))),
            opened(parts, new Bases(store, accounts)),
            new Bundles(store, accounts),
            logs,
            opened(parts, new KafkaCompactionJobs(kafka, ids, clock)),
            readiness,
            metrics);
    metrics.look(accounts, readiness, config.guessesMax());
    opened(parts, StoredQuota.start(config, rates, accounts, store, broker, clock));
    telemetry.gauge(Metric.OVER_QUOTA, () -> rates.lowered().size());
    ExpositionServer exposition =
        opened(
            parts,
            ExpositionServer.start(
                config.metricsHost(), config.metricsPort(), telemetry, health, readiness));
    URI metricsUrl = URI.create("http://" + config.metricsHost() + ":" + exposition.port());
    LOG.info("metrics, health and readiness on {}", metricsUrl);
    return new RecoveryService(parts, opened(parts, HttpServer.start(services)), metricsUrl);
  }

  // Only where nobody can depend on older ones: new secrets beside old accounts lock everybody out.
  private static void createSecretsForNoAccounts(
      ProviderConfig config, KafkaCommandLog log, ObjectStore store)
      throws IOException, AccountsUnavailableException {
    if (Files.exists(config.secretsDir())) {
      return;
    }
    if (log.endOffset() > 0
        || SecretsCheck.isAnyKnown(store)
        || !store.list(ObjectKeys.accountCheckpoints()).isEmpty()) {
      throw new StoreUnavailableException(
          "there are accounts, but "
              + config.secretsDir()
              + " is missing. No password would open its backup under new secrets, so none were"
              + " made: bring the directory back from its backup.",
          new IOException("service secrets are missing"));
    }
    ServiceSecrets.createIfAbsent(config.secretsDir());
    LOG.info("made new service secrets in {}; back them up", config.secretsDir());
  }

  private static <T extends AutoCloseable> T opened(Deque<AutoCloseable> parts, T part) {
    parts.push(part);
    return part;
  }

  private static void closeAll(Deque<AutoCloseable> parts) {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) { // AutoCloseable.close declares Exception
        LOG.warn("closing a part failed: {}", e.getMessage());
      }
    }
  }

  /** The port that it listens on. */
  public int port() {
    return server.port();
  }

  /** Where {@code /metrics}, {@code /healthz} and {@code /readyz} are. */
  public URI metricsUrl() {
    return metricsUrl;
  }

  @Override
  public void close() {
    closeAll(parts);
  }

  // What a crash has left of earlier changes; nobody waits for it.
  private static void sweep(CredentialChanges changes) {
    Thread.ofVirtual()
        .name("sweep-secrets")
        .start(() -> {
          try {
            changes.sweepAll();
          } catch (AccountsUnavailableException | StoreUnavailableException e) {
            LOG.warn("what accounts were opened by before is not removed yet: {}", e.getMessage());
          }
        });
  }
}
