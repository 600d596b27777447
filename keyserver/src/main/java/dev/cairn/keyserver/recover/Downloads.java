package dev.cairn.keyserver.recover;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Sha256;
import dev.cairn.journal.snapshot.SnapshotBrokenException;
import dev.cairn.journal.snapshot.SnapshotFile;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.service.SnapshotRef;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Fetches the files of one snapshot into the work directory, several at a time, each in ranges. A
 * file bears its name there only when its SHA-256 is the manifest's, so that a repeat fetches what
 * is missing and nothing else.
 */
final class Downloads implements AutoCloseable {
  private static final int RANGE_BYTES = 4 << 20;
  private static final int BUFFER_BYTES = 64 << 10;

  /** A file that arrives altered is fetched once more: lines flip bits, too. */
  private static final int ATTEMPTS = 2;

  private final Access access;
  private final SnapshotRef ref;
  private final Path directory;
  private final AtomicLong fetched;
  private final ExecutorService threads;

  /**
   * Downloads of one snapshot.
   *
   * @param fetched counts the bytes that came over the line
   */
  Downloads(Access access, SnapshotRef ref, Path directory, int atATime, AtomicLong fetched) {
    this.access = access;
    this.ref = ref;
    this.directory = directory;
    this.fetched = fetched;
    this.threads =
        Executors.newFixedThreadPool(
            atATime, Thread.ofPlatform().name("cairn-download-", 0).daemon().factory());
  }

  /** Queues work that begins with a download; in order, as far as threads are free. */
  <T> Future<T> submit(Callable<T> work) {
    return threads.submit(work);
  }

  /** The result of queued work, with its own exceptions. */
  static <T> T await(Future<T> work) throws SnapshotBrokenException, IOException {
    try {
      return work.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException("Interrupted. What is downloaded stays; run it again", e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case SnapshotBrokenException broken -> throw broken;
        case IOException failure -> throw failure;
        case RuntimeException failure -> throw failure;
        case null, default -> throw new IllegalStateException("A download failed", e.getCause());
      }
    }
  }

  /**
   * The file on this disk, fetched unless an earlier run did.
   *
   * @throws SnapshotBrokenException if the service does not have it, or not as the manifest
   *     describes it
   */
  Path fetch(SnapshotFile file) throws SnapshotBrokenException {
    Path target = directory.resolve(file.name());
    try {
      if (Files.exists(target)) {
        if (Files.size(target) == file.size() && digest(target).equals(file.sha256())) {
          return target;
        }
        Files.delete(target);
      }
      for (int attempt = 1; ; attempt++) {
        Path part = directory.resolve(file.name() + ".part");
        Bytes digest = fetchInto(part, file);
        if (digest.equals(file.sha256())) {
          Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
          return target;
        }
        Files.delete(part);
        if (attempt == ATTEMPTS) {
          throw new SnapshotBrokenException(
              file.name(),
              "its SHA-256 is " + digest.hex() + ", and the manifest says " + file.sha256().hex());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The file " + target + " cannot be written", e);
    }
  }

  private Bytes fetchInto(Path part, SnapshotFile file)
      throws IOException, SnapshotBrokenException {
    MessageDigest digest = Sha256.newDigest();
    try (OutputStream out = Files.newOutputStream(part)) {
      for (long from = 0; from < file.size(); ) {
        if (Thread.currentThread().isInterrupted()) {
          throw new UnavailableException("Interrupted. What is downloaded stays; run it again");
        }
        long start = from;
        long end = Math.min(start + RANGE_BYTES, file.size());
        Optional<Bytes> range =
            access.call(token -> access.backup().range(token, ref, file.name(), start, end));
        if (range.isEmpty()) {
          throw new SnapshotBrokenException(file.name(), "the service does not have it");
        }
        int length = range.get().size();
        if (length != end - start) {
          throw new SnapshotBrokenException(
              file.name(),
              "it ends at byte " + (start + length) + ", and the manifest says " + file.size());
        }
        byte[] bytes = range.get().toByteArray();
        digest.update(bytes);
        out.write(bytes);
        fetched.addAndGet(length);
        from += length;
      }
    }
    return Bytes.wrap(digest.digest());
  }

  private static Bytes digest(Path file) throws IOException {
    MessageDigest digest = Sha256.newDigest();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return Bytes.wrap(digest.digest());
  }

  /** Gives up what is under way. */
  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
  }
}
