package dev.cairn.keyserver.setup;

import dev.cairn.crypto.Bytes;
import dev.cairn.keyserver.commitfile.CommitFiles;
import dev.cairn.keyserver.commitfile.DiskCommitStorage;
import dev.cairn.keyserver.home.HomeBuilder;
import dev.cairn.keyserver.publish.AcknowledgedMark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The record that opened the epoch which a new home writes in, acknowledged by the log before the
 * home exists.
 *
 * @param index of the record
 * @param record its exact bytes
 * @param offset where it stands
 */
public record OpenedEpoch(long index, Bytes record, long offset) {
  /** Makes it the first record of the home's commit files, backed up already. */
  public void writeTo(HomeBuilder home) {
    DiskCommitStorage storage = DiskCommitStorage.in(home.commitDirectory());
    try {
      try (CommitFiles files = CommitFiles.open(storage)) {
        files.append(index, List.of(record));
        files.force();
      }
      new AcknowledgedMark(index, offset).write(storage);
    } catch (IOException e) {
      throw new UncheckedIOException("The home cannot be completed in " + home.directory(), e);
    }
  }
}
