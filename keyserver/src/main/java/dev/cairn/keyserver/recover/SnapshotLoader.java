package dev.cairn.keyserver.recover;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.KeyRing;
import dev.cairn.crypto.ObjectSlice;
import dev.cairn.crypto.SealBrokenException;
import dev.cairn.crypto.SealingContext;
import dev.cairn.journal.judge.ChainPosition;
import dev.cairn.journal.snapshot.IndexReader;
import dev.cairn.journal.snapshot.LiveEntry;
import dev.cairn.journal.snapshot.Manifest;
import dev.cairn.journal.snapshot.SegmentProof;
import dev.cairn.journal.snapshot.SegmentReader;
import dev.cairn.journal.snapshot.SnapshotBrokenException;
import dev.cairn.journal.snapshot.SnapshotEntry;
import dev.cairn.journal.snapshot.SnapshotFile;
import dev.cairn.journal.snapshot.SnapshotVerifier;
import dev.cairn.keyserver.state.BulkLoad;
import dev.cairn.keyserver.state.StatePoint;
import dev.cairn.keyserver.state.StateStore;
import dev.cairn.keyserver.state.StoredSlice;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;

/**
 * Fills a store from a verified manifest, as a pipeline.
 *
 * <table>
 * <caption>Stages; each waits for the next one, so that memory is bounded whatever the state</caption>
 * <tr><th>stage</th><th>threads</th><th>what</th></tr>
 * <tr><td>fetch</td><td>several</td><td>files in order; SHA-256; indexes read to their ends</td></tr>
 * <tr><td>read</td><td>this one</td><td>entries in order of their tags, elements, batches</td></tr>
 * <tr><td>open</td><td>one a core</td><td>AEAD, decompression, tag against name</td></tr>
 * <tr><td>store</td><td>this one</td><td>batches in order into SQLite</td></tr>
 * </table>
 *
 * <p>The store is finished only after all elements, of segments and of indexes, fold to the signed
 * digest.
 */
final class SnapshotLoader {
  private static final int BATCH_ENTRIES = 512;
  private static final int BATCH_SEALED_BYTES = 1 << 20;

  /**
   * A few bytes may open to half a mebibyte: what a batch has not opened by then is opened when it
   * is stored.
   */
  private static final int BATCH_OPENED_BYTES = 4 << 20;

  private static final int FILE_BUFFER_BYTES = 256 << 10;

  private final SnapshotVerifier verifier;
  private final Manifest manifest;
  private final KeyRing ring;
  private final Downloads downloads;
  private final LongConsumer verifiedBytes;

  private record Batch(List<LiveEntry> entries, long bytes) {}

  private record OpenedBatch(Batch batch, List<ObjectSlice> opened) {}

  /**
   * A loader of one snapshot.
   *
   * @param ring of the manifest's key version
   * @param verifiedBytes hears how many more bytes are stored
   */
  SnapshotLoader(
      SnapshotVerifier verifier, KeyRing ring, Downloads downloads, LongConsumer verifiedBytes) {
    this.verifier = verifier;
    this.manifest = verifier.manifest();
    this.ring = ring;
    this.downloads = downloads;
    this.verifiedBytes = verifiedBytes;
  }

  /**
   * Builds the store.
   *
   * @param at where the chain stands after the snapshot's record
   * @throws SnapshotBrokenException if the snapshot is not what the owner signed
   */
  StatePoint load(Path storeFile, ChainPosition at) throws SnapshotBrokenException, IOException {
    List<Future<SegmentProof>> indexes = new ArrayList<>();
    List<Future<Path>> segments = new ArrayList<>();
    for (int i = 0; i < manifest.segments().size(); i++) {
      int number = i;
      segments.add(downloads.submit(() -> downloads.fetch(manifest.segments().get(number))));
      indexes.add(downloads.submit(() -> readIndex(number)));
    }
    int cores = Runtime.getRuntime().availableProcessors();
    try (BulkLoad load = StateStore.bulkLoad(storeFile, manifest.userId());
        ExecutorService openers =
            Executors.newFixedThreadPool(
                cores, Thread.ofPlatform().name("cairn-open-", 0).daemon().factory())) {
      boolean done = false;
      try {
        List<SegmentProof> proofs = new ArrayList<>();
        Queue<Future<OpenedBatch>> inFlight = new ArrayDeque<>();
        for (int i = 0; i < segments.size(); i++) {
          proofs.add(
              readSegment(i, Downloads.await(segments.get(i)), openers, inFlight, cores + 1, load));
        }
        while (!inFlight.isEmpty()) {
          store(Downloads.await(inFlight.remove()), load);
        }
        verifier.conclude(proofs);
        List<SegmentProof> indexProofs = new ArrayList<>();
        for (Future<SegmentProof> index : indexes) {
          indexProofs.add(Downloads.await(index));
        }
        verifier.conclude(indexProofs);
        StatePoint point =
            new StatePoint(
                at.keyVersion(),
                at.epoch(),
                at.index(),
                at.head(),
                at.sequence(),
                manifest.accumulator(),
                at.objectCount());
        load.finish(point);
        done = true;
        return point;
      } finally {
        if (!done) {
          openers.shutdownNow();
        }
      }
    }
  }

  private SegmentProof readIndex(int number) throws IOException, SnapshotBrokenException {
    SnapshotFile file = manifest.indexes().get(number);
    try (IndexReader index = verifier.readIndex(number, open(downloads.fetch(file)))) {
      SegmentProof proof = index.finish();
      return proof;
    }
  }

  private SegmentProof readSegment(
      int number,
      Path file,
      ExecutorService openers,
      Queue<Future<OpenedBatch>> inFlight,
      int limit,
      BulkLoad load)
      throws IOException, SnapshotBrokenException {
    try (SegmentReader segment = verifier.readSegment(number, open(file))) {
      List<LiveEntry> entries = new ArrayList<>();
      long bytes = 0;
      for (Optional<LiveEntry> next = segment.next(); ; next = segment.next()) {
        next.ifPresent(entries::add);
        bytes += next.map(live -> (long) live.entry().sealed().size()).orElse(0L);
        boolean full = entries.size() >= BATCH_ENTRIES || bytes >= BATCH_SEALED_BYTES;
        if ((full || next.isEmpty()) && !entries.isEmpty()) {
          Batch batch = new Batch(List.copyOf(entries), bytes);
          if (inFlight.size() >= limit) {
            store(Downloads.await(inFlight.remove()), load);
          }
          inFlight.add(openers.submit(() -> open(batch)));
          entries.clear();
          bytes = 0;
        }
        if (next.isEmpty()) {
          return segment.finish();
        }
      }
    }
  }

  private OpenedBatch open(Batch batch) throws SnapshotBrokenException {
    List<ObjectSlice> opened = new ArrayList<>(batch.entries().size());
    long bytes = 0;
    for (LiveEntry live : batch.entries()) {
      if (bytes >= BATCH_OPENED_BYTES) {
        break;
      }
      ObjectSlice slice = open(live);
      bytes += slice.content().size();
      opened.add(slice);
    }
    return new OpenedBatch(batch, opened);
  }

  private ObjectSlice open(LiveEntry live) throws SnapshotBrokenException {
    SnapshotEntry entry = live.entry();
    try {
      return ring.sealer()
          .open(
              new SealingContext(
                  manifest.userId(), manifest.keyVersion(), entry.epoch(), entry.sequence()),
              entry.tag(),
              entry.sealed());
    } catch (SealBrokenException e) {
      throw new SnapshotBrokenException(
          fileOf(entry.tag()),
          "the entry with tag " + entry.tag().hex() + " does not open: " + e.getMessage(),
          e);
    }
  }

  private void store(OpenedBatch batch, BulkLoad load) throws SnapshotBrokenException {
    List<LiveEntry> entries = batch.batch().entries();
    for (int i = 0; i < entries.size(); i++) {
      LiveEntry live = entries.get(i);
      ObjectSlice slice = i < batch.opened().size() ? batch.opened().get(i) : open(live);
      load.add(
          new StoredSlice(
              live.tag(), live.element(), live.entry().epoch(), live.entry().sequence(), slice));
    }
    verifiedBytes.accept(batch.batch().bytes());
  }

  private String fileOf(Bytes tag) {
    return manifest.segments().stream()
        .filter(file -> file.firstTag().compareTo(tag) <= 0 && file.lastTag().compareTo(tag) >= 0)
        .map(SnapshotFile::name)
        .findFirst()
        .orElse("segments");
  }

  private static InputStream open(Path file) throws IOException {
    return new BufferedInputStream(Files.newInputStream(file), FILE_BUFFER_BYTES);
  }
}
