package dev.cairn.compactor.work;

import dev.cairn.compactor.catalog.PublishedSnapshot;
import dev.cairn.compactor.catalog.SnapshotCatalog;
import dev.cairn.compactor.catalog.StoredDirectory;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.judge.TrustedKeys;
import dev.cairn.journal.merge.MergeMismatch;
import dev.cairn.journal.merge.MergeMismatchException;
import dev.cairn.journal.snapshot.Manifest;
import dev.cairn.journal.snapshot.ManifestCodec;
import dev.cairn.journal.snapshot.SnapshotBrokenException;
import dev.cairn.journal.snapshot.SnapshotFile;
import dev.cairn.journal.snapshot.SnapshotFormat;
import dev.cairn.journal.snapshot.SnapshotSource;
import dev.cairn.journal.snapshot.SnapshotVerifier;
import dev.cairn.journal.snapshot.SnapshotWriter;
import dev.cairn.provider.store.ObjectStore;
import dev.cairn.provider.store.PutResult;
import dev.cairn.provider.store.StoreUnavailableException;
import dev.cairn.schemas.names.ObjectKeys;
import dev.cairn.schemas.names.SnapshotDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Uploads the files of a merge, reads them back, and publishes them by their manifest. Every step
 * may be repeated, by anybody: names carry digests, and what is there already stays.
 */
final class SnapshotPublisher {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotPublisher.class);

  private final ObjectStore store;
  private final SnapshotCatalog catalog;
  private final CrashPoints crashPoints;

  SnapshotPublisher(ObjectStore store, SnapshotCatalog catalog, CrashPoints crashPoints) {
    this.store = store;
    this.catalog = catalog;
    this.crashPoints = crashPoints;
  }

  /**
   * Publishes the files in the directory as the snapshot of the target.
   *
   * @throws MergeMismatchException if the merged files are themselves not what the owner signed
   * @throws SnapshotBrokenException if storage gives back something else than it was given, also
   *     the second time
   */
  PublishedSnapshot publish(
      UserId userId, TailScan.Target target, SnapshotWriter.Written written, Path directory)
      throws IOException, MergeMismatchException, SnapshotBrokenException {
    Manifest manifest =
        new Manifest(
            userId,
            target.last().header().keyVersion(),
            new Manifest.AtRecord(target.last(), target.epochOpened()),
            written.accumulator(),
            written.segments(),
            written.indexes(),
            target.position());
    SnapshotDirectory place = SnapshotCatalog.directoryOf(target.last().header());
    for (SnapshotFile file : files(manifest)) {
      store.putIfAbsent(key(manifest, place, file.name()), directory.resolve(file.name()));
      crashPoints.reached(CrashPoint.FILE_UPLOADED);
    }
    crashPoints.reached(CrashPoint.FILES_UPLOADED);
    readBack(manifest, place, directory, target.last().header().index());
    crashPoints.reached(CrashPoint.READ_BACK);
    writeManifest(manifest, place);
    crashPoints.reached(CrashPoint.MANIFEST_WRITTEN);
    StoredDirectory stored =
        catalog.list(userId).stream()
            .filter(it -> it.directory().equals(place) && it.keyVersion() == manifest.keyVersion())
            .findFirst()
            .orElseThrow(
                () -> new SnapshotBrokenException(ObjectKeys.MANIFEST, "it is not listed"));
    return catalog.read(userId, stored);
  }

  /**
   * Reads everything back from storage and verifies it: order of tags, recomputed state digest,
   * count. A file that storage holds otherwise than we wrote it is written over once: its name says
   * what it must be.
   */
  private void readBack(Manifest manifest, SnapshotDirectory place, Path directory, long index)
      throws IOException, MergeMismatchException, SnapshotBrokenException {
    SnapshotSource stored = catalog.source(manifest.userId(), manifest.keyVersion(), place);
    SnapshotVerifier verifier;
    Set<String> repaired = new HashSet<>();
    while (true) {
      try {
        verifier = SnapshotVerifier.of(manifest, manifest.userId(), TrustedKeys.none());
        verifier.verifyAll(stored);
        return;
      } catch (SnapshotBrokenException e) {
        requireSoundFiles(manifest, directory, index);
        Optional<SnapshotFile> file =
            files(manifest).stream().filter(it -> it.name().equals(e.file())).findFirst();
        if (file.isEmpty() || !repaired.add(e.file())) {
          throw e;
        }
        LOG.warn(
            "user {}: storage holds {} otherwise than it was written ({}); writing it again",
            manifest.userId(),
            e.file(),
            e.defect());
        store.put(
            key(manifest, place, e.file()),
            Bytes.wrap(Files.readAllBytes(directory.resolve(e.file()))));
      }
    }
  }

  /** Whether it is the merge that is wrong, and not storage. */
  private static void requireSoundFiles(Manifest manifest, Path directory, long index)
      throws IOException, MergeMismatchException {
    try {
      SnapshotVerifier.of(manifest, manifest.userId(), TrustedKeys.none())
          .verifyAll(file -> Files.newInputStream(directory.resolve(file.name())));
    } catch (SnapshotBrokenException e) {
      throw new MergeMismatchException(
          new MergeMismatch(MergeMismatch.Kind.FILES, index, String.valueOf(e.getMessage())));
    }
  }

  private void writeManifest(Manifest manifest, SnapshotDirectory place)
      throws StoreUnavailableException {
    String key = key(manifest, place, ObjectKeys.MANIFEST);
    Bytes bytes = ManifestCodec.encode(manifest);
    if (store.putIfAbsent(key, bytes) == PutResult.CREATED) {
      return;
    }
    Optional<Bytes> there = store.get(key, SnapshotFormat.MAX_MANIFEST_BYTES);
    if (there.isEmpty() || !saysTheSame(there.get(), manifest)) {
      LOG.warn(
          "user {}: the manifest of {} does not hold; writing it again",
          manifest.userId(),
          place.name());
      store.put(key, bytes);
    }
  }

  /** The position is a hint, and two workers may know the same record at different places. */
  private static boolean saysTheSame(Bytes there, Manifest manifest) {
    try {
      Manifest other = ManifestCodec.decode(there);
      return other.origin().equals(manifest.origin())
          && other.accumulator().equals(manifest.accumulator())
          && other.segments().equals(manifest.segments())
          && other.indexes().equals(manifest.indexes());
    } catch (SnapshotBrokenException e) {
      return false;
    }
  }

  private static List<SnapshotFile> files(Manifest manifest) {
    return Stream.concat(manifest.segments().stream(), manifest.indexes().stream()).toList();
  }

  private static String key(Manifest manifest, SnapshotDirectory place, String file) {
    return ObjectKeys.snapshotFile(manifest.userId().value(), manifest.keyVersion(), place, file);
  }
}
