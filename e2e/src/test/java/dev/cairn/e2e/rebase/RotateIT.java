package dev.cairn.e2e.rebase;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.UserId;
import dev.cairn.keyserver.Keyserver;
import dev.cairn.keyserver.KeyserverOptions;
import dev.cairn.keyserver.error.FencedException;
import dev.cairn.keyserver.rebase.RebaseListener;
import dev.cairn.keyserver.rebase.RebaseReport;
import dev.cairn.keyserver.recover.RecoveryReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RotateIT {
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
  void goesOverUnderLoadAndTheOldKeyOpensNothingNew() throws Exception {
    SortedMap<String, Bytes> written;
    try (Keyserver keyserver = Keyserver.open(path("old"));
        SecretBytes password = OwnerBench.password()) {
      OwnerBench.write(keyserver, 0, 120);
      bench.compact(userId);
      AtomicBoolean enough = new AtomicBoolean();
      ExecutorService executor = Executors.newSingleThreadExecutor();
      try {
        Future<Integer> load =
            executor.submit(() -> {
              int i = 120;
              while (!enough.get()) {
                keyserver.transact(OwnerBench.transaction(i++)).durable().join();
              }
              return i;
            });
        Optional<RebaseReport> report =
            keyserver.rotate(password, OwnerBench.PATIENCE, RebaseListener.NONE);
        assertEquals(2, report.orElseThrow().keyVersion());
        enough.set(true);
        assertTrue(load.get() > 120);
      } finally {
        executor.shutdownNow();
      }
      keyserver.drain(OwnerBench.PATIENCE);
      assertEquals(2, keyserver.localStatus().keyVersion());
      written = OwnerBench.contents(keyserver);
    }
    assertFalse(Files.exists(path("old").resolve("backup-key-1")), "the old key stays");
    assertTrue(Files.exists(path("old").resolve("backup-key-2")));
    assertEquals(written, OwnerBench.contents(path("old")));
    assertEquals(List.of(), bench.verify(userId).problems());

    RecoveryReport recovered = bench.recover(path("new"), username);
    assertEquals(2, recovered.end().keyVersion());
    assertEquals(written, OwnerBench.contents(path("new")));
    assertFalse(Files.exists(path("new").resolve("backup-key-1")));
    try (Keyserver keyserver = Keyserver.open(path("new"));
        SecretBytes password = OwnerBench.password()) {
      OwnerBench.write(keyserver, 3000, 10);
      // And once more, by another home than the one that rotated before.
      keyserver.rotate(password, OwnerBench.PATIENCE, RebaseListener.NONE);
      assertEquals(3, keyserver.localStatus().keyVersion());
      OwnerBench.write(keyserver, 3010, 10);
      written = OwnerBench.contents(keyserver);
    }
    bench.compact(userId);
    assertEquals(List.of(), bench.verify(userId).problems());
    bench.drill(path("drill"), username);
    assertEquals(written, OwnerBench.contents(path("drill")));
  }

  @Test
  void aHandedOverHomeStrandsNothing() throws Exception {
    SortedMap<String, Bytes> written;
    try (Keyserver keyserver = Keyserver.open(path("old"))) {
      for (int i = 0; i < 50; i++) {
        keyserver.transact(OwnerBench.transaction(i));
      }
      keyserver.handOver(OwnerBench.PATIENCE);
      written = OwnerBench.contents(keyserver);
      assertThrows(FencedException.class, () -> keyserver.transact(OwnerBench.transaction(100)));
    }
    try (Keyserver keyserver = Keyserver.open(path("old"))) {
      assertThrows(FencedException.class, () -> keyserver.transact(OwnerBench.transaction(100)));
      assertTrue(keyserver.localStatus().fenced());
      assertEquals(0, keyserver.localStatus().outboxTransactions());
      keyserver.handOver(OwnerBench.PATIENCE); // twice is as good as once
    }
    bench.recover(path("new"), username);
    try (Keyserver keyserver = Keyserver.open(path("new"), KeyserverOptions.defaults())) {
      assertEquals(written, OwnerBench.contents(keyserver));
      OwnerBench.write(keyserver, 100, 5);
    }
  }

  private Path path(String name) {
    return directory.resolve(name);
  }
}
