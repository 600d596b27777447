package dev.cairn.keyserver.home;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.BackupKey;
import dev.cairn.crypto.BackupKeyAccess;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.error.UnavailableException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HomeTest {
  private static final HomeIdentity IDENTITY =
      new HomeIdentity(
          new UserId("abcdefghijklmnopqrstuvwxyz"),
          "ada",
          "example.org",
          URI.create("https://example.org:8443"),
          Optional.of("-----BEGIN CERTIFICATE-----\nAA==\n"),
          1,
          3,
          false);

  @TempDir Path directory;

  private Path make(String name) {
    Path target = directory.resolve(name);
    try (HomeBuilder builder = HomeBuilder.begin(target);
        BackupKey key = BackupKey.generate(new SecureRandom())) {
      builder.writeIdentity(IDENTITY);
      builder.writeBackupKey(1, key);
      builder.complete();
    }
    return target;
  }

  private long entries() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.count();
    }
  }

  @Test
  void appearsWholeAndIsLocked() throws IOException {
    Path target = make("home");
    assertEquals(IDENTITY, Home.readIdentity(target));
    assertFalse(Home.isOpenElsewhere(target));
    try (Home home = Home.open(target)) {
      assertEquals(IDENTITY, home.identity());
      home.readBackupKey().close();
      assertTrue(Home.isOpenElsewhere(target));
      assertThrows(UnavailableException.class, () -> Home.open(target));
      HomeIdentity later =
          new HomeIdentity(
              IDENTITY.userId(),
              "ada",
              "example.org",
              URI.create("http://h:1"),
              Optional.empty(),
              1,
              4,
              true);
      home.replaceIdentity(later);
      assertEquals(later, Home.readIdentity(target));
    }
    assertFalse(Home.isOpenElsewhere(target));
    assertEquals(1, entries());
    assertEquals(
        PosixFilePermissions.fromString("rw-------"),
        Files.getPosixFilePermissions(target.resolve("backup-key-1")));
    assertEquals(
        PosixFilePermissions.fromString("rwx------"), Files.getPosixFilePermissions(target));
  }

  @Test
  void givesTheKeyBackThatItWasGiven() {
    Path target = directory.resolve("home");
    byte[] material = new byte[BackupKey.SIZE];
    new SecureRandom().nextBytes(material);
    try (HomeBuilder builder = HomeBuilder.begin(target);
        BackupKey key = BackupKey.takeCopyOf(material)) {
      builder.writeIdentity(IDENTITY);
      builder.writeBackupKey(1, key);
      builder.complete();
    }
    try (Home home = Home.open(target);
        BackupKey key = home.readBackupKey()) {
      assertEquals(Bytes.copyOf(material), Bytes.wrap(BackupKeyAccess.copyMaterial(key)));
    }
  }

  @Test
  void aFailedMakingLeavesNothing() throws IOException {
    try (HomeBuilder builder = HomeBuilder.begin(directory.resolve("home"))) {
      builder.writeIdentity(IDENTITY);
      Files.writeString(builder.commitDirectory().resolve("x"), "x", StandardCharsets.UTF_8);
    }
    assertEquals(0, entries());
    try (HomeBuilder builder = HomeBuilder.begin(directory.resolve("home"))) {
      builder.writeIdentity(IDENTITY);
      assertThrows(IntegrityException.class, builder::complete); // no key
    }
    assertEquals(0, entries());
  }

  @Test
  void aSuspendedMakingIsResumedOrBegunAfresh() throws IOException {
    Path target = directory.resolve("home");
    try (HomeBuilder builder = HomeBuilder.begin(target)) {
      Files.writeString(builder.directory().resolve("part"), "x", StandardCharsets.UTF_8);
      assertThrows(UnavailableException.class, () -> HomeBuilder.begin(target));
      builder.suspend();
    }
    try (HomeBuilder builder = HomeBuilder.resume(target)) {
      assertTrue(Files.exists(builder.directory().resolve("part")));
      builder.suspend();
    }
    try (HomeBuilder builder = HomeBuilder.begin(target)) {
      assertFalse(Files.exists(builder.directory().resolve("part")));
    }
    assertEquals(0, entries());
  }

  @Test
  void takesOnlyAPlaceWhereNothingIs() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "x", StandardCharsets.UTF_8);
    assertThrows(MalformedInputException.class, () -> HomeBuilder.begin(file));
    Path full = Files.createDirectory(directory.resolve("full"));
    Files.writeString(full.resolve("x"), "x", StandardCharsets.UTF_8);
    assertThrows(MalformedInputException.class, () -> HomeBuilder.begin(full));
    Files.createDirectory(directory.resolve("empty"));
    assertEquals(IDENTITY, Home.readIdentity(make("empty")));
    assertThrows(
        MalformedInputException.class, () -> HomeBuilder.begin(directory.resolve("empty")));
    assertThrows(MalformedInputException.class, () -> Home.open(full));
    assertFalse(Files.exists(full.resolve("lock")), "nothing is created in what is no home");
    assertThrows(MalformedInputException.class, () -> Home.open(directory.resolve("none")));
  }

  @Test
  void anIdentityThatIsNotOneIsRefused() throws IOException {
    Path target = make("home");
    String whole = Files.readString(target.resolve("identity.json"), StandardCharsets.UTF_8);
    String[] broken = {
      "",
      "{}",
      "[]",
      "{",
      whole.replace("\"epoch\" : 3", "\"epoch\" : 0"),
      whole.replace("\"formatVersion\" : 1", "\"formatVersion\" : 2"),
      whole.replace("\"username\"", "\"name\""),
      whole.replace("abcdef", "ABCDEF"),
      whole.replace("\"readOnly\" : false", "\"readOnly\" : 0"),
    };
    for (String text : broken) {
      Files.writeString(target.resolve("identity.json"), text, StandardCharsets.UTF_8);
      assertThrows(MalformedInputException.class, () -> Home.open(target), text);
    }
    Files.writeString(target.resolve("identity.json"), whole, StandardCharsets.UTF_8);
    Files.write(target.resolve("backup-key-1"), new byte[31]);
    try (Home home = Home.open(target)) {
      assertThrows(IntegrityException.class, home::readBackupKey);
      Files.delete(target.resolve("backup-key-1"));
      assertThrows(IntegrityException.class, home::readBackupKey);
    }
  }
}
