package dev.cairn.keyserver.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.UserId;
import dev.cairn.keyserver.commitfile.CommitFiles;
import dev.cairn.keyserver.commitfile.DiskCommitStorage;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.home.Home;
import dev.cairn.keyserver.recover.FakeProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrationTest {
  @TempDir Path directory;

  private final FakeProvider provider = new FakeProvider();

  @Test
  void makesAHomeWhoseGenesisIsBackedUpAlready() throws IOException {
    Path path = directory.resolve("home");
    UserId userId = Registrations.register(provider, path);
    try (Home home = Home.open(path);
        CommitFiles files = CommitFiles.open(DiskCommitStorage.in(home.commitDirectory()))) {
      assertEquals(userId, home.identity().userId());
      assertEquals(1, home.identity().epoch());
      assertFalse(home.identity().readOnly());
      assertEquals(0, files.firstIndex());
      assertEquals(1, files.nextIndex());
      home.readBackupKey().close();
    }
    assertEquals(List.of("home"), names());
  }

  @Test
  void leavesNothingWhenTheServiceIsAway() throws IOException {
    provider.goAway();
    assertThrows(
        UnavailableException.class,
        () -> Registrations.register(provider, directory.resolve("home")));
    assertEquals(List.of(), names());
  }

  @Test
  void leavesNothingWhenTheGenesisIsNotAcknowledgedAndSaysWhatToDo() throws IOException {
    provider.loseAcknowledgements();
    UnavailableException e =
        assertThrows(
            UnavailableException.class,
            () -> Registrations.register(provider, directory.resolve("home")));
    assertTrue(e.getMessage().contains("recover"), e.getMessage());
    assertEquals(List.of(), names());
  }

  @Test
  void refusesATakenName() throws IOException {
    provider.takeName();
    MalformedInputException e =
        assertThrows(
            MalformedInputException.class,
            () -> Registrations.register(provider, directory.resolve("home")));
    assertTrue(e.getMessage().contains("taken"), e.getMessage());
    assertEquals(List.of(), names());
  }

  @ParameterizedTest
  @ValueSource(strings = {"password", "Passw0rd!", "12345678", "ada.lovelace", "", "short"})
  void refusesAWeakPasswordBeforeAnythingIsSent(String weak) throws IOException {
    assertThrows(
        MalformedInputException.class,
        () ->
            Registrations.register(
                provider, directory.resolve("home"), Registrations.USERNAME, weak));
    assertEquals(0, provider.requests());
    assertEquals(List.of(), names());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ab", "Ada", "a b c", "ada@lovelace", "ada/../x", "ädä"})
  void refusesAMalformedName(String name) throws IOException {
    assertThrows(
        MalformedInputException.class,
        () ->
            Registrations.register(
                provider, directory.resolve("home"), name, Registrations.PASSWORD));
    assertEquals(0, provider.requests());
    assertEquals(List.of(), names());
  }

  @Test
  void refusesAPlaceThatIsNotEmpty() throws IOException {
    Path home = Files.createDirectory(directory.resolve("home"));
    Files.writeString(home.resolve("letter"), "dear");
    assertThrows(MalformedInputException.class, () -> Registrations.register(provider, home));
    assertEquals(0, provider.requests());
    assertEquals("dear", Files.readString(home.resolve("letter")));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> children = Files.list(directory)) {
      return children.map(child -> child.getFileName().toString()).sorted().toList();
    }
  }
}
