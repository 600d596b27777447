package dev.cairn.compactor.work;

import dev.cairn.compactor.catalog.PublishedSnapshot;
import dev.cairn.compactor.catalog.SnapshotCatalog;
import dev.cairn.compactor.catalog.StoredDirectory;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.provider.store.ObjectStat;
import dev.cairn.provider.store.ObjectStore;
import dev.cairn.provider.store.StoreUnavailableException;
import dev.cairn.schemas.names.ObjectKeys;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes superseded snapshots and the remains of workers that died, in two phases: what is
 * superfluous is marked when it is first seen, and deleted when the longest download has passed
 * since.
 *
 * <table>
 * <caption>What happens to a directory</caption>
 * <tr><th>it is</th><th>then it is</th></tr>
 * <tr><td>kept, or at or after the newest verified snapshot</td><td>never touched</td></tr>
 * <tr><td>a base, not before the oldest kept snapshot</td><td>never touched: reading on from that snapshot needs
 * it</td></tr>
 * <tr><td>anything else</td><td>marked, later deleted: the manifest first, then the rest, then the mark</td></tr>
 * </table>
 */
final class Sweeper {
  private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);
  private static final int MAX_MARK_BYTES = 64;

  private final ObjectStore store;
  private final SnapshotCatalog catalog;
  private final CrashPoints crashPoints;
  private final Duration grace;
  private final Clock clock;
  private final WorkObserver observer;

  Sweeper(
      ObjectStore store,
      SnapshotCatalog catalog,
      CrashPoints crashPoints,
      Duration grace,
      Clock clock,
      WorkObserver observer) {
    this.store = store;
    this.catalog = catalog;
    this.crashPoints = crashPoints;
    this.grace = grace;
    this.clock = clock;
    this.observer = observer;
  }

  /**
   * Marks, and deletes what was marked long enough ago.
   *
   * @param kept verified snapshots, newest first; without two of them nothing is swept
   */
  void sweep(UserId userId, List<PublishedSnapshot> kept) throws StoreUnavailableException {
    if (kept.size() < 2) {
      return;
    }
    Instant now = clock.instant();
    Set<String> superfluous = new HashSet<>();
    List<StoredDirectory> due = new ArrayList<>();
    for (StoredDirectory stored : catalog.list(userId)) {
      if (isNeeded(stored, kept)) {
        continue;
      }
      String mark = mark(userId, stored);
      superfluous.add(mark);
      store.putIfAbsent(mark, Bytes.utf8(Long.toString(now.toEpochMilli())));
      if (!marked(mark, now).plus(grace).isAfter(now)) {
        due.add(stored);
      }
    }
    crashPoints.reached(CrashPoint.SWEEP_MARKED);
    for (StoredDirectory stored : due) {
      delete(userId, stored);
    }
    List<String> stale = new ArrayList<>();
    for (ObjectStat stat : store.list(marks(userId))) {
      if (!superfluous.contains(stat.key())) {
        stale.add(stat.key());
      }
    }
    if (!stale.isEmpty()) {
      store.delete(stale);
    }
  }

  private static boolean isNeeded(StoredDirectory stored, List<PublishedSnapshot> kept) {
    if (StoredDirectory.OLDEST_FIRST.compare(stored, kept.getFirst().stored()) >= 0
        || kept.stream().anyMatch(it -> it.stored().name().equals(stored.name()))) {
      return true;
    }
    if (StoredDirectory.OLDEST_FIRST.compare(stored, kept.getLast().stored()) < 0) {
      return false;
    }
    return stored.directory().isBase();
  }

  private Instant marked(String mark, Instant now) throws StoreUnavailableException {
    Optional<Bytes> content = store.get(mark, MAX_MARK_BYTES);
    if (content.isEmpty()) {
      return now;
    }
    try {
      return Instant.ofEpochMilli(
          Long.parseLong(new String(content.get().toByteArray(), StandardCharsets.US_ASCII)));
    } catch (NumberFormatException e) {
      store.put(mark, Bytes.utf8(Long.toString(now.toEpochMilli())));
      return now;
    }
  }

  private void delete(UserId userId, StoredDirectory stored) throws StoreUnavailableException {
    if (stored.hasManifest()) {
      store.delete(List.of(key(userId, stored, ObjectKeys.MANIFEST)));
    }
    crashPoints.reached(CrashPoint.MANIFEST_SWEPT);
    store.delete(
        stored.files().keySet().stream()
            .filter(file -> !file.equals(ObjectKeys.MANIFEST))
            .map(file -> key(userId, stored, file))
            .toList());
    crashPoints.reached(CrashPoint.FILES_SWEPT);
    store.delete(List.of(mark(userId, stored)));
    observer.swept();
    LOG.info("user {}: swept {}, {} files", userId, stored.name(), stored.files().size());
  }

  private static String key(UserId userId, StoredDirectory stored, String file) {
    return ObjectKeys.snapshotFile(userId.value(), stored.keyVersion(), stored.directory(), file);
  }

  private static String marks(UserId userId) {
    return ObjectKeys.user(userId.value()) + "superseded/";
  }

  private static String mark(UserId userId, StoredDirectory stored) {
    return marks(userId) + stored.keyVersion() + "-" + stored.directory().name();
  }
}
