package dev.cairn.recovery.accounts;

import dev.cairn.crypto.UserId;
import dev.cairn.provider.store.StoreUnavailableException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells storage what has changed. What could not be told stays here and is told again; who must not
 * answer before it is told calls {@link #flush}. Thread-safe.
 */
final class AccountArchive {
  private static final Logger LOG = LoggerFactory.getLogger(AccountArchive.class);

  private final AccountObjects objects;
  // One at a time: of a change and the deletion after it, the deletion comes last.
  private final ReentrantLock telling = new ReentrantLock();
  private final Map<UserId, Optional<Account>> pending = new LinkedHashMap<>();

  AccountArchive(AccountObjects objects) {
    this.objects = objects;
  }

  AccountObjects objects() {
    return objects;
  }

  /** Takes changes over; the later of two of one account counts. */
  void add(Map<UserId, Optional<Account>> changes) {
    synchronized (pending) {
      pending.putAll(changes);
    }
  }

  boolean isBehind() {
    synchronized (pending) {
      return !pending.isEmpty();
    }
  }

  /**
   * Returns when storage knows everything that was added before the call: changes first, so that of
   * an account and the one that it replaces never none is there.
   */
  void flush() throws StoreUnavailableException {
    telling.lock();
    try {
      tell();
    } finally {
      telling.unlock();
    }
  }

  private void tell() throws StoreUnavailableException {
    Map<UserId, Optional<Account>> now;
    synchronized (pending) {
      now = new LinkedHashMap<>(pending);
    }
    for (Map.Entry<UserId, Optional<Account>> change : now.entrySet()) {
      if (change.getValue().isPresent()) {
        objects.write(change.getValue().get());
        done(change.getKey(), change.getValue());
      }
    }
    for (Map.Entry<UserId, Optional<Account>> change : now.entrySet()) {
      if (change.getValue().isEmpty()) {
        objects.deleteAll(change.getKey());
        done(change.getKey(), change.getValue());
      }
    }
  }

  private void done(UserId userId, Optional<Account> told) {
    synchronized (pending) {
      pending.remove(userId, told);
    }
  }

  /** Adds the accounts that a listing of storage lacks in their newest revision. */
  void addMissing(Map<UserId, List<AccountObjects.Stored>> stored, List<Account> accounts) {
    Map<UserId, Optional<Account>> missing = new LinkedHashMap<>();
    for (Account account : accounts) {
      boolean known =
          stored.getOrDefault(account.userId(), List.of()).stream()
              .anyMatch(object -> object.revision() >= account.revision());
      if (!known) {
        missing.put(account.userId(), Optional.of(account));
      }
    }
    synchronized (pending) {
      missing.forEach(pending::putIfAbsent);
    }
    if (!missing.isEmpty()) {
      LOG.info("storage lacks {} of {} accounts: writing them", missing.size(), accounts.size());
    }
  }
}
