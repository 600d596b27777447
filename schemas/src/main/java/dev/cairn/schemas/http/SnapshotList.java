package dev.cairn.schemas.http;

import java.util.List;

/** Published snapshots, newest first. */
public record SnapshotList(List<SnapshotName> snapshots) {
  public SnapshotList {
    snapshots = List.copyOf(snapshots);
  }
}
