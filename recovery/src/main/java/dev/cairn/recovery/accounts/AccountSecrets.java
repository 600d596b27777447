package dev.cairn.recovery.accounts;

import dev.cairn.crypto.UserId;
import dev.cairn.provider.store.ObjectStat;
import dev.cairn.provider.store.ObjectStore;
import dev.cairn.provider.store.StoreUnavailableException;
import dev.cairn.schemas.names.ObjectKeys;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Login records and bundles in storage: those that are in force stay, those of before go, because
 * they open with secrets that their owner has given up. Removing is idempotent. Thread-safe.
 */
public final class AccountSecrets {
  private final ObjectStore store;

  /** Asks for an account, up to date. */
  @FunctionalInterface
  public interface Now {
    Optional<Account> account() throws AccountsUnavailableException;
  }

  /** Asks for an account, up to date. */
  @FunctionalInterface
  public interface Finder {
    Optional<Account> byId(UserId userId) throws AccountsUnavailableException;
  }

  public AccountSecrets(ObjectStore store) {
    this.store = store;
  }

  /**
   * Removes what an account was opened by before.
   *
   * @param now is asked after storage was listed: what was there by then and is older than what is
   *     in force can never come into force
   */
  public void sweep(Now now, UserId userId)
      throws AccountsUnavailableException, StoreUnavailableException {
    List<String> keys =
        store.list(ObjectKeys.account(userId.value())).stream().map(ObjectStat::key).toList();
    remove(keys, now.account());
  }

  /** The same for every account. */
  public void sweepAll(Finder finder)
      throws AccountsUnavailableException, StoreUnavailableException {
    List<String> keys = store.list(ObjectKeys.accounts()).stream().map(ObjectStat::key).toList();
    Map<String, List<String>> ofUsers = new LinkedHashMap<>();
    for (String key : keys) {
      ObjectKeys.parseAccountSecret(key)
          .ifPresent(secret ->
              ofUsers.computeIfAbsent(secret.userId(), user -> new ArrayList<>()).add(key));
    }
    for (Map.Entry<String, List<String>> ofUser : ofUsers.entrySet()) {
      remove(ofUser.getValue(), finder.byId(UserId.parse(ofUser.getKey())));
    }
  }

  // Of a registration under way nothing is known yet: it is left alone.
  private void remove(List<String> keys, Optional<Account> account)
      throws StoreUnavailableException {
    if (account.isEmpty()) {
      return;
    }
    List<String> old = new ArrayList<>();
    for (String key : keys) {
      ObjectKeys.parseAccountSecret(key)
          .filter(parsed -> isOver(key, parsed, account.get()))
          .ifPresent(parsed -> old.add(key));
    }
    if (!old.isEmpty()) {
      store.delete(old);
    }
  }

  private static boolean isOver(String key, ObjectKeys.AccountSecretKey parsed, Account account) {
    String user = account.userId().value();
    if (parsed.isBundle()) {
      StoredVersion inForce = account.bundle();
      return parsed.version() <= inForce.version()
          && !key.equals(ObjectKeys.bundle(user, inForce.version(), inForce.digest().hex()));
    }
    boolean current =
        account
            .credentials()
            .password()
            .map(Credentials.PasswordLogin::record)
            .filter(record ->
                key.equals(ObjectKeys.opaqueRecord(user, record.version(), record.digest().hex())))
            .isPresent();
    // A record's version is that of the account which it comes into force with.
    return parsed.version() <= account.version() && !current;
  }
}
