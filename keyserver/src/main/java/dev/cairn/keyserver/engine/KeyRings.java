package dev.cairn.keyserver.engine;

import dev.cairn.crypto.KeyRing;
import dev.cairn.journal.judge.TrustedKeys;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.service.OwnerSigner;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The keys that a home holds, by key version: those in force, while a rotation is under way those
 * of the next version, and for as long as records of the version before may have to be read, those.
 * Owns them. Thread-safe.
 */
public final class KeyRings implements AutoCloseable {
  private final Map<Integer, KeyRing> rings = new ConcurrentHashMap<>();

  /**
   * Takes a ring over. Where that version is here already it is the same key, and somebody may be
   * signing with it: the one that came later is closed.
   */
  public void add(KeyRing ring) {
    @Nullable KeyRing before = rings.putIfAbsent(ring.keyVersion(), ring);
    if (before != null && before != ring) {
      ring.close();
    }
  }

  /**
   * The keys of a version.
   *
   * @throws IntegrityException if the home does not hold them
   */
  public KeyRing of(int keyVersion) {
    @Nullable KeyRing ring = rings.get(keyVersion);
    if (ring == null) {
      throw new IntegrityException(
          "The home has no backup key of version "
              + keyVersion
              + ": without it nothing of that version can be sealed or opened. Recover into a new"
              + " home");
    }
    return ring;
  }

  /** Whether the home holds keys of a version. */
  public boolean has(int keyVersion) {
    return rings.containsKey(keyVersion);
  }

  /** Who can sign for this home, the newest key first. */
  public List<OwnerSigner> signers() {
    return rings.values().stream()
        .sorted(Comparator.comparingInt(KeyRing::keyVersion).reversed())
        .map(ring -> new OwnerSigner(ring.userId(), ring.keyVersion(), ring.author()))
        .toList();
  }

  /** The author keys of all versions. */
  public TrustedKeys trusted() {
    Map<Integer, dev.cairn.crypto.AuthorPublicKey> authors = new HashMap<>();
    rings.forEach((version, ring) -> authors.put(version, ring.author().publicKey()));
    return new TrustedKeys(authors);
  }

  @Override
  public void close() {
    rings.values().forEach(KeyRing::close);
  }
}
