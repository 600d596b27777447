package dev.cairn.keyserver.recover;

import dev.cairn.crypto.AuthorPublicKey;
import dev.cairn.crypto.BackupKey;
import dev.cairn.crypto.KeyRing;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.bundle.BundleContent;
import dev.cairn.crypto.bundle.Floor;
import dev.cairn.crypto.bundle.VersionedKey;
import dev.cairn.journal.checkpoint.Checkpoint;
import dev.cairn.journal.judge.TrustedKeys;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The keys out of an opened bundle, by key version: one, or two while rotating. Author keys are
 * derived here and never taken from the service.
 */
final class OwnerKeys implements AutoCloseable {
  private final BundleContent content;
  private final NavigableMap<Integer, KeyRing> rings = new TreeMap<>();

  /** Takes the content over. */
  OwnerKeys(BundleContent content) {
    this.content = content;
    for (VersionedKey key : content.keys()) {
      rings.put(key.keyVersion(), key.key().deriveKeys(content.userId(), key.keyVersion()));
    }
  }

  /** What the bundle holds; stays this object's to close. */
  BundleContent content() {
    return content;
  }

  UserId userId() {
    return content.userId();
  }

  Optional<KeyRing> ring(int keyVersion) {
    return Optional.ofNullable(rings.get(keyVersion));
  }

  /** Newest key version first. */
  Iterable<KeyRing> newestFirst() {
    return rings.descendingMap().values();
  }

  BackupKey backupKey(int keyVersion) {
    return content.key(keyVersion).orElseThrow();
  }

  TrustedKeys trusted() {
    Map<Integer, AuthorPublicKey> authors = new HashMap<>();
    rings.forEach((version, ring) -> authors.put(version, ring.author().publicKey()));
    return new TrustedKeys(authors);
  }

  Optional<Checkpoint> floor() {
    return content.floor().map(OwnerKeys::checkpoint);
  }

  private static Checkpoint checkpoint(Floor floor) {
    return new Checkpoint(floor.keyVersion(), floor.epoch(), floor.index(), floor.head());
  }

  @Override
  public void close() {
    rings.values().forEach(KeyRing::close);
    content.close();
  }

  @Override
  public String toString() {
    return "OwnerKeys(" + userId() + ", versions " + rings.keySet() + ")";
  }
}
