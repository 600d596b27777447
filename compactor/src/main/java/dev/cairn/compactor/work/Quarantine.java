package dev.cairn.compactor.work;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.merge.MergeMismatch;
import dev.cairn.provider.store.ObjectStore;
import dev.cairn.provider.store.StoreUnavailableException;
import dev.cairn.schemas.names.ObjectKeys;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Users whose logs do not come to what they signed, remembered in storage until a rebase: the
 * object {@code users/<userId>/quarantine}, three lines of text: the epoch then in force, the time,
 * and why. Thread-safe.
 */
public final class Quarantine {
  /**
   * Why nothing of a user is compacted or truncated.
   *
   * @param epoch that was in force; only a base that opens a later one ends the quarantine
   */
  public record Entry(long epoch, Instant since, String detail) {}

  private static final int MAX_BYTES = 64 * 1024;

  private final ObjectStore store;

  public Quarantine(ObjectStore store) {
    this.store = store;
  }

  /** The entry of a user, if there is one. One that cannot be read counts. */
  public Optional<Entry> find(UserId userId) throws StoreUnavailableException {
    return store.get(key(userId), MAX_BYTES).map(Quarantine::parse);
  }

  Entry put(UserId userId, long epoch, Instant now, MergeMismatch mismatch)
      throws StoreUnavailableException {
    Entry entry = new Entry(epoch, now, mismatch.describe());
    store.putIfAbsent(
        key(userId),
        Bytes.utf8(epoch + "\n" + now + "\n" + mismatch.describe().replace('\n', ' ') + "\n"));
    return find(userId).orElse(entry);
  }

  void lift(UserId userId) throws StoreUnavailableException {
    store.delete(List.of(key(userId)));
  }

  private static Entry parse(Bytes content) {
    String text = new String(content.toByteArray(), StandardCharsets.UTF_8);
    String[] lines = text.split("\n", 3);
    try {
      return new Entry(Long.parseLong(lines[0]), Instant.parse(lines[1]), lines[2].strip());
    } catch (RuntimeException unreadable) {
      return new Entry(
          Long.MAX_VALUE, Instant.EPOCH, "the quarantine entry cannot be read: " + text);
    }
  }

  private static String key(UserId userId) {
    return ObjectKeys.user(userId.value()) + "quarantine";
  }
}
