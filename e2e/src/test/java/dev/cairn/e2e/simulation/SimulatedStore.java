package dev.cairn.e2e.simulation;

import dev.cairn.crypto.Bytes;
import dev.cairn.provider.store.InMemoryObjectStore;
import dev.cairn.provider.store.ObjectStat;
import dev.cairn.provider.store.ObjectStore;
import dev.cairn.provider.store.PutResult;
import dev.cairn.provider.store.StoreUnavailableException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * The bucket as one worker sees it: any request may fail, before or after it had its effect, and a
 * listing comes in pages, between which others write and delete.
 */
final class SimulatedStore implements ObjectStore {
  private final Scheduler scheduler;
  private final Random random;
  private final Weather weather;
  private final Faults faults;
  private final InMemoryObjectStore bucket;
  private final Map<String, Bytes> uploaded = new HashMap<>();

  SimulatedStore(
      Scheduler scheduler,
      Random random,
      Weather weather,
      Faults faults,
      InMemoryObjectStore bucket) {
    this.scheduler = scheduler;
    this.random = random;
    this.weather = weather;
    this.faults = faults;
    this.bucket = bucket;
  }

  private interface Request<T> {
    T run() throws StoreUnavailableException;
  }

  private <T> T answer(String what, Request<T> request) throws StoreUnavailableException {
    scheduler.point(what);
    if (weather.fails(random)) {
      throw failure();
    }
    T result = request.run();
    scheduler.point("answer");
    if (weather.fails(random)) {
      throw failure();
    }
    return result;
  }

  private static StoreUnavailableException failure() {
    return new StoreUnavailableException("No answer", new IOException("simulated"));
  }

  @Override
  public PutResult putIfAbsent(String key, Bytes content) throws StoreUnavailableException {
    return answer(
        "puts " + key,
        () -> {
          Bytes stored = content;
          if (faults.has(Faults.Fault.NOTHING_IS_READ_BACK) && key.contains("/segment-")) {
            uploaded.put(key, content);
            stored = random.nextInt(3) == 0 ? flipped(content) : content;
          }
          return bucket.putIfAbsent(key, stored);
        });
  }

  private Bytes flipped(Bytes content) {
    byte[] bytes = content.toByteArray();
    if (bytes.length > 0) {
      bytes[random.nextInt(bytes.length)] ^= 1;
    }
    return Bytes.wrap(bytes);
  }

  @Override
  public PutResult putIfAbsent(String key, Path file) throws StoreUnavailableException {
    try {
      return putIfAbsent(key, Bytes.wrap(Files.readAllBytes(file)));
    } catch (StoreUnavailableException e) {
      throw e;
    } catch (IOException e) {
      throw new StoreUnavailableException("cannot read " + file, e);
    }
  }

  @Override
  public void put(String key, Bytes content) throws StoreUnavailableException {
    answer(
        "puts " + key,
        () -> {
          bucket.put(key, content);
          return true;
        });
  }

  @Override
  public Optional<Bytes> get(String key, long limit) throws StoreUnavailableException {
    return answer("gets " + key, () -> bucket.get(key, limit));
  }

  @Override
  public Optional<InputStream> open(String key, long from, long to)
      throws StoreUnavailableException {
    return answer(
        "opens " + key,
        () -> {
          Bytes mine = uploaded.get(key);
          if (mine != null) {
            return Optional.of(
                new ByteArrayInputStream(mine.slice((int) from, (int) to).toByteArray()));
          }
          return bucket.open(key, from, to);
        });
  }

  @Override
  public Optional<ObjectStat> stat(String key) throws StoreUnavailableException {
    return answer("stats " + key, () -> bucket.stat(key));
  }

  @Override
  public List<ObjectStat> list(String prefix) throws StoreUnavailableException {
    return answer(
        "lists " + prefix,
        () -> {
          List<ObjectStat> first = bucket.list(prefix);
          if (first.size() < 2) {
            return first;
          }
          int cut = random.nextInt(first.size());
          String last = first.get(cut).key();
          scheduler.point("lists on");
          List<ObjectStat> all = new ArrayList<>(first.subList(0, cut + 1));
          for (ObjectStat stat : bucket.list(prefix)) {
            if (Bytes.utf8(stat.key()).compareTo(Bytes.utf8(last)) > 0) {
              all.add(stat);
            }
          }
          return all;
        });
  }

  @Override
  public void delete(List<String> keys) throws StoreUnavailableException {
    for (String key : keys) {
      answer(
          "deletes " + key,
          () -> {
            bucket.delete(List.of(key));
            return true;
          });
    }
  }
}
