package dev.cairn.provider.store;

import dev.cairn.crypto.Bytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** Storage that ends with its process: for simulations and unit tests, never for a service. */
public final class InMemoryObjectStore implements ObjectStore {
  private record Stored(Bytes content, Instant written) {}

  private final ConcurrentSkipListMap<String, Stored> objects = new ConcurrentSkipListMap<>();
  private final Clock clock;

  public InMemoryObjectStore() {
    this(Clock.systemUTC());
  }

  /** Writes carry the time of {@code clock}. */
  public InMemoryObjectStore(Clock clock) {
    this.clock = clock;
  }

  @Override
  public PutResult putIfAbsent(String key, Bytes content) {
    requireOneRequest(key, content);
    Stored before = objects.putIfAbsent(key, new Stored(content, clock.instant()));
    return before == null ? PutResult.CREATED : PutResult.ALREADY_THERE;
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
  public void put(String key, Bytes content) {
    requireOneRequest(key, content);
    objects.put(key, new Stored(content, clock.instant()));
  }

  @Override
  public Optional<Bytes> get(String key, long limit) throws StoreUnavailableException {
    Stored stored = objects.get(key);
    if (stored == null) {
      return Optional.empty();
    }
    if (stored.content().size() > limit) {
      throw new StoreUnavailableException(
          key + " is larger than " + limit + " bytes", new IOException("too large"));
    }
    return Optional.of(stored.content());
  }

  @Override
  public Optional<InputStream> open(String key, long from, long to) {
    if (from < 0 || from >= to) {
      throw notARange(key, from, to);
    }
    Stored stored = objects.get(key);
    if (stored == null) {
      return Optional.empty();
    }
    if (to > stored.content().size()) {
      throw notARange(key, from, to);
    }
    return Optional.of(
        new ByteArrayInputStream(stored.content().slice((int) from, (int) to).toByteArray()));
  }

  @Override
  public Optional<ObjectStat> stat(String key) {
    return Optional.ofNullable(objects.get(key)).map(stored -> toStat(key, stored));
  }

  @Override
  public List<ObjectStat> list(String prefix) {
    List<ObjectStat> found = new ArrayList<>();
    objects
        .tailMap(prefix)
        .forEach((key, stored) -> {
          if (key.startsWith(prefix)) {
            found.add(toStat(key, stored));
          }
        });
    // Java compares UTF-16 units, storage compares bytes.
    found.sort(Comparator.comparing(stat -> Bytes.utf8(stat.key())));
    return found;
  }

  @Override
  public void delete(List<String> keys) {
    keys.forEach(objects::remove);
  }

  private static void requireOneRequest(String key, Bytes content) {
    if (content.size() > MAX_OBJECT_SIZE) {
      throw new IllegalArgumentException(key + " is too large for one request: " + content.size());
    }
  }

  private static IllegalArgumentException notARange(String key, long from, long to) {
    return new IllegalArgumentException("not a range of " + key + ": " + from + " to " + to);
  }

  private static ObjectStat toStat(String key, Stored stored) {
    return new ObjectStat(key, stored.content().size(), stored.written());
  }
}
