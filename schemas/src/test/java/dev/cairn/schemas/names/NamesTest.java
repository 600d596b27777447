package dev.cairn.schemas.names;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NamesTest {
  private static final String USER = "abcdefghijklmnopqrstuvwx27";
  private static final String HEX = "0123456789abcdef".repeat(4);
  private static final SnapshotDirectory DIRECTORY = SnapshotDirectory.of(3, 77, HEX);

  @Test
  void logTopicsAreReadBack() {
    String topic = Topics.log("c0", USER);
    assertEquals("cairn.log.c0." + USER, topic);
    assertEquals(Optional.of(new Topics.LogName("c0", USER)), Topics.parseLog(topic));
    assertTrue(Topics.logPattern("c0").matcher(topic).matches());
    assertFalse(Topics.logPattern("c").matcher(topic).matches());
    assertFalse(Topics.logPattern("c0").matcher("x" + topic).matches());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "..",
        "a/b",
        "a.b",
        "A",
        "a b",
        "ä",
        "a\n",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      })
  void otherCellsAreRefused(String cell) {
    assertThrows(IllegalArgumentException.class, () -> Topics.log(cell, USER));
    assertThrows(IllegalArgumentException.class, () -> Topics.logPattern(cell));
    assertThrows(IllegalArgumentException.class, () -> Topics.jobs(cell));
    assertThrows(IllegalArgumentException.class, () -> Topics.snapshots(cell));
    assertThrows(IllegalArgumentException.class, () -> Topics.trackerApplication(cell));
    assertTrue(Topics.parseLog("cairn.log." + cell + "." + USER).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "..",
        "../../../../etc/passwd////",
        "ABCDEFGHIJKLMNOPQRSTUVWX27",
        "abcdefghijklmnopqrstuvwx2",
        "abcdefghijklmnopqrstuvwx277",
        "abcdefghijklmnopqrstuvwx21",
        "abcdefghijklmnopqrstuvwx2/",
        "abcdefghijklmnopqrstuvwx27\n"
      })
  void otherUsersAreRefused(String user) {
    assertThrows(IllegalArgumentException.class, () -> Topics.log("c0", user));
    assertThrows(IllegalArgumentException.class, () -> ObjectKeys.user(user));
    assertThrows(IllegalArgumentException.class, () -> ObjectKeys.account(user));
    assertThrows(
        IllegalArgumentException.class,
        () -> ObjectKeys.snapshotFile(user, 1, DIRECTORY, ObjectKeys.MANIFEST));
    assertTrue(Topics.parseLog("cairn.log.c0." + user).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "../manifest.avro",
        "manifest.avro/..",
        "manifest.avro\u0000",
        "manifest.avro\n",
        "Manifest.avro",
        "segment-0-0123456789abcdef.avro",
        "segment-00000-0123456789ABCDEF.avro",
        "segment-00000-0123456789abcdef.avro.tmp",
        "%2e%2e%2fmanifest.avro"
      })
  void otherFilesAreRefused(String file) {
    assertFalse(ObjectKeys.isSnapshotFile(file));
    assertThrows(
        IllegalArgumentException.class, () -> ObjectKeys.snapshotFile(USER, 1, DIRECTORY, file));
    assertTrue(
        ObjectKeys.parseSnapshotFile(ObjectKeys.snapshot(USER, 1, DIRECTORY) + file).isEmpty());
  }

  @Test
  void keysAreReadBack() {
    for (String file :
        List.of(
            ObjectKeys.MANIFEST,
            ObjectKeys.segmentFile(0, HEX),
            ObjectKeys.indexFile(99_999, HEX))) {
      String key = ObjectKeys.snapshotFile(USER, 12, DIRECTORY, file);
      assertEquals(
          Optional.of(new ObjectKeys.SnapshotFileKey(USER, 12, DIRECTORY, file)),
          ObjectKeys.parseSnapshotFile(key));
    }
    assertEquals(
        "users/"
            + USER
            + "/12/snapshots/00000000000000000003-00000000000000000077-0123456789abcdef/manifest.avro",
        ObjectKeys.snapshotFile(USER, 12, DIRECTORY, ObjectKeys.MANIFEST));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "00", "01", "-1", "2147483648", "9999999999", "x"})
  void otherKeyVersionsAreRefused(String version) {
    assertTrue(
        ObjectKeys.parseSnapshotFile(
                "users/"
                    + USER
                    + "/"
                    + version
                    + "/snapshots/"
                    + DIRECTORY.name()
                    + "/manifest.avro")
            .isEmpty());
    assertThrows(IllegalArgumentException.class, () -> ObjectKeys.snapshots(USER, 0));
  }

  @Test
  void directoriesAreOrderedByEpochThenIndex() {
    List<SnapshotDirectory> ascending =
        List.of(
            SnapshotDirectory.of(1, 900, HEX),
            SnapshotDirectory.of(2, 3, HEX),
            SnapshotDirectory.of(2, 20, HEX),
            SnapshotDirectory.of(10, 0, HEX));
    assertEquals(ascending, Stream.of(3, 1, 0, 2).map(ascending::get).sorted().toList());
    // Listing them as text gives the same order.
    List<String> names = ascending.stream().map(SnapshotDirectory::name).toList();
    assertEquals(names, names.stream().sorted().toList());
    for (SnapshotDirectory directory : ascending) {
      assertEquals(Optional.of(directory), SnapshotDirectory.parse(directory.name()));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "..",
        "99999999999999999999-00000000000000000000-0123456789abcdef",
        "00000000000000000003-00000000000000000077-0123456789abcdeg",
        "0000000000000000003-00000000000000000077-0123456789abcdef",
        "00000000000000000003-00000000000000000077-0123456789abcdef/",
        "+0000000000000000003-00000000000000000077-0123456789abcdef"
      })
  void otherDirectoriesAreRefused(String name) {
    assertTrue(SnapshotDirectory.parse(name).isEmpty());
  }
}
