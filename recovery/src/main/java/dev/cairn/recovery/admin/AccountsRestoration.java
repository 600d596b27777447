package dev.cairn.recovery.admin;

import dev.cairn.provider.config.KafkaClients;
import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.provider.registry.ServiceSchemas;
import dev.cairn.provider.store.MinioObjectStore;
import dev.cairn.provider.store.RetryingObjectStore;
import dev.cairn.provider.topics.InternalTopics;
import dev.cairn.provider.topics.TopicSettingsException;
import dev.cairn.recovery.SecretsCheck;
import dev.cairn.recovery.accounts.AccountObjects;
import dev.cairn.recovery.accounts.AccountsPresentException;
import dev.cairn.recovery.accounts.AccountsRebuild;
import dev.cairn.recovery.accounts.AccountsUnavailableException;
import dev.cairn.recovery.accounts.CommandLog;
import dev.cairn.recovery.accounts.KafkaCommandLog;
import dev.cairn.recovery.accounts.RebuildPlan;
import dev.cairn.recovery.secrets.ServiceSecrets;
import dev.cairn.schemas.names.Topics;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;

/** Makes the accounts topic anew from storage: {@code cairn recovery rebuild}. */
public final class AccountsRestoration {
  private static final int DEADLINE_SECONDS = 30;

  private AccountsRestoration() {}

  /**
   * Rebuilds, or says what that would do.
   *
   * @param confirmed false changes nothing
   * @throws AccountsPresentException when the topic holds accounts
   * @throws IOException when secrets, storage or the topic cannot be used
   */
  public static RebuildPlan run(ProviderConfig config, boolean confirmed)
      throws IOException,
          AccountsPresentException,
          AccountsUnavailableException,
          TopicSettingsException,
          InterruptedException {
    KafkaClients kafka = config.kafkaClients();
    try (Admin admin = Admin.create(kafka.admin());
        MinioObjectStore s3 = new MinioObjectStore(config.s3());
        ServiceSecrets secrets = ServiceSecrets.load(config.secretsDir())) {
      RetryingObjectStore store = new RetryingObjectStore(s3);
      SecretsCheck.requireSame(secrets, store);
      AccountsRebuild rebuild =
          new AccountsRebuild(
              store,
              new AccountObjects(store, secrets.accountCipher()),
              ServiceSchemas.lookUp(config),
              config.guessesMax(),
              Clock.systemUTC());
      if (confirmed) {
        new InternalTopics(admin, config.replicationFactor()).ensureAccounts();
      } else if (!isThere(admin)) {
        return rebuild.plan(Optional.empty());
      }
      try (CommandLog log = new KafkaCommandLog(kafka, admin)) {
        RebuildPlan plan = rebuild.plan(Optional.of(log));
        if (confirmed) {
          rebuild.run(plan, log);
        }
        return plan;
      }
    }
  }

  private static boolean isThere(Admin admin) throws IOException, InterruptedException {
    try {
      return admin
          .listTopics()
          .names()
          .get(DEADLINE_SECONDS, TimeUnit.SECONDS)
          .contains(Topics.accounts());
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("Kafka does not list its topics", e);
    }
  }
}
