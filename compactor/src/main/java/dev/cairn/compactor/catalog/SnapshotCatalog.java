package dev.cairn.compactor.catalog;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Sha256;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.judge.TrustedKeys;
import dev.cairn.journal.record.EpochOpened;
import dev.cairn.journal.record.Header;
import dev.cairn.journal.snapshot.Manifest;
import dev.cairn.journal.snapshot.ManifestCodec;
import dev.cairn.journal.snapshot.SnapshotBrokenException;
import dev.cairn.journal.snapshot.SnapshotFile;
import dev.cairn.journal.snapshot.SnapshotFormat;
import dev.cairn.journal.snapshot.SnapshotSource;
import dev.cairn.journal.snapshot.SnapshotVerifier;
import dev.cairn.provider.store.ObjectStat;
import dev.cairn.provider.store.ObjectStore;
import dev.cairn.provider.store.StoreUnavailableException;
import dev.cairn.schemas.names.ObjectKeys;
import dev.cairn.schemas.names.SnapshotDirectory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Finds and reads the snapshots of users. Thread-safe. */
public final class SnapshotCatalog {
  private record Place(int keyVersion, SnapshotDirectory directory) {}

  private final ObjectStore store;

  public SnapshotCatalog(ObjectStore store) {
    this.store = store;
  }

  /** All directories of a user, oldest first, published or not. */
  public List<StoredDirectory> list(UserId userId) throws StoreUnavailableException {
    Map<Place, Map<String, ObjectStat>> found = new HashMap<>();
    for (ObjectStat stat : store.list(ObjectKeys.user(userId.value()))) {
      ObjectKeys.parseSnapshotFile(stat.key())
          .ifPresent(key ->
              found
                  .computeIfAbsent(
                      new Place(key.keyVersion(), key.directory()), place -> new TreeMap<>())
                  .put(key.file(), stat));
    }
    return found.entrySet().stream()
        .map(each ->
            new StoredDirectory(
                each.getKey().keyVersion(), each.getKey().directory(), each.getValue()))
        .sorted(StoredDirectory.OLDEST_FIRST)
        .toList();
  }

  /**
   * Reads a published snapshot of a record and checks all that needs no segment.
   *
   * @throws SnapshotBrokenException if it is not what its owner signed, or something of it is
   *     missing
   */
  public PublishedSnapshot read(UserId userId, StoredDirectory stored)
      throws StoreUnavailableException, SnapshotBrokenException {
    Manifest manifest =
        ManifestCodec.decode(
            bytes(userId, stored.keyVersion(), stored.directory(), ObjectKeys.MANIFEST));
    SnapshotVerifier verifier = SnapshotVerifier.of(manifest, userId, TrustedKeys.none());
    requirePlace(verifier, stored.keyVersion(), stored.directory());
    requireFiles(manifest, stored);
    return new PublishedSnapshot(
        stored, verifier, source(userId, stored.keyVersion(), stored.directory()));
  }

  /**
   * Reads the base that an accepted EpochOpened names.
   *
   * @throws SnapshotBrokenException if it is not there, or not the one that is named
   */
  public Base readBase(UserId userId, EpochOpened opened)
      throws StoreUnavailableException, SnapshotBrokenException {
    SnapshotDirectory directory = SnapshotDirectory.ofBase(opened.epoch());
    String file = ObjectKeys.baseFile(opened.base().orElseThrow().hex());
    Bytes bytes = bytes(userId, opened.keyVersion(), directory, file);
    SnapshotVerifier verifier =
        SnapshotVerifier.ofBase(ManifestCodec.decode(bytes), Sha256.hash(bytes), opened);
    return new Base(verifier, source(userId, opened.keyVersion(), directory));
  }

  /** A base whose manifest holds. */
  public record Base(SnapshotVerifier verifier, SnapshotSource source) {}

  /** The manifests that hold, newest first, and why others do not. */
  public Published published(UserId userId) throws StoreUnavailableException {
    List<PublishedSnapshot> sound = new ArrayList<>();
    List<BrokenSnapshot> broken = new ArrayList<>();
    for (StoredDirectory stored : list(userId).reversed()) {
      if (!stored.hasManifest()) {
        continue;
      }
      try {
        sound.add(read(userId, stored));
      } catch (SnapshotBrokenException e) {
        broken.add(new BrokenSnapshot(stored, e));
      }
    }
    return new Published(sound, broken);
  }

  /** What {@link #published} found; both newest first. */
  public record Published(List<PublishedSnapshot> sound, List<BrokenSnapshot> broken) {
    public Published {
      sound = List.copyOf(sound);
      broken = List.copyOf(broken);
    }
  }

  /** A directory whose manifest does not hold. */
  public record BrokenSnapshot(StoredDirectory stored, SnapshotBrokenException reason) {}

  /** Reads files of a directory. */
  public SnapshotSource source(UserId userId, int keyVersion, SnapshotDirectory directory) {
    return file -> {
      String key = ObjectKeys.snapshotFile(userId.value(), keyVersion, directory, file.name());
      Optional<ObjectStat> stat = store.stat(key);
      if (stat.isEmpty()) {
        throw new SnapshotBrokenException(file.name(), "it is not there");
      }
      if (stat.get().size() != file.size()) {
        throw new SnapshotBrokenException(
            file.name(), "it has " + stat.get().size() + " bytes, not " + file.size());
      }
      return store
          .open(key, 0, file.size())
          .orElseThrow(() -> new SnapshotBrokenException(file.name(), "it is not there"));
    };
  }

  private Bytes bytes(UserId userId, int keyVersion, SnapshotDirectory directory, String file)
      throws StoreUnavailableException, SnapshotBrokenException {
    String key = ObjectKeys.snapshotFile(userId.value(), keyVersion, directory, file);
    return store
        .get(key, SnapshotFormat.MAX_MANIFEST_BYTES)
        .orElseThrow(() -> new SnapshotBrokenException(file, "it is not there"));
  }

  private static void requirePlace(
      SnapshotVerifier verifier, int keyVersion, SnapshotDirectory directory)
      throws SnapshotBrokenException {
    if (verifier.manifest().keyVersion() != keyVersion
        || !directoryOf(verifier.vouching()).equals(directory)) {
      throw new SnapshotBrokenException(
          ObjectKeys.MANIFEST, "it belongs into another directory than " + directory.name());
    }
  }

  /** The directory of the snapshot of a record. */
  public static SnapshotDirectory directoryOf(Header record) {
    return SnapshotFormat.directoryOf(record);
  }

  private static void requireFiles(Manifest manifest, StoredDirectory stored)
      throws SnapshotBrokenException {
    for (SnapshotFile file : manifest.segments()) {
      requireFile(file, stored);
    }
    for (SnapshotFile file : manifest.indexes()) {
      requireFile(file, stored);
    }
  }

  private static void requireFile(SnapshotFile file, StoredDirectory stored)
      throws SnapshotBrokenException {
    ObjectStat stat = stored.files().get(file.name());
    if (stat == null) {
      throw new SnapshotBrokenException(file.name(), "it is not there");
    }
    if (stat.size() != file.size()) {
      throw new SnapshotBrokenException(
          file.name(), "it has " + stat.size() + " bytes, not " + file.size());
    }
  }
}
