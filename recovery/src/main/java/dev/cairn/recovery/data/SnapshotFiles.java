package dev.cairn.recovery.data;

import dev.cairn.crypto.UserId;
import dev.cairn.provider.store.ObjectStat;
import dev.cairn.provider.store.ObjectStore;
import dev.cairn.provider.store.PresignedUrls;
import dev.cairn.provider.store.StoreUnavailableException;
import dev.cairn.recovery.refusal.Refusal;
import dev.cairn.schemas.http.SnapshotList;
import dev.cairn.schemas.http.SnapshotName;
import dev.cairn.schemas.names.ObjectKeys;
import dev.cairn.schemas.names.SnapshotDirectory;
import java.io.InputStream;
import java.net.URI;
import java.util.Comparator;
import java.util.Optional;

/** A user's snapshots, as they lie in storage. Thread-safe. */
public final class SnapshotFiles {
  /** Bytes of a file from {@code from} (inclusive) to {@code to} (exclusive) of {@code size}. */
  public record Part(InputStream content, long from, long to, long size) {}

  private final ObjectStore store;
  private final Optional<PresignedUrls> urls;

  /**
   * Files in {@code store}.
   *
   * @param urls of the same storage as owners reach it; empty where they do not
   */
  public SnapshotFiles(ObjectStore store, Optional<PresignedUrls> urls) {
    this.store = store;
    this.urls = urls;
  }

  /**
   * A short-lived URL of a file, there or not, under which the user reads it from the storage
   * itself; empty where owners do not reach the storage. It opens this one file and no other.
   */
  public Optional<URI> direct(UserId userId, int keyVersion, String directory, String file)
      throws Refusal {
    String key = key(userId, keyVersion, directory, file);
    return urls.map(signer -> signer.read(key));
  }

  /** Directories with a manifest, newest first: by epoch, then index. */
  public SnapshotList list(UserId userId) throws StoreUnavailableException {
    return new SnapshotList(
        store.list(ObjectKeys.user(userId.value())).stream()
            .map(ObjectStat::key)
            .map(ObjectKeys::parseSnapshotFile)
            .flatMap(Optional::stream)
            .filter(key -> key.file().equals(ObjectKeys.MANIFEST))
            .sorted(
                Comparator.comparing(ObjectKeys.SnapshotFileKey::directory)
                    .thenComparingInt(ObjectKeys.SnapshotFileKey::keyVersion)
                    .reversed())
            .map(key -> new SnapshotName(key.keyVersion(), key.directory().name()))
            .toList());
  }

  /** Opens a file, or a range of it. */
  public Part open(
      UserId userId, int keyVersion, String directory, String file, Optional<ByteRange> range)
      throws Refusal, StoreUnavailableException {
    String key = key(userId, keyVersion, directory, file);
    ObjectStat stat =
        store.stat(key).orElseThrow(() -> Refusal.absent("the snapshot has no such file"));
    long from = range.map(ByteRange::from).orElse(0L);
    long to = range.map(r -> Math.min(r.to(), stat.size())).orElse(stat.size());
    if (from >= to) {
      return new Part(InputStream.nullInputStream(), from, from, stat.size());
    }
    InputStream content =
        store
            .open(key, from, to)
            .orElseThrow(() -> Refusal.absent("the snapshot has no such file"));
    return new Part(content, from, to, stat.size());
  }

  /** Always below the user's own prefix, whatever the names are. */
  private static String key(UserId userId, int keyVersion, String directory, String file)
      throws Refusal {
    SnapshotDirectory parsed =
        SnapshotDirectory.parse(directory)
            .orElseThrow(() -> Refusal.malformed("not the name of a snapshot"));
    if (keyVersion < 1 || !ObjectKeys.isSnapshotFile(file)) {
      throw Refusal.malformed("not the name of a snapshot's file");
    }
    return ObjectKeys.snapshotFile(userId.value(), keyVersion, parsed, file);
  }
}
