package dev.cairn.recovery.accounts;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Layout;
import dev.cairn.crypto.SealBrokenException;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.Xaes256Gcm;
import dev.cairn.provider.store.ObjectStat;
import dev.cairn.provider.store.ObjectStore;
import dev.cairn.provider.store.StoreUnavailableException;
import dev.cairn.schemas.names.ObjectKeys;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Accounts as objects in storage, so that losing Kafka loses none: one object per revision, sealed,
 * because an account says whose backup it is.
 *
 * <p>{@code XAES-256-GCM(account key, associated data = label(account-object) ‖ userId ‖ u64
 * revision, content = }{@link AccountCodec}{@code )}. An object is written before anything that
 * rests on it is answered. A revision is a pure function of the accounts topic, so that instances
 * write the same. Two revisions are kept. Thread-safe.
 */
public final class AccountObjects {
  private static final long LIMIT_BYTES = 1 << 20;
  private static final int KEPT = 2;

  /** An object as it was listed. */
  public record Stored(UserId userId, long revision, String key) {}

  private final ObjectStore store;
  private final Xaes256Gcm cipher;

  /**
   * Objects in a bucket.
   *
   * @param cipher stays the caller's to close
   */
  public AccountObjects(ObjectStore store, Xaes256Gcm cipher) {
    this.store = store;
    this.cipher = cipher;
  }

  /** Writes an account; what is there already is the same. */
  public void write(Account account) throws StoreUnavailableException {
    String userId = account.userId().value();
    String key = ObjectKeys.accountObject(userId, account.revision());
    store.putIfAbsent(
        key,
        cipher.seal(
            associatedData(account.userId(), account.revision()), AccountCodec.encode(account)));
    List<String> older =
        store.list(ObjectKeys.accountObjects(userId)).stream()
            .map(ObjectStat::key)
            .filter(other -> other.compareTo(key) < 0)
            .sorted(Comparator.reverseOrder())
            .toList();
    if (older.size() >= KEPT) {
      store.delete(older.subList(KEPT - 1, older.size()));
    }
  }

  /** Deletes everything of an account: its own objects, bundles, login records. */
  public void deleteAll(UserId userId) throws StoreUnavailableException {
    List<String> keys =
        store.list(ObjectKeys.account(userId.value())).stream().map(ObjectStat::key).toList();
    if (!keys.isEmpty()) {
      store.delete(keys);
    }
  }

  /** Every object, by account, newest revision first. */
  public Map<UserId, List<Stored>> list() throws StoreUnavailableException {
    Map<UserId, List<Stored>> all = new HashMap<>();
    for (ObjectStat stat : store.list(ObjectKeys.accounts())) {
      ObjectKeys.parseAccountObject(stat.key())
          .ifPresent(key -> {
            UserId userId = UserId.parse(key.userId());
            all.computeIfAbsent(userId, user -> new ArrayList<>())
                .add(new Stored(userId, key.revision(), stat.key()));
          });
    }
    all.values().forEach(list -> list.sort(Comparator.comparingLong(Stored::revision).reversed()));
    return all;
  }

  /** Whether there is any: then a topic without commands has lost them. */
  public boolean isAnyThere() throws StoreUnavailableException {
    return store.list(ObjectKeys.accounts()).stream()
        .anyMatch(stat -> ObjectKeys.parseAccountObject(stat.key()).isPresent());
  }

  /**
   * Reads an object.
   *
   * @throws IOException when it is not there, damaged, of another account, or sealed under another
   *     secret; {@link StoreUnavailableException} when nothing is known about that
   */
  public Account read(Stored stored) throws IOException {
    Optional<Bytes> sealed = store.get(stored.key(), LIMIT_BYTES);
    if (sealed.isEmpty()) {
      throw new IOException(stored.key() + " is not there");
    }
    try {
      Account account =
          AccountCodec.decode(
              cipher.open(associatedData(stored.userId(), stored.revision()), sealed.get()));
      if (!account.userId().equals(stored.userId())) {
        throw new IOException(stored.key() + " holds another account");
      }
      return account.withRevision(stored.revision());
    } catch (SealBrokenException | IllegalArgumentException e) {
      throw new IOException(
          stored.key() + " is damaged, or was sealed under another pepper than this one", e);
    }
  }

  private static Bytes associatedData(UserId userId, long revision) {
    return Layout.label("account-object").userId(userId).u64(revision).toBytes();
  }
}
