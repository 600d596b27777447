package dev.cairn.recovery.http;

import dev.cairn.crypto.Bytes;
import dev.cairn.provider.store.ObjectStat;
import dev.cairn.provider.store.ObjectStore;
import dev.cairn.provider.store.PutResult;
import dev.cairn.provider.store.StoreUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Storage whose streams break off after so many bytes. */
final class BreakingStore implements ObjectStore {
  private final ObjectStore store;
  private final long after;

  BreakingStore(ObjectStore store, long after) {
    this.store = store;
    this.after = after;
  }

  @Override
  public Optional<InputStream> open(String key, long from, long to)
      throws StoreUnavailableException {
    return store.open(key, from, to).map(Breaking::new);
  }

  private final class Breaking extends InputStream {
    private final InputStream whole;
    private long left = after;

    Breaking(InputStream whole) {
      this.whole = whole;
    }

    @Override
    public int read() throws IOException {
      if (left-- <= 0) {
        throw new StoreUnavailableException("broken off", new IOException("reset"));
      }
      return whole.read();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      int one = read();
      if (one < 0) {
        return -1;
      }
      buffer[offset] = (byte) one;
      return 1;
    }
  }

  @Override
  public PutResult putIfAbsent(String key, Bytes content) throws StoreUnavailableException {
    return store.putIfAbsent(key, content);
  }

  @Override
  public PutResult putIfAbsent(String key, Path file) throws StoreUnavailableException {
    return store.putIfAbsent(key, file);
  }

  @Override
  public void put(String key, Bytes content) throws StoreUnavailableException {
    store.put(key, content);
  }

  @Override
  public Optional<Bytes> get(String key, long limit) throws StoreUnavailableException {
    return store.get(key, limit);
  }

  @Override
  public Optional<ObjectStat> stat(String key) throws StoreUnavailableException {
    return store.stat(key);
  }

  @Override
  public List<ObjectStat> list(String prefix) throws StoreUnavailableException {
    return store.list(prefix);
  }

  @Override
  public void delete(List<String> keys) throws StoreUnavailableException {
    store.delete(keys);
  }
}
