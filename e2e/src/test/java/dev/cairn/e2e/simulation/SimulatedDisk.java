package dev.cairn.e2e.simulation;

import dev.cairn.keyserver.commitfile.CommitStorage;
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
 * A disk whose owner may die at each of its calls. A kill leaves what was written; a loss of power
 * leaves what was forced, and of the rest what chance leaves, cut at any byte.
 */
final class SimulatedDisk implements CommitStorage {
  private static final int SECTOR = 512;

  private static final class Stored {
    byte[] now = new byte[0];
    byte[] durable = new byte[0];

    Stored copy() {
      Stored copy = new Stored();
      copy.now = now.clone();
      copy.durable = durable.clone();
      return copy;
    }
  }

  private final Scheduler scheduler;
  private final Faults faults;
  private final Map<String, Stored> files = new TreeMap<>();

  SimulatedDisk(Scheduler scheduler, Faults faults) {
    this.scheduler = scheduler;
    this.faults = faults;
  }

  /** What a restart finds after the process was killed. */
  SimulatedDisk afterKill() {
    SimulatedDisk next = new SimulatedDisk(scheduler, faults);
    files.forEach((name, stored) -> next.files.put(name, stored.copy()));
    return next;
  }

  /** What a restart finds after a loss of power. */
  SimulatedDisk afterPowerLoss(Random random) {
    SimulatedDisk next = new SimulatedDisk(scheduler, faults);
    files.forEach((name, stored) -> {
      Stored left = new Stored();
      left.now = torn(stored, random);
      left.durable = left.now.clone();
      next.files.put(name, left);
    });
    return next;
  }

  private static byte[] torn(Stored stored, Random random) {
    int forced = stored.durable.length;
    int written = stored.now.length;
    int length =
        written <= forced
            ? (random.nextBoolean() ? written : forced)
            : forced + random.nextInt(written - forced + 1);
    boolean inOrder = random.nextBoolean(); // a prefix of what was written, or any sectors of it
    byte[] left = new byte[length];
    for (int at = 0; at < length; at += SECTOR) {
      boolean arrived = inOrder || random.nextBoolean();
      for (int i = at; i < Math.min(length, at + SECTOR); i++) {
        if (i < written && (arrived || (i < forced && stored.now[i] == stored.durable[i]))) {
          left[i] = stored.now[i];
        } else if (i < forced) {
          left[i] = stored.durable[i];
        }
      }
    }
    return left;
  }

  /** Puts a file there, forced. */
  void install(String name, byte[] content) {
    Stored stored = new Stored();
    stored.now = content.clone();
    stored.durable = content.clone();
    files.put(name, stored);
  }

  private Stored stored(String name) {
    Stored stored = files.get(name);
    if (stored == null) {
      throw new IllegalArgumentException(name);
    }
    return stored;
  }

  @Override
  public List<String> list() {
    return new ArrayList<>(files.keySet());
  }

  @Override
  public CommitStorageFile create(String name) throws IOException {
    scheduler.point("creates " + name);
    if (files.containsKey(name)) {
      throw new FileAlreadyExistsException(name);
    }
    files.put(name, new Stored());
    return new DiskFile(name);
  }

  @Override
  public CommitStorageFile open(String name) throws IOException {
    if (!files.containsKey(name)) {
      throw new NoSuchFileException(name);
    }
    return new DiskFile(name);
  }

  @Override
  public void delete(String name) {
    scheduler.point("deletes " + name);
    files.remove(name);
  }

  @Override
  public void replace(String name, byte[] content) {
    scheduler.point("replaces " + name);
    install(name, content);
  }

  @Override
  public Optional<byte[]> read(String name) {
    return Optional.ofNullable(files.get(name)).map(stored -> stored.now.clone());
  }

  private final class DiskFile implements CommitStorageFile {
    private final String name;

    DiskFile(String name) {
      this.name = name;
    }

    @Override
    public long size() {
      return stored(name).now.length;
    }

    @Override
    public void read(ByteBuffer target, long position) {
      byte[] now = stored(name).now;
      int from = (int) Math.min(position, now.length);
      target.put(now, from, Math.min(target.remaining(), now.length - from));
    }

    @Override
    public void write(ByteBuffer source, long position) {
      scheduler.point("writes");
      Stored stored = stored(name);
      int end = (int) position + source.remaining();
      if (end > stored.now.length) {
        stored.now = Arrays.copyOf(stored.now, end);
      }
      source.get(stored.now, (int) position, source.remaining());
    }

    @Override
    public void truncate(long size) {
      scheduler.point("truncates");
      Stored stored = stored(name);
      if (size < stored.now.length) {
        stored.now = Arrays.copyOf(stored.now, (int) size);
      }
    }

    @Override
    public void force() {
      scheduler.point("forces");
      if (!faults.ignoresForce()) {
        Stored stored = stored(name);
        stored.durable = stored.now.clone();
      }
      scheduler.point("forced");
    }

    @Override
    public void close() {}
  }
}
