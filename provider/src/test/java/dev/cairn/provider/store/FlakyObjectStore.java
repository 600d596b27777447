package dev.cairn.provider.store;

import dev.cairn.crypto.Bytes;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Fails before a call, and breaks bodies in the middle. Writes that fail had no effect. */
class FlakyObjectStore implements ObjectStore {
  private final ObjectStore store;
  private final Random random;
  private double failures;
  private int longestBody = Integer.MAX_VALUE;
  private int calls;
  private int opened;

  FlakyObjectStore(ObjectStore store, Random random) {
    this.store = store;
    this.random = random;
  }

  void failHalfTheTime() {
    failures = 0.5;
  }

  void failAlways() {
    failures = 1;
  }

  void breakBodiesAfter(int bytes) {
    longestBody = bytes;
  }

  synchronized int calls() {
    return calls;
  }

  synchronized int opened() {
    return opened;
  }

  final synchronized void count() {
    calls++;
  }

  private synchronized void mayFail() throws StoreUnavailableException {
    count();
    if (random.nextDouble() < failures) {
      throw StoreUnavailableException.passing("slow down", new IOException("503"));
    }
  }

  @Override
  public PutResult putIfAbsent(String key, Bytes content) throws StoreUnavailableException {
    mayFail();
    return store.putIfAbsent(key, content);
  }

  @Override
  public PutResult putIfAbsent(String key, Path file) throws StoreUnavailableException {
    mayFail();
    return store.putIfAbsent(key, file);
  }

  @Override
  public void put(String key, Bytes content) throws StoreUnavailableException {
    mayFail();
    store.put(key, content);
  }

  @Override
  public Optional<Bytes> get(String key, long limit) throws StoreUnavailableException {
    mayFail();
    return store.get(key, limit);
  }

  @Override
  public Optional<InputStream> open(String key, long from, long to)
      throws StoreUnavailableException {
    mayFail();
    synchronized (this) {
      opened++;
    }
    Optional<InputStream> body = store.open(key, from, to);
    if (body.isEmpty() || longestBody >= to - from) {
      return body;
    }
    try (InputStream whole = body.get()) {
      byte[] start = whole.readNBytes(longestBody);
      return Optional.of(new Broken(start));
    } catch (IOException e) {
      throw new StoreUnavailableException("memory", e);
    }
  }

  @Override
  public Optional<ObjectStat> stat(String key) throws StoreUnavailableException {
    mayFail();
    return store.stat(key);
  }

  @Override
  public List<ObjectStat> list(String prefix) throws StoreUnavailableException {
    mayFail();
    return store.list(prefix);
  }

  @Override
  public void delete(List<String> keys) throws StoreUnavailableException {
    mayFail();
    store.delete(keys);
  }

  /** Throws where it should go on. */
  private static final class Broken extends InputStream {
    private final ByteArrayInputStream start;

    Broken(byte[] start) {
      this.start = new ByteArrayInputStream(start);
    }

    @Override
    public int read() throws IOException {
      int next = start.read();
      if (next < 0) {
        throw StoreUnavailableException.passing("broke off", new EOFException());
      }
      return next;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int count = start.read(buffer, offset, length);
      if (count < 0) {
        throw StoreUnavailableException.passing("broke off", new EOFException());
      }
      return count;
    }
  }
}
