package dev.cairn.compactor.catalog;

import dev.cairn.provider.store.ObjectStat;
import dev.cairn.schemas.names.ObjectKeys;
import dev.cairn.schemas.names.SnapshotDirectory;
import java.util.Comparator;
import java.util.Map;

/**
 * A snapshot's directory as it was listed.
 *
 * @param files by name
 */
public record StoredDirectory(
    int keyVersion, SnapshotDirectory directory, Map<String, ObjectStat> files) {
  /** By epoch, index and digest, oldest first. */
  public static final Comparator<StoredDirectory> OLDEST_FIRST =
      Comparator.comparing(StoredDirectory::directory)
          .thenComparingInt(StoredDirectory::keyVersion);

  public StoredDirectory {
    files = Map.copyOf(files);
  }

  /** Whether the directory is published: it has a manifest, whatever that is worth. */
  public boolean hasManifest() {
    return files.containsKey(ObjectKeys.MANIFEST);
  }

  /** For messages. */
  public String name() {
    return keyVersion + "/" + directory.name();
  }
}
