package dev.cairn.recovery.admin;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Sha256;
import dev.cairn.provider.config.KafkaClients;
import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.provider.registry.ServiceSchemas;
import dev.cairn.provider.store.MinioObjectStore;
import dev.cairn.provider.store.ObjectStat;
import dev.cairn.provider.store.ObjectStore;
import dev.cairn.provider.store.RetryingObjectStore;
import dev.cairn.provider.store.StoreUnavailableException;
import dev.cairn.provider.topics.InternalTopics;
import dev.cairn.recovery.SecretsCheck;
import dev.cairn.recovery.accounts.Account;
import dev.cairn.recovery.accounts.AccountObjects;
import dev.cairn.recovery.accounts.Accounts;
import dev.cairn.recovery.accounts.AccountsState;
import dev.cairn.recovery.accounts.AccountsUnavailableException;
import dev.cairn.recovery.accounts.Command;
import dev.cairn.recovery.accounts.Grant;
import dev.cairn.recovery.accounts.KafkaCommandLog;
import dev.cairn.recovery.provision.KafkaOwnerBroker;
import dev.cairn.recovery.provision.OwnerLog;
import dev.cairn.recovery.provision.OwnerTopics;
import dev.cairn.recovery.provision.ProvisioningException;
import dev.cairn.recovery.provision.TrackerNotice;
import dev.cairn.recovery.quota.StoredObjects;
import dev.cairn.recovery.quota.WriteRates;
import dev.cairn.recovery.secrets.ServiceSecrets;
import dev.cairn.schemas.http.ApiPaths;
import dev.cairn.schemas.names.ObjectKeys;
import dev.cairn.schemas.names.Topics;
import dev.cairn.schemas.wire.SchemaIds;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The provider's hand on accounts. One more instance beside the running services: what it does,
 * they see with their next answer. Every verb may be repeated, and a repeat finishes what was
 * begun.
 */
public final class AccountAdministration implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AccountAdministration.class);
  private static final int NO_CHECKPOINTS = Integer.MAX_VALUE;

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final ObjectStore store;
  private final Accounts accounts;
  private final KafkaOwnerBroker broker;
  private final OwnerTopics topics;
  private final TrackerNotice tracker;
  private final Clock clock = Clock.systemUTC();

  private AccountAdministration(ProviderConfig config)
      throws IOException, AccountsUnavailableException {
    try {
      KafkaClients kafka = config.kafkaClients();
      Admin admin = opened(Admin.create(kafka.admin()));
      store = new RetryingObjectStore(opened(new MinioObjectStore(config.s3())));
      ServiceSecrets secrets = opened(ServiceSecrets.load(config.secretsDir()));
      SecretsCheck.requireSame(secrets, store);
      SchemaIds ids = ServiceSchemas.lookUp(config);
      KafkaCommandLog log = new KafkaCommandLog(kafka, admin);
      try {
        accounts =
            opened(
                Accounts.open(
                    log,
                    store,
                    new AccountObjects(store, secrets.accountCipher()),
                    ids,
                    NO_CHECKPOINTS));
      } catch (AccountsUnavailableException | RuntimeException e) {
        log.close();
        throw e;
      }
      broker =
          new KafkaOwnerBroker(
              admin,
              new InternalTopics(admin, config.replicationFactor()),
              config,
              secrets,
              new WriteRates(config));
      topics = new OwnerTopics(admin);
      tracker = new TrackerNotice(kafka, ids, clock);
    } catch (IOException | AccountsUnavailableException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Opens it.
   *
   * @throws AccountsUnavailableException when the accounts cannot be read, or were lost
   */
  public static AccountAdministration open(ProviderConfig config)
      throws IOException, AccountsUnavailableException {
    return new AccountAdministration(config);
  }

  /** All accounts, by name. */
  public List<Account> list() throws AccountsUnavailableException {
    return accounts.read(AccountsState::all).stream()
        .sorted(Comparator.comparing(Account::username))
        .toList();
  }

  /** The account of a user id, or of a name. */
  public Optional<Account> find(String userIdOrName) throws AccountsUnavailableException {
    return list().stream()
        .filter(account ->
            account.userId().value().equals(userIdOrName)
                || account.username().equals(userIdOrName))
        .findFirst();
  }

  /**
   * Makes an invitation, which is good for one account until it is over. The code is kept nowhere:
   * the accounts know its SHA-256.
   *
   * @return the code
   */
  public String invite(Duration validFor) throws AccountsUnavailableException {
    byte[] random = new byte[ApiPaths.INVITATION_BYTES];
    new SecureRandom().nextBytes(random);
    String code = Bytes.wrap(random).hex();
    accounts.submit(
        new Command.Invite(
            Sha256.hash(Bytes.utf8(code)), clock.instant().plus(validFor).toEpochMilli()));
    return code;
  }

  /** What is kept for accounts. */
  public List<AccountOverview> overview(List<Account> of)
      throws ProvisioningException, StoreUnavailableException {
    List<String> names = of.stream().map(a -> Topics.log(a.cell(), a.userId().value())).toList();
    Map<String, OwnerLog> logs = topics.describe(names);
    List<AccountOverview> overviews = new ArrayList<>();
    for (Account account : of) {
      String id = account.userId().value();
      overviews.add(
          new AccountOverview(
              account,
              Optional.ofNullable(logs.get(Topics.log(account.cell(), id))),
              StoredObjects.of(store, account.userId())));
    }
    return overviews;
  }

  /**
   * Serves an account no more: no login, no connection, and its keyserver is refused by the broker.
   * Everything is kept.
   */
  public void disable(Account account) throws AccountsUnavailableException, ProvisioningException {
    accounts.submit(new Command.SetStatus(account.userId(), Account.Status.DISABLED));
    if (topics.exists(logOf(account))) {
      broker.revoke(account.userId(), account.cell(), account.newestGrant().epoch());
    }
  }

  /** Serves a disabled account again; its keyserver goes on by itself. */
  public void enable(Account account) throws AccountsUnavailableException, ProvisioningException {
    broker.readmit(account.userId(), account.cell(), account.newestGrant().epoch());
    accounts.submit(new Command.SetStatus(account.userId(), Account.Status.ACTIVE));
  }

  /**
   * Deletes an account: from here on it is refused; then its log is emptied, its objects are
   * deleted, and its name is free. The empty topic itself goes when the cell's compactor takes its
   * tracker down for a moment: a topic that vanishes under a running tracker takes its thread
   * along.
   */
  public void delete(Account account)
      throws AccountsUnavailableException, ProvisioningException, StoreUnavailableException {
    String id = account.userId().value();
    String topic = logOf(account);
    accounts.submit(new Command.SetStatus(account.userId(), Account.Status.DELETING));
    if (topics.exists(topic)) {
      for (Grant grant : account.grants()) {
        broker.revoke(account.userId(), account.cell(), grant.epoch());
      }
      long end = topics.truncate(topic);
      tracker.nothingLeft(account.userId(), account.cell(), end);
      store.put(ObjectKeys.deletedLog(account.cell(), id), Bytes.utf8(clock.instant() + "\n"));
    }
    deleteAll(ObjectKeys.user(id));
    // Last of the objects, by the command: until it is folded, the account comes back as one that
    // is being deleted.
    accounts.submit(new Command.Forget(account.userId()));
    LOG.info("account {} is deleted", account.userId());
  }

  private void deleteAll(String prefix) throws StoreUnavailableException {
    List<String> keys = store.list(prefix).stream().map(ObjectStat::key).toList();
    if (!keys.isEmpty()) {
      store.delete(keys);
    }
  }

  private static String logOf(Account account) {
    return Topics.log(account.cell(), account.userId().value());
  }

  private <T extends AutoCloseable> T opened(T part) {
    parts.push(part);
    return part;
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) { // AutoCloseable.close declares Exception
        LOG.warn("closing a part failed: {}", e.getMessage());
      }
    }
  }
}
