package dev.cairn.compactor.work;

import dev.cairn.crypto.Bytes;
import dev.cairn.provider.store.ObjectStat;
import dev.cairn.provider.store.ObjectStore;
import dev.cairn.provider.store.PutResult;
import dev.cairn.provider.store.StoreUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Storage that keeps something else than it is given, when it feels like it. */
record LyingStore(ObjectStore store, BooleanSupplier lies) implements ObjectStore {
  @Override
  public PutResult putIfAbsent(String key, Bytes content) throws StoreUnavailableException {
    return store.putIfAbsent(key, changed(content));
  }

  @Override
  public PutResult putIfAbsent(String key, Path file) throws StoreUnavailableException {
    try {
      return putIfAbsent(key, Bytes.wrap(Files.readAllBytes(file)));
    } catch (IOException e) {
      throw new StoreUnavailableException("cannot read " + file, e);
    }
  }

  @Override
  public void put(String key, Bytes content) throws StoreUnavailableException {
    store.put(key, changed(content));
  }

  @Override
  public Optional<Bytes> get(String key, long limit) throws StoreUnavailableException {
    return store.get(key, limit);
  }

  @Override
  public Optional<InputStream> open(String key, long from, long to)
      throws StoreUnavailableException {
    return store.open(key, from, to);
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

  private Bytes changed(Bytes content) {
    if (!lies.getAsBoolean() || content.isEmpty()) {
      return content;
    }
    byte[] bytes = content.toByteArray();
    bytes[bytes.length - 40] ^= 1;
    return Bytes.wrap(bytes);
  }
}
