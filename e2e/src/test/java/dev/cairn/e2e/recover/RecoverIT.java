package dev.cairn.e2e.recover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.cli.local.LocalStack;
import dev.cairn.compactor.CompactionRequests;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.UserId;
import dev.cairn.keyserver.Delete;
import dev.cairn.keyserver.Keyserver;
import dev.cairn.keyserver.KeyserverOptions;
import dev.cairn.keyserver.Put;
import dev.cairn.keyserver.Transaction;
import dev.cairn.keyserver.error.CairnException;
import dev.cairn.keyserver.error.FencedException;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.error.LockedOutException;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.error.WrongSecretException;
import dev.cairn.keyserver.object.ObjectName;
import dev.cairn.keyserver.object.Value;
import dev.cairn.keyserver.recover.ProgressListener;
import dev.cairn.keyserver.recover.RecoverOptions;
import dev.cairn.keyserver.recover.Recovery;
import dev.cairn.keyserver.recover.RecoveryPlan;
import dev.cairn.keyserver.recover.RecoveryReport;
import dev.cairn.keyserver.service.OwnerConfig;
import dev.cairn.keyserver.setup.Registration;
import dev.cairn.provider.config.ProviderConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class RecoverIT {
  private static final String PASSWORD = "correct horse battery staple walnut";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir static Path data;
  private static LocalStack stack;
  private static OwnerConfig config;
  private static int users;

  @TempDir Path directory;
  private String username;

  @BeforeAll
  static void start() throws Exception {
    stack = LocalStack.start(data.resolve("stack"));
    config = OwnerConfig.read(stack.ownerProperties());
  }

  @AfterAll
  static void stop() throws Exception {
    stack.close();
  }

  @BeforeEach
  void name(TestInfo test) {
    username = "user-" + users++;
  }

  @Test
  void recoversFromTheLogAndShutsTheOldOneOut() throws Exception {
    UserId userId = init("old");
    SortedMap<String, Bytes> written;
    try (Keyserver old = Keyserver.open(path("old"))) {
      write(old, 0, 50);
      written = contents(old);
      RecoveryReport report = recover("new");
      assertEquals(userId, report.userId());
      assertEquals(2, report.end().epoch());
      assertEquals(written.size(), report.objects());
      // The old one's next transactions never become backed up.
      old.transact(
          Transaction.of(new Put(new ObjectName("c", "late"), Value.bytes(Bytes.utf8("late")))));
      FencedException fenced =
          assertThrows(FencedException.class, () -> old.drain(Duration.ofSeconds(60)));
      assertEquals(7, fenced.exitCode());
    }
    try (Keyserver recovered = Keyserver.open(path("new"))) {
      assertEquals(written, contents(recovered));
      write(recovered, 50, 20);
      written = contents(recovered);
    }
    RecoveryReport again = recover("newer");
    assertEquals(3, again.end().epoch());
    try (Keyserver recovered = Keyserver.open(path("newer"))) {
      assertEquals(written, contents(recovered));
    }
  }

  @Test
  void recoversFromASnapshotAndATruncatedLog() throws Exception {
    UserId userId = init("old");
    SortedMap<String, Bytes> written;
    try (Keyserver old = Keyserver.open(path("old"))) {
      write(old, 0, 40);
      compact(userId);
      write(old, 40, 40);
      compact(userId);
      write(old, 80, 7);
      written = contents(old);
    }
    RecoveryPlan plan;
    try (SecretBytes password = password(PASSWORD)) {
      plan = Recovery.plan(options("new"), password, ProgressListener.NONE);
    }
    assertTrue(plan.snapshot().isPresent());
    assertTrue(plan.logStart() > 0, "the log was not truncated");
    assertFalse(Files.exists(path("new")));
    RecoveryReport report = recover("new");
    assertEquals(Optional.of(plan.snapshot().get().name()), report.snapshot());
    assertEquals(List.of(), report.warnings());
    try (Keyserver recovered = Keyserver.open(path("new"))) {
      assertEquals(written, contents(recovered));
      write(recovered, 90, 5);
    }
  }

  @Test
  void aDrillLeavesTheOldOneWritingAndRefusesWrites() throws Exception {
    init("old");
    try (Keyserver old = Keyserver.open(path("old"))) {
      write(old, 0, 10);
      SortedMap<String, Bytes> written = contents(old);
      try (SecretBytes password = password(PASSWORD)) {
        RecoveryReport report =
            Recovery.recover(options("drill").withReadOnly(true), password, ProgressListener.NONE);
        assertEquals(1, report.end().epoch());
      }
      try (Keyserver drill = Keyserver.open(path("drill"), KeyserverOptions.reading())) {
        assertEquals(written, contents(drill));
        assertThrows(
            CairnException.class,
            () ->
                drill.transact(
                    Transaction.of(new Put(new ObjectName("c", "x"), Value.bytes(Bytes.EMPTY)))));
      }
      write(old, 10, 5);
    }
  }

  @Test
  void wrongSecretsLeaveNothingAndLockOut() throws Exception {
    init("old");
    for (int i = 0; i < 10; i++) {
      try (SecretBytes wrong = password("wrong horse battery staple walnut")) {
        assertThrows(
            WrongSecretException.class,
            () -> Recovery.recover(options("new"), wrong, ProgressListener.NONE));
      }
    }
    try (SecretBytes right = password(PASSWORD)) {
      assertThrows(
          LockedOutException.class,
          () -> Recovery.recover(options("new"), right, ProgressListener.NONE));
    }
    try (Stream<Path> children = Files.list(directory)) {
      assertEquals(List.of(path("old")), children.toList());
    }
    // The running keyserver is not locked out by a stranger's guessing.
    try (Keyserver old = Keyserver.open(path("old"))) {
      write(old, 0, 3);
    }
  }

  @Test
  void aSecondInitOfAUsedNameIsRefused() throws Exception {
    init("old");
    MalformedInputException e = assertThrows(MalformedInputException.class, () -> init("other"));
    assertTrue(e.getMessage().contains("taken"), e.getMessage());
    assertFalse(Files.exists(path("other")));
  }

  @Test
  void aFlippedByteInStorageFallsBackAndThenFails() throws Exception {
    UserId userId = init("old");
    SortedMap<String, Bytes> written;
    try (Keyserver old = Keyserver.open(path("old"))) {
      write(old, 0, 40);
      compact(userId);
      write(old, 40, 20);
      compact(userId);
      write(old, 60, 5);
      written = contents(old);
    }
    List<Path> segments;
    try (Stream<Path> files = Files.walk(data.resolve("stack"))) {
      segments =
          files
              .filter(file -> file.toString().contains(userId.value()))
              .filter(file -> file.getFileName().toString().startsWith("segment-"))
              .sorted()
              .toList();
    }
    assertTrue(segments.size() >= 2, segments.toString());
    flip(segments.get(segments.size() - 1));
    try (SecretBytes password = password(PASSWORD)) {
      RecoveryReport report =
          Recovery.recover(options("drill").withReadOnly(true), password, ProgressListener.NONE);
      assertTrue(
          report.warnings().stream().anyMatch(warning -> warning.contains("segment-")),
          report.warnings().toString());
      assertEquals(written.size(), report.objects());
    }
    flip(segments.get(segments.size() - 2));
    IntegrityException e = assertThrows(IntegrityException.class, () -> recover("new"));
    assertTrue(e.getMessage().contains("segment-"), e.getMessage());
    assertFalse(Files.exists(path("new")));
  }

  // --- helpers -------------------------------------------------------------------------------

  private UserId init(String home) {
    try (SecretBytes password = password(PASSWORD)) {
      return Registration.init(path(home), config, username, password);
    }
  }

  private RecoverOptions options(String home) {
    return RecoverOptions.of(path(home), config, username);
  }

  private RecoveryReport recover(String home) {
    try (SecretBytes password = password(PASSWORD)) {
      return Recovery.recover(options(home), password, ProgressListener.NONE);
    }
  }

  private void compact(UserId userId) throws Exception {
    CompactionRequests.request(
        ProviderConfig.load(stack.providerProperties()),
        userId,
        Optional.of(Duration.ofMinutes(1)));
  }

  private static void flip(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }

  private static void write(Keyserver keyserver, int from, int count) throws InterruptedException {
    for (int i = from; i < from + count; i++) {
      keyserver.transact(
          i % 5 == 4
              ? Transaction.of(new Delete(new ObjectName("c", "" + (i - 1))))
              : Transaction.of(
                  new Put(
                      new ObjectName("c", "" + i),
                      Value.bytes(Bytes.utf8("value " + i + "x".repeat(i * 20)))),
                  new Put(new ObjectName("j", "é" + i), Value.json("{\"n\": " + i + " }"))));
    }
    keyserver.drain(PATIENCE);
  }

  private static SortedMap<String, Bytes> contents(Keyserver keyserver) {
    SortedMap<String, Bytes> contents = new TreeMap<>();
    keyserver.export(object ->
        contents.put(
            object.name().collection() + "/" + object.name().id(), object.value().content()));
    return contents;
  }

  private Path path(String name) {
    return directory.resolve(name);
  }

  private static SecretBytes password(String text) {
    return SecretBytes.takeOwnershipOf(Bytes.utf8(text).toByteArray());
  }
}
