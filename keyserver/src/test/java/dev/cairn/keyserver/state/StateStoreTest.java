package dev.cairn.keyserver.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.ObjectSlice;
import dev.cairn.crypto.Sha256;
import dev.cairn.crypto.StateAccumulator;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.ValueKind;
import dev.cairn.keyserver.error.CairnException;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.object.ObjectName;
import dev.cairn.keyserver.object.StoredObject;
import dev.cairn.keyserver.object.Value;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StateStoreTest {
  private static final UserId USER = new UserId("abcdefghijklmnopqrstuvwxyz");

  @TempDir Path directory;

  private Path file = Path.of("store.db");

  @BeforeEach
  void place() {
    file = directory.resolve("store.db");
  }

  private static Bytes hash(String text) {
    return Sha256.hash(Bytes.utf8(text));
  }

  private static List<StoredSlice> slices(
      String collection, String id, byte[] content, int version) {
    List<StoredSlice> all = new ArrayList<>();
    int count = ObjectSlice.slicesOf(content.length);
    for (int i = 0; i < count; i++) {
      int from = i * ObjectSlice.MAX_CONTENT;
      Bytes part =
          Bytes.copyOf(content, from, Math.min(content.length, from + ObjectSlice.MAX_CONTENT));
      all.add(
          new StoredSlice(
              hash(collection + "\0" + id + "\0" + i),
              hash(collection + id + i + version),
              1,
              version,
              new ObjectSlice(ValueKind.BYTES, collection, id, i, count, content.length, part)));
    }
    return all;
  }

  private static StatePoint point(long index, long tags) {
    return new StatePoint(
        1, 1, index, hash("head" + index), index, new StateAccumulator().toBytes(), tags);
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void loadsSortedTagsAndGivesSortedNames() {
    List<StoredSlice> all = new ArrayList<>();
    TreeMap<ObjectName, Value> expected = new TreeMap<>();
    Random random = new Random(7);
    String[] collections = {"", "a", "b", "caf\u00e9", "cafe\u0301", "\uFF5E", "\uD83D\uDE00"};
    for (int i = 0; i < 3000; i++) {
      String collection = collections[random.nextInt(collections.length)];
      byte[] content = new byte[i % 500 == 3 ? 1_200_000 : random.nextInt(50)];
      random.nextBytes(content);
      all.addAll(slices(collection, "id" + i, content, 1));
      expected.put(new ObjectName(collection, "id" + i), Value.bytes(content));
    }
    all.sort(Comparator.comparing(StoredSlice::tag));
    try (BulkLoad load = StateStore.bulkLoad(file, USER)) {
      all.forEach(load::add);
      load.finish(point(41, all.size()));
    }
    try (StateStore store = StateStore.open(file, USER)) {
      assertEquals(point(41, all.size()), store.pointAtOpen());
      assertEquals(3000, store.objectsAtOpen());
      List<StoredObject> exported = new ArrayList<>();
      store.forEachObject(exported::add);
      List<StoredObject> wanted = new ArrayList<>();
      expected.forEach((name, value) -> wanted.add(new StoredObject(name, value)));
      assertEquals(wanted, exported);
      assertEquals(new ArrayList<>(expected.keySet()), store.names(Optional.empty()));
      assertEquals(
          expected.keySet().stream().filter(name -> name.collection().equals("a")).toList(),
          store.names(Optional.of("a")));
      expected.forEach((name, value) -> assertEquals(Optional.of(value), store.get(name)));
      assertEquals(Optional.empty(), store.get(new ObjectName("a", "none")));
    }
  }

  @Test
  void refusesTagsThatDoNotAscendAndCountsThatDoNotFit() {
    List<StoredSlice> two = new ArrayList<>(slices("a", "1", text("x"), 1));
    two.addAll(slices("a", "2", text("y"), 1));
    two.sort(Comparator.comparing(StoredSlice::tag).reversed());
    try (BulkLoad load = StateStore.bulkLoad(file, USER)) {
      load.add(two.get(0));
      assertThrows(IntegrityException.class, () -> load.add(two.get(1)));
      assertThrows(IntegrityException.class, () -> load.add(two.get(0)));
    }
    assertFalse(Files.exists(file), "a store that was not finished is removed");
    try (BulkLoad load = StateStore.bulkLoad(file, USER)) {
      load.add(two.get(1));
      assertThrows(IntegrityException.class, () -> load.finish(point(1, 2)));
    }
    assertThrows(IntegrityException.class, () -> StateStore.open(file, USER));
  }

  @Test
  void settingsAreWhatTheyMustBe() throws SQLException {
    StateStore.createEmpty(file, USER);
    try (Connection connection = Database.connect(file)) {
      Database.configure(connection);
      assertEquals("wal", Database.read(connection, "journal_mode"));
      assertEquals("1", Database.read(connection, "synchronous"));
      assertEquals("4096", Database.read(connection, "page_size"));
      assertEquals("32000", Database.read(connection, "wal_autocheckpoint"));
    }
  }

  @Test
  void changesCountOnlyWithTheirPoint() {
    StateStore.createEmpty(file, USER);
    StoredSlice first = slices("a", "1", text("one"), 1).get(0);
    StoredSlice second = slices("a", "1", text("two"), 2).get(0);
    try (StateStore store = StateStore.open(file, USER)) {
      StateWriter writer = store.writer();
      writer.insert(first);
      assertEquals(Optional.of(first.element()), writer.element(first.tag()));
      assertEquals(
          Optional.empty(),
          store.get(new ObjectName("a", "1")),
          "readers see only what is committed");
      writer.commit(point(1, 1));
      assertEquals(
          List.of(new LiveTag(first.tag(), first.element())),
          store.liveTags(new ObjectName("a", "1")));
      writer.replace(second);
      writer.rollback();
      assertEquals(Optional.of(Value.bytes(text("one"))), store.get(new ObjectName("a", "1")));
      writer.replace(second);
    }
    try (StateStore store = StateStore.open(file, USER)) {
      assertEquals(point(1, 1), store.pointAtOpen());
      assertEquals(1, store.objectsAtOpen());
      assertEquals(Optional.of(Value.bytes(text("one"))), store.get(new ObjectName("a", "1")));
      StateWriter writer = store.writer();
      assertThrows(IntegrityException.class, () -> writer.insert(first));
      writer.rollback();
      StoredSlice other = slices("b", "1", text("x"), 1).get(0);
      assertThrows(IntegrityException.class, () -> writer.replace(other));
      assertThrows(IntegrityException.class, () -> writer.remove(other.tag(), 2));
      writer.rollback();
      writer.remove(first.tag(), 2);
      writer.commit(point(2, 0));
      assertEquals(0, writer.objects());
      assertEquals(Optional.of(new ObjectName("a", "1")), store.departed(first.tag()));
      writer.forgetDeparted(1);
      writer.commit(point(3, 0));
      assertTrue(store.departed(first.tag()).isPresent());
      writer.forgetDeparted(2);
      writer.commit(point(4, 0));
      assertEquals(Optional.empty(), store.departed(first.tag()));
    }
  }

  @Test
  void anUnfinishedTransactionCanBeDiscarded() {
    StateStore.createEmpty(file, USER);
    StoredSlice kept = slices("a", "kept", text("one"), 1).get(0);
    StoredSlice dropped = slices("a", "dropped", text("two"), 2).get(0);
    try (StateStore store = StateStore.open(file, USER)) {
      StateWriter writer = store.writer();
      writer.insert(kept);
      writer.beginUnfinished();
      writer.insert(dropped);
      assertThrows(IllegalStateException.class, () -> writer.commit(point(1, 2)));
      writer.discardUnfinished();
      writer.commit(point(1, 1));
      assertEquals(1, writer.objects());
      writer.beginUnfinished();
      writer.insert(dropped);
      writer.keepUnfinished();
      writer.commit(point(2, 2));
      assertEquals(2, store.names(Optional.empty()).size());
    }
  }

  @Test
  void damageIsAnIntegrityError() throws Exception {
    StateStore.createEmpty(file, USER);
    try (StateStore store = StateStore.open(file, USER)) {
      for (int i = 0; i < 2000; i++) {
        store.writer().insert(slices("a", "" + i, text("value " + i), 1).get(0));
      }
      store.writer().commit(point(1, 2000));
      assertTrue(store.checkpoint());
    }
    assertThrows(
        IntegrityException.class,
        () -> StateStore.open(file, new UserId("bbcdefghijklmnopqrstuvwxyz")));
    byte[] whole = Files.readAllBytes(file);
    for (int page = 0; page < whole.length / 4096; page++) {
      byte[] torn = whole.clone();
      new Random(page).nextBytes(torn);
      System.arraycopy(whole, 0, torn, 0, page * 4096);
      int from = (page + 1) * 4096;
      System.arraycopy(whole, from, torn, from, whole.length - from);
      Files.write(file, torn);
      try (StateStore store = StateStore.open(file, USER)) {
        int[] count = {0};
        store.forEachObject(object -> count[0]++);
        store.names(Optional.empty());
        // A page that nothing of this needed.
        assertEquals(2000, count[0]);
      } catch (CairnException e) {
        assertTrue(e instanceof IntegrityException, e.toString());
      }
    }
    Files.write(file, new byte[0]);
    assertThrows(RuntimeException.class, () -> StateStore.open(file, USER));
  }

  @Test
  void readersSeeOneState() throws InterruptedException {
    StateStore.createEmpty(file, USER);
    try (StateStore store = StateStore.open(file, USER)) {
      StateWriter writer = store.writer();
      byte[] large = new byte[2 * ObjectSlice.MAX_CONTENT];
      slices("a", "x", large, 0).forEach(writer::insert);
      writer.commit(point(0, 2));
      boolean[] stop = {false};
      List<Throwable> failures = new ArrayList<>();
      Thread reader =
          new Thread(() -> {
            try {
              while (!stop[0]) {
                byte[] value =
                    store.get(new ObjectName("a", "x")).orElseThrow().content().toByteArray();
                assertEquals(value[0], value[value.length - 1], "slices of two states");
              }
            } catch (RuntimeException | AssertionError e) {
              failures.add(e);
            }
          });
      reader.start();
      for (int version = 1; version < 60; version++) {
        Arrays.fill(large, (byte) version);
        slices("a", "x", large, version).forEach(writer::replace);
        writer.commit(point(version, 2));
      }
      stop[0] = true;
      reader.join();
      assertEquals(List.of(), failures);
    }
  }
}
