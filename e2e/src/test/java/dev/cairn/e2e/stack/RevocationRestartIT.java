package dev.cairn.e2e.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cairn.cli.local.ServerStack;
import dev.cairn.crypto.UserId;
import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.provider.topics.InternalTopics;
import dev.cairn.recovery.provision.KafkaOwnerBroker;
import dev.cairn.recovery.provision.Principals;
import dev.cairn.recovery.quota.WriteRates;
import dev.cairn.recovery.secrets.ServiceSecrets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A broker that starts again after revocations lets in whom it let in before. It did not while
 * revoking deleted credentials: one replayed deletion can take all other credentials with it.
 */
final class RevocationRestartIT {
  private static final String CELL = "c0";

  @TempDir Path directory;

  @Test
  void aRestartedBrokerLetsInTheServicesAndEveryNewestGrant() throws Exception {
    Path data = directory.resolve("data");
    Path secretsDirectory = directory.resolve("secrets");
    ServiceSecrets.createIfAbsent(secretsDirectory);
    List<UserId> users = new ArrayList<>();
    try (ServiceSecrets secrets = ServiceSecrets.load(secretsDirectory)) {
      try (ServerStack stack = ServerStack.start(data)) {
        ProviderConfig config = stack.config(new Properties());
        try (Admin admin = Admin.create(config.kafkaClientProperties())) {
          KafkaOwnerBroker broker =
              new KafkaOwnerBroker(
                  admin,
                  new InternalTopics(admin, config.replicationFactor()),
                  config,
                  secrets,
                  new WriteRates(config));
          for (int i = 0; i < 4; i++) {
            UserId user = UserId.random(new SecureRandom());
            users.add(user);
            broker.provide(user, CELL, 1);
            broker.revoke(user, CELL, 1);
            broker.provide(user, CELL, 2);
          }
        }
      }
      try (ServerStack stack = ServerStack.start(data)) {
        ProviderConfig config = stack.config(new Properties());
        for (UserId user : users) {
          assertEquals(1, nodes(config, secrets, Principals.of(user, 2)));
          ExecutionException refused =
              assertThrows(
                  ExecutionException.class, () -> nodes(config, secrets, Principals.of(user, 1)));
          assertInstanceOf(SaslAuthenticationException.class, refused.getCause());
        }
      }
    }
  }

  private static int nodes(ProviderConfig config, ServiceSecrets secrets, String principal)
      throws Exception {
    try (Admin owner =
        Admin.create(
            config.kafkaClientProperties(
                config.ownerBootstrapServers(), principal, secrets.scramPassword(principal)))) {
      return owner.describeCluster().nodes().get(30, TimeUnit.SECONDS).size();
    }
  }
}
