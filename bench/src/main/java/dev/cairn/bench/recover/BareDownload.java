package dev.cairn.bench.recover;

import dev.cairn.crypto.UserId;
import dev.cairn.provider.store.MinioObjectStore;
import dev.cairn.provider.store.ObjectStat;
import dev.cairn.provider.store.S3Location;
import dev.cairn.schemas.names.ObjectKeys;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The objects of a user's newest snapshot, fetched straight from storage and thrown away. */
final class BareDownload {
  private static final int AT_ONCE = 4;

  /** What was fetched, and how long it took. */
  record Fetched(long bytes, double seconds) {}

  private BareDownload() {}

  static Fetched run(S3Location location, UserId userId) throws IOException, InterruptedException {
    try (MinioObjectStore store = new MinioObjectStore(location);
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      List<ObjectStat> all = store.list(ObjectKeys.user(userId.value()));
      String newest =
          all.stream()
              .map(ObjectStat::key)
              .filter(key -> key.endsWith("/manifest.avro"))
              .max(Comparator.naturalOrder())
              .orElseThrow(() -> new IOException("There is no snapshot"));
      String directory = newest.substring(0, newest.lastIndexOf('/') + 1);
      List<ObjectStat> segments =
          all.stream().filter(stat -> stat.key().startsWith(directory + "segment-")).toList();
      long began = System.nanoTime();
      List<Future<Long>> reads = new ArrayList<>();
      for (ObjectStat segment : segments) {
        reads.add(threads.submit(() -> read(store, segment)));
      }
      long bytes = 0;
      for (Future<Long> read : reads) {
        bytes += read.get();
      }
      return new Fetched(bytes, (System.nanoTime() - began) / 1e9);
    } catch (ExecutionException e) {
      throw new IOException("A segment could not be read", e.getCause());
    }
  }

  private static long read(MinioObjectStore store, ObjectStat segment) throws IOException {
    try (InputStream in =
        store
            .open(segment.key(), 0, segment.size())
            .orElseThrow(() -> new IOException(segment.key() + " is gone"))) {
      return in.transferTo(OutputStream.nullOutputStream());
    }
  }
}
