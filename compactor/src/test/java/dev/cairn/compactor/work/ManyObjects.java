package dev.cairn.compactor.work;

import dev.cairn.crypto.UserId;
import dev.cairn.journal.merge.SnapshotMerge;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;

/**
 * Main class of a child process with little memory: compacts many objects, then a hundredth of them
 * again.
 */
public final class ManyObjects {
  private static final UserId USER = UserId.parse("abcdefghijklmnopqrstuvwxyz");

  private ManyObjects() {}

  /** Arguments: directory, number of objects, bytes of memory for a merge. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    int objects = Integer.parseInt(arguments[1]);
    GeneratedLog log = new GeneratedLog(USER, objects);
    DirectoryStore store = new DirectoryStore(Files.createDirectories(directory.resolve("store")));
    Compaction compaction =
        new Compaction(
            store,
            log,
            result -> {},
            new CompactionSettings(
                directory.resolve("scratch"), Long.parseLong(arguments[2]), 2, Duration.ofDays(1)),
            CrashPoints.NONE,
            new SnapshotMerge(),
            Clock.systemUTC());
    run(compaction, log, objects);
    if (log.start() != 0) {
      throw new AssertionError("truncated with one snapshot");
    }
    long firstEnd = log.end();
    log.goOn();
    run(compaction, log, objects);
    if (log.start() != firstEnd) {
      throw new AssertionError("the log starts at " + log.start() + ", not at " + firstEnd);
    }
  }

  private static void run(Compaction compaction, GeneratedLog log, int objects) throws Exception {
    long began = System.nanoTime();
    CompactionResult result = compaction.run(USER, "many");
    CompactionResult.Summary newest = result.newest().orElseThrow();
    if (result.kind() != CompactionResult.Kind.PUBLISHED
        || newest.entries() != objects
        || newest.position() != log.end()) {
      throw new AssertionError(result.describe());
    }
    System.out.printf(
        Locale.ROOT,
        "%d entries, %d bytes in %.1f s under a heap of %d MiB%n",
        newest.entries(),
        newest.bytes(),
        (System.nanoTime() - began) / 1e9,
        Runtime.getRuntime().maxMemory() >> 20);
  }
}
