package dev.cairn.e2e.liar;

import dev.cairn.crypto.Bytes;
import dev.cairn.journal.snapshot.Manifest;
import dev.cairn.journal.snapshot.ManifestCodec;
import dev.cairn.journal.snapshot.SnapshotBrokenException;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;

/**
 * All that the provider held of one owner at one time.
 *
 * @param log from its start then
 * @param files of snapshots, by {@code keyVersion/directory/file}
 */
record Moment(List<LogEntry> log, NavigableMap<String, Bytes> files) {
  Moment {
    log = List.copyOf(log);
    files = new TreeMap<>(files);
  }

  long start() {
    return log.get(0).offset();
  }

  long end() {
    return log.get(log.size() - 1).offset() + 1;
  }

  /** Directories with a manifest, oldest first: {@code keyVersion/directory}. */
  List<String> snapshots() {
    return files.keySet().stream()
        .filter(name -> name.endsWith("/manifest.avro"))
        .map(name -> name.substring(0, name.lastIndexOf('/')))
        .toList();
  }

  String newest() {
    return snapshots().get(snapshots().size() - 1);
  }

  Manifest manifest(String snapshot) throws SnapshotBrokenException {
    return ManifestCodec.decode(manifestBytes(snapshot));
  }

  Bytes manifestBytes(String snapshot) {
    return Objects.requireNonNull(files.get(snapshot + "/manifest.avro"));
  }

  /** The only segment of a snapshot. */
  Bytes segment(String snapshot) {
    return file(snapshot, "segment-");
  }

  Bytes index(String snapshot) {
    return file(snapshot, "index-");
  }

  private Bytes file(String snapshot, String prefix) {
    return files.tailMap(snapshot + "/" + prefix).entrySet().stream()
        .filter(file -> file.getKey().startsWith(snapshot + "/" + prefix))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseThrow();
  }
}
