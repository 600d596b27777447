package dev.cairn.e2e.rebase;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.keyserver.Keyserver;
import dev.cairn.keyserver.error.FencedException;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.rebase.RebaseListener;
import dev.cairn.keyserver.rebase.RebaseReport;
import dev.cairn.keyserver.recover.RecoveryReport;
import dev.cairn.schemas.names.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RebaseIT {
  @TempDir static Path data;
  private static OwnerBench bench;

  @TempDir Path directory;
  private String username;
  private UserId userId;

  @BeforeAll
  static void start() throws Exception {
    bench = OwnerBench.start(data.resolve("stack"));
  }

  @AfterAll
  static void stop() throws Exception {
    bench.close();
  }

  @BeforeEach
  void init() {
    username = bench.newName();
    userId = bench.init(path("old"), username);
  }

  @Test
  void goesOnUnderLoadAndLosesNothing() throws Exception {
    SortedMap<String, Bytes> written;
    try (Keyserver keyserver = Keyserver.open(path("old"))) {
      OwnerBench.write(keyserver, 0, 200);
      AtomicBoolean enough = new AtomicBoolean();
      ExecutorService executor = Executors.newSingleThreadExecutor();
      try {
        Future<Integer> load =
            executor.submit(() -> {
              int i = 200;
              while (!enough.get()) {
                keyserver.transact(OwnerBench.transaction(i++)).durable().join();
              }
              return i;
            });
        RebaseReport report = keyserver.rebase(OwnerBench.PATIENCE, RebaseListener.NONE);
        assertEquals(2, report.epoch());
        assertEquals(1, report.keyVersion());
        report = keyserver.rebase(OwnerBench.PATIENCE, RebaseListener.NONE);
        assertEquals(3, report.epoch());
        enough.set(true);
        assertTrue(load.get() > 200);
      } finally {
        executor.shutdownNow();
      }
      keyserver.drain(OwnerBench.PATIENCE);
      written = OwnerBench.contents(keyserver);
    }
    assertFalse(Files.exists(path("old").resolve("rebase")), "the ciphertext stays in the home");
    assertEquals(written, OwnerBench.contents(path("old")));
    RecoveryReport recovered = bench.recover(path("new"), username);
    assertEquals(List.of(), recovered.warnings());
    assertEquals(4, recovered.end().epoch());
    assertEquals(written, OwnerBench.contents(path("new")));
    try (Keyserver keyserver = Keyserver.open(path("new"))) {
      OwnerBench.write(keyserver, 1000, 20);
      written = OwnerBench.contents(keyserver);
    }
    bench.compact(userId);
    assertEquals(List.of(), bench.verify(userId).problems());
    bench.recover(path("newer"), username);
    assertEquals(written, OwnerBench.contents(path("newer")));
    assertFenced("old");
  }

  @Test
  void repairsALostBucket() throws Exception {
    SortedMap<String, Bytes> written = compactedTwice();
    for (Path file : bench.stored(userId)) {
      Files.delete(file);
    }
    assertThrows(IntegrityException.class, () -> bench.drill(path("drill"), username));
    rebase("old");
    assertRecoverable(written);
  }

  @Test
  void repairsALostLog() throws Exception {
    SortedMap<String, Bytes> written = compactedTwice();
    // The recovered home holds no record from before: it cannot send again what the log loses.
    bench.recover(path("recovered"), username);
    try (Keyserver keyserver = Keyserver.open(path("recovered"))) {
      OwnerBench.write(keyserver, 300, 10);
      written = OwnerBench.contents(keyserver);
    }
    deleteLog();
    rebase("recovered");
    assertRecoverable(written);
  }

  @Test
  void repairsALostLogAndALostBucket() throws Exception {
    SortedMap<String, Bytes> written = compactedTwice();
    for (Path file : bench.stored(userId)) {
      Files.delete(file);
    }
    deleteLog();
    rebase("old");
    assertRecoverable(written);
  }

  @Test
  void endsAQuarantine() throws Exception {
    SortedMap<String, Bytes> written = compactedTwice();
    Path quarantine =
        bench.stored(userId).stream()
            .filter(file -> file.toString().contains("/snapshots/"))
            .findFirst()
            .map(Path::getParent)
            .map(Path::getParent)
            .map(Path::getParent)
            .orElseThrow()
            .resolveSibling("quarantine");
    Files.writeString(quarantine, "1\n2026-01-01T00:00:00Z\nthe state is not what was signed\n");
    assertFalse(bench.verify(userId).problems().isEmpty(), "the mark has no effect");
    rebase("old");
    bench.compact(userId);
    assertFalse(Files.exists(quarantine));
    assertRecoverable(written);
  }

  @Test
  void ofTwoClonesOneWins() throws Exception {
    try (Keyserver keyserver = Keyserver.open(path("old"))) {
      OwnerBench.write(keyserver, 0, 40);
    }
    copy(path("old"), path("clone"));
    List<String> outcomes = new ArrayList<>();
    ExecutorService executor = Executors.newFixedThreadPool(2);
    try {
      List<Future<String>> racing = new ArrayList<>();
      for (String home : List.of("old", "clone")) {
        racing.add(
            executor.submit(() -> {
              try {
                rebase(home);
                return "won";
              } catch (FencedException e) {
                return "fenced";
              }
            }));
      }
      for (Future<String> each : racing) {
        outcomes.add(each.get());
      }
    } finally {
      executor.shutdownNow();
    }
    outcomes.sort(null);
    assertEquals(List.of("fenced", "won"), outcomes);
    assertRecoverable(OwnerBench.contents(path("old")));
  }

  @Test
  void aFencedHomeTakesNoEpoch() throws Exception {
    try (Keyserver keyserver = Keyserver.open(path("old"))) {
      OwnerBench.write(keyserver, 0, 10);
    }
    bench.recover(path("new"), username);
    assertThrows(FencedException.class, () -> rebase("old"));
    try (Keyserver keyserver = Keyserver.open(path("new"))) {
      OwnerBench.write(keyserver, 10, 10);
    }
  }

  @Test
  void aSpoiltBaseIsNeverReadAsWhole() throws Exception {
    compactedTwice();
    rebase("old");
    for (Path file : bench.stored(userId)) {
      if (file.toString().contains("-00000000000000000000-0000000000000000/segment-")) {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
      }
    }
    assertFalse(bench.verify(userId).problems().isEmpty(), "a flipped byte went unnoticed");
  }

  // --- helpers -------------------------------------------------------------------------------

  private SortedMap<String, Bytes> compactedTwice() throws Exception {
    try (Keyserver keyserver = Keyserver.open(path("old"))) {
      OwnerBench.write(keyserver, 0, 60);
      bench.compact(userId);
      OwnerBench.write(keyserver, 60, 60);
      bench.compact(userId);
      OwnerBench.write(keyserver, 120, 20);
      return OwnerBench.contents(keyserver);
    }
  }

  private void rebase(String home) throws InterruptedException {
    try (Keyserver keyserver = Keyserver.open(path(home))) {
      keyserver.rebase(OwnerBench.PATIENCE, RebaseListener.NONE);
    }
  }

  /** By the provider without keys, by a drill, and by a recovery that goes on writing. */
  private void assertRecoverable(SortedMap<String, Bytes> written) throws Exception {
    assertEquals(List.of(), bench.verify(userId).problems());
    bench.drill(path("drill-2"), username);
    assertEquals(written, OwnerBench.contents(path("drill-2")));
    bench.recover(path("last"), username);
    assertEquals(written, OwnerBench.contents(path("last")));
    try (Keyserver keyserver = Keyserver.open(path("last"))) {
      OwnerBench.write(keyserver, 2000, 5);
    }
    bench.compact(userId);
    assertEquals(List.of(), bench.verify(userId).problems());
  }

  private void assertFenced(String home) throws Exception {
    try (Keyserver keyserver = Keyserver.open(path(home))) {
      keyserver.transact(OwnerBench.transaction(1));
      assertThrows(FencedException.class, () -> keyserver.drain(OwnerBench.PATIENCE));
    }
  }

  private void deleteLog() throws Exception {
    try (Admin admin = Admin.create(bench.provider().kafkaClientProperties())) {
      admin.deleteTopics(List.of(Topics.log(bench.provider().cell(), userId.value()))).all().get();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  private Path path(String name) {
    return directory.resolve(name);
  }
}
