package dev.cairn.keyserver.commitfile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * A disk in memory: a loss of power takes what was not forced, in whole, in part, or not at all.
 */
public final class SimulatedStorage implements CommitStorage {
  /** What happens before a write or a force; may throw. */
  public interface Hook {
    void before(String what, String file) throws IOException;
  }

  private static final int SECTOR = 512;

  private static final class Stored {
    byte[] now = new byte[0];
    byte[] durable = new byte[0];
  }

  private final Map<String, Stored> files = new TreeMap<>();
  private Hook hook = (what, file) -> {};
  private boolean powerLost;
  private int forces;

  public synchronized void hook(Hook replacement) {
    hook = replacement;
  }

  /** From now on nothing works, as in a process that was killed. */
  public synchronized void kill() {
    powerLost = true;
  }

  public synchronized int forces() {
    return forces;
  }

  /** What a restart finds after a kill: everything that was written. */
  public synchronized SimulatedStorage afterKill() {
    SimulatedStorage next = new SimulatedStorage();
    files.forEach((name, stored) -> {
      Stored copy = new Stored();
      copy.now = stored.now.clone();
      copy.durable = stored.durable.clone();
      next.files.put(name, copy);
    });
    return next;
  }

  /**
   * What a restart finds after a loss of power: what was forced, and of the rest what chance left,
   * sector by sector.
   */
  public synchronized SimulatedStorage afterPowerLoss(Random random) {
    SimulatedStorage next = new SimulatedStorage();
    files.forEach((name, stored) -> {
      Stored copy = new Stored();
      int length =
          stored.now.length <= stored.durable.length
              ? (random.nextBoolean() ? stored.now.length : stored.durable.length)
              : stored.durable.length
                  + random.nextInt(stored.now.length - stored.durable.length + 1);
      byte[] bytes = new byte[length];
      for (int at = 0; at < length; at += SECTOR) {
        int end = Math.min(length, at + SECTOR);
        boolean unforced = random.nextBoolean();
        for (int i = at; i < end; i++) {
          boolean durable = i < stored.durable.length;
          boolean present = i < stored.now.length;
          if (durable && present && stored.durable[i] == stored.now[i]) {
            bytes[i] = stored.now[i];
          } else if (unforced && present) {
            bytes[i] = stored.now[i];
          } else if (durable) {
            bytes[i] = stored.durable[i];
          }
        }
      }
      copy.now = bytes;
      copy.durable = bytes.clone();
      next.files.put(name, copy);
    });
    return next;
  }

  /** A copy with one file changed. */
  public synchronized SimulatedStorage with(String name, byte[] content) {
    SimulatedStorage next = afterKill();
    Stored stored = new Stored();
    stored.now = content.clone();
    stored.durable = content.clone();
    next.files.put(name, stored);
    return next;
  }

  public synchronized byte[] content(String name) {
    return get(name).now.clone();
  }

  private Stored get(String name) {
    Stored stored = files.get(name);
    if (stored == null) {
      throw new IllegalArgumentException(name);
    }
    return stored;
  }

  private void check(String what, String file) throws IOException {
    if (powerLost) {
      throw new IOException("killed");
    }
    hook.before(what, file);
  }

  @Override
  public synchronized List<String> list() {
    return new ArrayList<>(files.keySet());
  }

  @Override
  public synchronized CommitStorageFile create(String name) throws IOException {
    check("create", name);
    if (files.containsKey(name)) {
      throw new FileAlreadyExistsException(name);
    }
    files.put(name, new Stored());
    return new SimulatedFile(name);
  }

  @Override
  public synchronized CommitStorageFile open(String name) throws IOException {
    if (!files.containsKey(name)) {
      throw new NoSuchFileException(name);
    }
    return new SimulatedFile(name);
  }

  @Override
  public synchronized void delete(String name) throws IOException {
    check("delete", name);
    files.remove(name);
  }

  @Override
  public synchronized void replace(String name, byte[] content) throws IOException {
    check("replace", name);
    Stored stored = new Stored();
    stored.now = content.clone();
    stored.durable = content.clone();
    files.put(name, stored);
  }

  @Override
  public synchronized Optional<byte[]> read(String name) {
    return files.containsKey(name) ? Optional.of(get(name).now.clone()) : Optional.empty();
  }

  private final class SimulatedFile implements CommitStorageFile {
    private final String name;

    SimulatedFile(String name) {
      this.name = name;
    }

    @Override
    public long size() {
      synchronized (SimulatedStorage.this) {
        return get(name).now.length;
      }
    }

    @Override
    public void read(ByteBuffer target, long position) {
      synchronized (SimulatedStorage.this) {
        byte[] now = get(name).now;
        int length = (int) Math.max(0, Math.min(target.remaining(), now.length - position));
        target.put(now, (int) Math.min(position, now.length), length);
      }
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
      synchronized (SimulatedStorage.this) {
        int before = source.remaining();
        try {
          check("write", name);
        } catch (IOException e) {
          // A full disk takes a part.
          put(source.slice().limit(before / 2), position);
          throw e;
        }
        put(source, position);
      }
    }

    private void put(ByteBuffer source, long position) {
      Stored stored = get(name);
      int end = (int) position + source.remaining();
      if (end > stored.now.length) {
        stored.now = Arrays.copyOf(stored.now, end);
      }
      source.get(stored.now, (int) position, source.remaining());
    }

    @Override
    public void truncate(long size) throws IOException {
      synchronized (SimulatedStorage.this) {
        check("truncate", name);
        Stored stored = get(name);
        if (size < stored.now.length) {
          stored.now = Arrays.copyOf(stored.now, (int) size);
        }
      }
    }

    @Override
    public void force() throws IOException {
      synchronized (SimulatedStorage.this) {
        check("force", name);
        forces++;
        Stored stored = get(name);
        stored.durable = stored.now.clone();
      }
    }

    @Override
    public void close() {}
  }
}
