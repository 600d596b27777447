package dev.cairn.journal.snapshot;

import java.io.IOException;
import java.io.InputStream;

/** Where the files of one snapshot are read from: a directory, object storage, a service. */
@FunctionalInterface
public interface SnapshotSource {
  /**
   * The whole file as a stream, which the caller closes.
   *
   * @throws IOException if it cannot be read now, which says nothing about the snapshot
   * @throws SnapshotBrokenException if it is not there
   */
  InputStream open(SnapshotFile file) throws IOException, SnapshotBrokenException;
}
