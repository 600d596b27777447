package dev.cairn.provider.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.Bytes;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every {@link ObjectStore} does. Each test has a prefix of its own. */
abstract class ObjectStoreContract {
  private static final long SEED = 20_261_124;
  private static final int MIB = 1 << 20;

  @TempDir Path directory;

  private final Random random = new Random(SEED);
  private final String prefix = "users/t" + System.nanoTime() + "/";

  /** The store under test. */
  abstract ObjectStore store();

  private Bytes noise(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return Bytes.wrap(bytes);
  }

  @Test
  void givesBackWhatWasPut() throws Exception {
    for (int size : new int[] {0, 1, 17, 5 * MIB, 5 * MIB + 1}) {
      Bytes content = noise(size);
      String key = prefix + "size-" + size;
      assertEquals(PutResult.CREATED, store().putIfAbsent(key, content));
      assertEquals(Optional.of(content), store().get(key, size));
      assertEquals(size, store().stat(key).orElseThrow().size());
    }
  }

  @Test
  void saysEmptyWhereNothingIs() throws Exception {
    String key = prefix + "nothing/here";
    assertEquals(Optional.empty(), store().get(key, 10));
    assertEquals(Optional.empty(), store().stat(key));
    assertTrue(store().open(key, 0, 1).isEmpty());
    assertEquals(List.of(), store().list(prefix + "nothing"));
    store().delete(List.of(key));
    store().delete(List.of());
  }

  @Test
  void leavesAnObjectThatIsThereAsItIs() throws Exception {
    // From above the size at which clients turn to multipart uploads, which know no condition.
    for (int size : new int[] {0, 100, 6 * MIB, 33 * MIB}) {
      String key = prefix + "once-" + size;
      Bytes first = noise(size);
      assertEquals(PutResult.CREATED, store().putIfAbsent(key, first));
      assertEquals(PutResult.ALREADY_THERE, store().putIfAbsent(key, noise(size)));
      Path file = Files.write(directory.resolve("second"), noise(size).toByteArray());
      assertEquals(PutResult.ALREADY_THERE, store().putIfAbsent(key, file));
      assertEquals(Optional.of(first), store().get(key, Math.max(1, size)));
    }
  }

  @Test
  void letsExactlyOneOfManyCreate() throws Exception {
    int writers = 12;
    for (int round = 0; round < 20; round++) {
      String key = prefix + "race-" + round;
      CountDownLatch start = new CountDownLatch(1);
      List<Bytes> contents = new ArrayList<>();
      List<Callable<PutResult>> writes = new ArrayList<>();
      for (int i = 0; i < writers; i++) {
        Bytes content = noise(10_000 + i);
        contents.add(content);
        writes.add(() -> {
          start.await();
          return store().putIfAbsent(key, content);
        });
      }
      int created = 0;
      int winner = -1;
      try (ExecutorService threads = Executors.newFixedThreadPool(writers)) {
        List<Future<PutResult>> results = new ArrayList<>();
        writes.forEach(write -> results.add(threads.submit(write)));
        start.countDown();
        for (int i = 0; i < writers; i++) {
          if (results.get(i).get() == PutResult.CREATED) {
            created++;
            winner = i;
          }
        }
      }
      assertEquals(1, created, "round " + round);
      assertEquals(Optional.of(contents.get(winner)), store().get(key, MIB));
    }
  }

  @Test
  void putsFiles() throws Exception {
    Bytes content = noise(9 * MIB + 3);
    Path file = Files.write(directory.resolve("file"), content.toByteArray());
    assertEquals(PutResult.CREATED, store().putIfAbsent(prefix + "file", file));
    assertEquals(Optional.of(content), store().get(prefix + "file", content.size()));
    assertThrows(
        StoreUnavailableException.class,
        () -> store().putIfAbsent(prefix + "no", directory.resolve("missing")));
    assertEquals(Optional.empty(), store().stat(prefix + "no"));
  }

  @Test
  void refusesWhatDoesNotFitOneRequest() {
    Bytes tooLarge = Bytes.wrap(new byte[(int) ObjectStore.MAX_OBJECT_SIZE + 1]);
    assertThrows(
        IllegalArgumentException.class, () -> store().putIfAbsent(prefix + "big", tooLarge));
    assertThrows(IllegalArgumentException.class, () -> store().put(prefix + "big", tooLarge));
  }

  @Test
  void overwritesAsAWhole() throws Exception {
    String key = prefix + "overwritten";
    for (int size : new int[] {1000, 10, 2000, 0}) {
      Bytes content = noise(size);
      store().put(key, content);
      assertEquals(Optional.of(content), store().get(key, 2000));
    }
  }

  @Test
  void showsReadersOldOrNewWhileItOverwrites() throws Exception {
    String key = prefix + "flipping";
    Bytes small = Bytes.wrap(filled(1_000, 1));
    Bytes large = Bytes.wrap(filled(200_000, 2));
    store().put(key, small);
    CountDownLatch written = new CountDownLatch(1);
    try (ExecutorService writer = Executors.newSingleThreadExecutor()) {
      Future<?> done =
          writer.submit(() -> {
            for (int i = 0; i < 60; i++) {
              store().put(key, i % 2 == 0 ? large : small);
            }
            written.countDown();
            return null;
          });
      while (written.getCount() > 0 && !done.isDone()) {
        Bytes seen = store().get(key, MIB).orElseThrow();
        assertTrue(seen.equals(small) || seen.equals(large), "a mixture of " + seen.size());
      }
      done.get();
    }
  }

  private static byte[] filled(int size, int with) {
    byte[] bytes = new byte[size];
    java.util.Arrays.fill(bytes, (byte) with);
    return bytes;
  }

  @Test
  void refusesToReadMoreThanTheLimit() throws Exception {
    store().put(prefix + "limited", noise(101));
    assertThrows(StoreUnavailableException.class, () -> store().get(prefix + "limited", 100));
    assertTrue(store().get(prefix + "limited", 101).isPresent());
  }

  @Test
  void opensRanges() throws Exception {
    Bytes content = noise(100_000);
    String key = prefix + "ranged";
    store().putIfAbsent(key, content);
    int size = content.size();
    int[][] ranges = {{0, 1}, {0, size}, {size - 1, size}, {17, 17 + 4096}, {1, size - 1}};
    for (int[] range : ranges) {
      try (InputStream in = store().open(key, range[0], range[1]).orElseThrow()) {
        assertEquals(content.slice(range[0], range[1]), Bytes.wrap(in.readAllBytes()));
      }
    }
    try (InputStream in = store().open(key, 10, 20).orElseThrow()) {
      assertEquals(content.toByteArray()[10] & 0xff, in.read());
      assertEquals(9, in.readAllBytes().length);
      assertEquals(-1, in.read());
    }
    long[][] wrong = {{0, size + 1L}, {size, size + 1L}, {size + 5L, size + 9L}, {3, 3}, {-1, 2}};
    for (long[] range : wrong) {
      assertThrows(
          IllegalArgumentException.class,
          () -> store().open(key, range[0], range[1]),
          range[0] + " to " + range[1]);
    }
  }

  @Test
  void survivesBodiesThatAreNotReadToTheirEnd() throws Exception {
    String key = prefix + "unread";
    store().putIfAbsent(key, noise(3 * MIB));
    for (int i = 0; i < 30; i++) {
      try (InputStream in = store().open(key, 0, 3 * MIB).orElseThrow()) {
        assertTrue(in.read() >= 0);
      }
    }
    assertEquals(3 * MIB, store().get(key, 3 * MIB).orElseThrow().size());
  }

  @Test
  void listsWhatStartsWithAPrefix() throws Exception {
    List<String> names =
        List.of(
            "a", "a/b/c", "a-b", "ab", "b/1", "b/10", "b/2", "B", "_", "é", "z/ü", "\uD83D\uDD11");
    for (String name : names) {
      // "a" and "a/b/c" together: no store that keeps plain files can hold both.
      if (!name.equals("a")) {
        store().put(prefix + name, Bytes.utf8(name));
      }
    }
    TreeSet<Bytes> expected = new TreeSet<>();
    names.stream()
        .filter(name -> !name.equals("a"))
        .forEach(name -> expected.add(Bytes.utf8(prefix + name)));
    List<ObjectStat> found = store().list(prefix);
    assertEquals(
        List.copyOf(expected), found.stream().map(stat -> Bytes.utf8(stat.key())).toList());
    for (ObjectStat stat : found) {
      assertEquals(
          Bytes.utf8(stat.key().substring(prefix.length())),
          store().get(stat.key(), 100).orElseThrow());
      assertEquals(
          Bytes.utf8(stat.key().substring(prefix.length())).size(), stat.size(), stat.key());
    }
    assertEquals(
        List.of(prefix + "b/1", prefix + "b/10", prefix + "b/2"),
        store().list(prefix + "b").stream().map(ObjectStat::key).toList());
    assertEquals(
        List.of(prefix + "b/1", prefix + "b/10"),
        store().list(prefix + "b/1").stream().map(ObjectStat::key).toList());
    assertEquals(List.of(), store().list(prefix + "nobody"));
  }

  @Test
  void listsMoreThanOnePage() throws Exception {
    int count = 1_203;
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> writes = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        String key = prefix + "page/" + "%05d".formatted(i * 7);
        writes.add(
            threads.submit(() -> {
              store().put(key, Bytes.utf8("x"));
              return null;
            }));
      }
      for (Future<?> write : writes) {
        write.get();
      }
    }
    List<String> keys = store().list(prefix + "page/").stream().map(ObjectStat::key).toList();
    assertEquals(count, keys.size());
    assertEquals(keys.stream().sorted().distinct().toList(), keys);
    store().delete(keys.subList(0, 300));
    assertEquals(
        keys.subList(300, count),
        store().list(prefix + "page/").stream().map(ObjectStat::key).toList());
  }

  @Test
  void deletesAndForgets() throws Exception {
    store().put(prefix + "d/one", noise(5));
    store().put(prefix + "d/two", noise(5));
    store().put(prefix + "d/three", noise(5));
    store().delete(List.of(prefix + "d/one", prefix + "d/never", prefix + "d/two"));
    assertEquals(
        List.of(prefix + "d/three"),
        store().list(prefix + "d").stream().map(ObjectStat::key).toList());
    assertEquals(Optional.empty(), store().get(prefix + "d/one", 5));
    assertEquals(PutResult.CREATED, store().putIfAbsent(prefix + "d/one", noise(3)));
  }

  @Test
  void knowsWhenAnObjectWasWritten() throws Exception {
    Instant before = Instant.now().minus(Duration.ofSeconds(2));
    store().put(prefix + "aged", noise(5));
    Instant modified = store().stat(prefix + "aged").orElseThrow().lastModified();
    assertFalse(modified.isBefore(before), modified.toString());
    assertFalse(modified.isAfter(Instant.now().plus(Duration.ofSeconds(2))), modified.toString());
    Instant listed = store().list(prefix + "aged").getFirst().lastModified();
    assertTrue(Duration.between(listed, modified).abs().compareTo(Duration.ofSeconds(1)) <= 0);
  }
}
