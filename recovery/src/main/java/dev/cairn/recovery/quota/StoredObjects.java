package dev.cairn.recovery.quota;

import dev.cairn.crypto.UserId;
import dev.cairn.provider.store.ObjectStat;
import dev.cairn.provider.store.ObjectStore;
import dev.cairn.provider.store.StoreUnavailableException;
import dev.cairn.schemas.names.ObjectKeys;
import java.util.ArrayList;
import java.util.List;

/** What object storage holds for an account: snapshots, bundles, login records, the account. */
public record StoredObjects(long count, long bytes) {
  /** Asks storage; every kept snapshot counts, and a base that is being uploaded. */
  public static StoredObjects of(ObjectStore store, UserId userId)
      throws StoreUnavailableException {
    List<ObjectStat> objects = new ArrayList<>(store.list(ObjectKeys.user(userId.value())));
    objects.addAll(store.list(ObjectKeys.account(userId.value())));
    return new StoredObjects(objects.size(), objects.stream().mapToLong(ObjectStat::size).sum());
  }
}
