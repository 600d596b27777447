package dev.cairn.keyserver.service;

import dev.cairn.schemas.names.SnapshotDirectory;

/**
 * A snapshot that the service says exists. Nothing about it is believed before it is verified.
 *
 * @param keyVersion of the backup key that it is sealed under
 * @param directory its epoch, index and the beginning of its state digest
 */
public record SnapshotRef(int keyVersion, SnapshotDirectory directory) {
  /** For messages and paths. */
  @Override
  public String toString() {
    return keyVersion + "/" + directory.name();
  }
}
