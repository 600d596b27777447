package dev.cairn.recovery.http;

import dev.cairn.crypto.opaque.OpaqueServer;
import dev.cairn.metrics.Check;
import dev.cairn.metrics.Checks;
import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.provider.store.ObjectStore;
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
import dev.cairn.recovery.accounts.Account;
import dev.cairn.recovery.accounts.AccountObjects;
import dev.cairn.recovery.accounts.Accounts;
import dev.cairn.recovery.accounts.InMemoryTopic;
import dev.cairn.recovery.data.CompactionJobs;
import dev.cairn.recovery.data.SnapshotFiles;
import dev.cairn.recovery.metrics.RequestObserver;
import dev.cairn.recovery.provision.Connections;
import dev.cairn.recovery.provision.Takeovers;
import dev.cairn.recovery.rebase.Bases;
import dev.cairn.recovery.rebase.Bundles;
import dev.cairn.recovery.secrets.ServiceSecrets;
import dev.cairn.schemas.wire.SchemaIds;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/** One instance of the service over what several may share. */
final class Instance implements AutoCloseable {
  static final String SERVER_NAME = "recovery.test";

  private final ServiceSecrets secrets;
  private final HttpServer server;
  private final Bases bases;
  final Accounts accounts;
  final Services services;
  final Takeovers takeovers;

  Instance(
      Path secretsDir,
      InMemoryTopic topic,
      ObjectStore store,
      FakeLogs logs,
      FakeBroker broker,
      Clock clock)
      throws Exception {
    this(secretsDir, topic, store, logs, broker, clock, new Properties());
  }

  Instance(
      Path secretsDir,
      InMemoryTopic topic,
      ObjectStore store,
      FakeLogs logs,
      FakeBroker broker,
      Clock clock,
      Properties overrides)
      throws Exception {
    Properties properties = new Properties();
    properties.setProperty("server.name", SERVER_NAME);
    properties.setProperty("service.port", "0");
    properties.setProperty("secrets.dir", secretsDir.toString());
    properties.setProperty("state.dir", secretsDir.resolveSibling("state").toString());
    properties.setProperty("bootstrap.servers", "127.0.0.1:1");
    properties.setProperty("kafka.username", "unused");
    properties.setProperty("kafka.password", "unused");
    properties.setProperty("kafka.username", "unused");
    properties.setProperty("kafka.password", "unused");
    properties.setProperty("s3.endpoint", "http://127.0.0.1:1");
    properties.setProperty("s3.access.key", "unused");
    properties.setProperty("s3.secret.key", "unused");
    properties.putAll(overrides);
    ProviderConfig config = ProviderConfig.of("test", properties);
    ServiceSecrets.createIfAbsent(secretsDir);
    secrets = ServiceSecrets.load(secretsDir);
    SchemaIds ids = SchemaIds.builtIn();
    accounts =
        Accounts.open(
            topic.open(), store, new AccountObjects(store, secrets.accountCipher()), ids, 1000);
    OpaqueServer opaque = new OpaqueServer(secrets.opaque(), SERVER_NAME, new SecureRandom());
    Tokens tokens = new Tokens(secrets.tokenCipher(), clock);
    Nonces nonces = new Nonces(secrets, accounts, clock);
    SignedRequests signed = new SignedRequests(SERVER_NAME, accounts, nonces, tokens);
    Connections connections = new Connections(accounts, broker, secrets, config, ids);
    takeovers = new Takeovers(accounts, broker, connections);
    Logins logins =
        new Logins(opaque, secrets, accounts, store, tokens, clock, config.guessesMax());
    logins.prepare();
    SecondFactors factors =
        new SecondFactors(secrets, accounts, logins, clock, config.guessesMax());
    WalletProofs proofs = new WalletProofs(SERVER_NAME, Nonces.CHAIN, nonces, clock);
    CredentialChanges changes =
        new CredentialChanges(opaque, accounts, store, factors, nonces, proofs);
    changes.sweepAll();
    bases = new Bases(store, accounts);
    services =
        new Services(
            config,
            accounts,
            store,
            nonces,
            new Registrations(
                opaque, secrets, accounts, store, logs, broker, signed, nonces, proofs, config,
                clock),
            logins,
            new RecoveryKeyLogins(SERVER_NAME, secrets, accounts, nonces, logins),
            new WalletLogins(secrets, accounts, proofs, logins),
            factors,
            changes,
            signed,
            connections,
            takeovers,
            new SnapshotFiles(store, Optional.empty()),
            bases,
            new Bundles(store, accounts),
            logs,
            new CompactionJobs() {
              @Override
              public String request(Account account) {
                return "job-of-" + account.username();
              }

              @Override
              public void close() {}
            },
            new Checks(
                Duration.ofSeconds(20),
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
                          store.stat("readiness");
                          return Optional.empty();
                        }))),
            RequestObserver.NONE);
    server = HttpServer.start(services);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.port());
  }

  @Override
  public void close() {
    server.close();
    bases.close();
    accounts.close();
    secrets.close();
  }
}
