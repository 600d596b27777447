package dev.cairn.recovery.quota;

import dev.cairn.crypto.UserId;
import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.provider.store.ObjectStore;
import dev.cairn.provider.store.StoreUnavailableException;
import dev.cairn.recovery.accounts.Account;
import dev.cairn.recovery.accounts.Accounts;
import dev.cairn.recovery.accounts.AccountsState;
import dev.cairn.recovery.accounts.AccountsUnavailableException;
import dev.cairn.recovery.accounts.Command;
import dev.cairn.recovery.provision.OwnerBroker;
import dev.cairn.recovery.provision.ProvisioningException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every quarter of an hour at what each account holds in storage, where {@code
 * quota.stored.bytes} is set. Who holds more writes slowly from then on, and its audit trail says
 * so, once a day. Nothing is refused and nothing is deleted: compaction, bases, recovery go on,
 * since a backup that is refused is a backup that is lost.
 *
 * <p>Every instance looks, so that any of them may be the only one. Closing ends the looking.
 */
public final class StoredQuota implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoredQuota.class);
  private static final Duration EVERY = Duration.ofMinutes(15);

  private final long most;
  private final WriteRates rates;
  private final Accounts accounts;
  private final ObjectStore store;
  private final OwnerBroker broker;
  private final Clock clock;
  private Optional<Future<?>> begun = Optional.empty();
  private final ScheduledExecutorService looking =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon(true).name("cairn-quota").factory());

  StoredQuota(
      long most,
      WriteRates rates,
      Accounts accounts,
      ObjectStore store,
      OwnerBroker broker,
      Clock clock) {
    this.most = most;
    this.rates = rates;
    this.accounts = accounts;
    this.store = store;
    this.broker = broker;
    this.clock = clock;
  }

  /** Begins to look, the first time at once; where there is no quota it does nothing. */
  public static StoredQuota start(
      ProviderConfig config,
      WriteRates rates,
      Accounts accounts,
      ObjectStore store,
      OwnerBroker broker,
      Clock clock) {
    StoredQuota quota =
        new StoredQuota(
            config.quotaStoredBytes().orElse(Long.MAX_VALUE),
            rates,
            accounts,
            store,
            broker,
            clock);
    if (config.quotaStoredBytes().isPresent()) {
      quota.begun =
          Optional.of(
              quota.looking.scheduleWithFixedDelay(
                  quota::lookSafely, 0, EVERY.toSeconds(), TimeUnit.SECONDS));
    }
    return quota;
  }

  // Whatever it throws, the next look comes: an executor would silently stop.
  private void lookSafely() {
    try {
      look();
    } catch (AccountsUnavailableException | StoreUnavailableException | RuntimeException e) {
      LOG.warn("what accounts hold could not be looked at; the quota is as it was", e);
    }
  }

  /** Looks once. */
  void look() throws AccountsUnavailableException, StoreUnavailableException {
    Set<UserId> before = rates.lowered();
    Set<UserId> over = new HashSet<>();
    for (Account account : accounts.read(AccountsState::all)) {
      if (account.status() != Account.Status.ACTIVE) {
        continue;
      }
      StoredObjects stored = StoredObjects.of(store, account.userId());
      if (stored.bytes() > most) {
        over.add(account.userId());
        note(account, stored.bytes());
      }
    }
    rates.lowerFor(over);
    Set<UserId> changed = new HashSet<>(over);
    changed.addAll(before);
    for (UserId userId : changed) {
      apply(userId);
    }
  }

  // The same id for all instances and for a whole day: the trail is the owner's, and short.
  private void note(Account account, long bytes) throws AccountsUnavailableException {
    String day =
        Instant.ofEpochMilli(clock.millis()).atZone(ZoneOffset.UTC).toLocalDate().toString();
    accounts.submit(
        "over-quota-" + account.userId().value() + "-" + day,
        new Command.NoteEvent(
            account.userId(),
            "over quota",
            bytes + " bytes of " + most + " in storage: writes are slowed down"));
  }

  private void apply(UserId userId) throws AccountsUnavailableException {
    Account now = accounts.read(state -> state.byId(userId)).orElse(null);
    if (now == null || now.status() != Account.Status.ACTIVE) {
      return;
    }
    try {
      broker.limit(userId, now.newestGrant().epoch());
    } catch (ProvisioningException e) {
      LOG.warn("the broker does not limit {}: {}; tried again", userId, e.getMessage());
    }
  }

  @Override
  public void close() {
    begun.ifPresent(it -> it.cancel(true));
    looking.shutdownNow();
  }
}
