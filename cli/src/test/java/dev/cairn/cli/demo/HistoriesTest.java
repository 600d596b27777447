package dev.cairn.cli.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.cli.output.CommandFailedException;
import dev.cairn.keyserver.Delete;
import dev.cairn.keyserver.Put;
import dev.cairn.keyserver.Transaction;
import dev.cairn.keyserver.object.ObjectName;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HistoriesTest {
  @TempDir private Path directory;
  private Path repository = Path.of("");

  private void git(String... arguments) throws Exception {
    String[] command = new String[arguments.length + 1];
    command[0] = "git";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(repository.toFile()).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
    builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
  }

  private void commit(String message) throws Exception {
    git("add", "-A");
    git(
        "-c",
        "user.name=n",
        "-c",
        "user.email=e@example",
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        message);
  }

  private void write(String name, byte[] content) throws IOException {
    Path file = repository.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Map<ObjectName, byte[]> fold(History history) throws IOException {
    Map<ObjectName, byte[]> state = new TreeMap<>();
    long transactions = 0;
    try (History.Reading reading = history.open()) {
      for (Optional<Transaction> next = reading.next(); next.isPresent(); next = reading.next()) {
        transactions++;
        next.get()
            .changes()
            .forEach(change -> {
              switch (change) {
                case Put put -> state.put(put.name(), put.value().content().toByteArray());
                case Delete delete -> state.remove(delete.name());
              }
            });
      }
    }
    assertEquals(history.size(), transactions);
    return state;
  }

  @Test
  void aRepositorysHistoryComesToItsFiles() throws Exception {
    repository = Files.createDirectory(directory.resolve("repository"));
    git("init", "-q", "-b", "main");
    byte[] binary = new byte[70_000];
    for (int i = 0; i < binary.length; i++) {
      binary[i] = (byte) (i * 31);
    }
    write("a", utf8("1\n"));
    write("empty", new byte[0]);
    write("dir/binary", binary);
    commit("root");
    commit("nothing");
    write("a", utf8("2\n"));
    write("é", utf8("composed"));
    write("e\u0301", utf8("decomposed"));
    write("with\nbreak\tand \"quotes\"", utf8("x"));
    Files.createSymbolicLink(repository.resolve("link"), Path.of("a"));
    commit("names");
    git("checkout", "-q", "-b", "side");
    write("side", utf8("side"));
    commit("side");
    git("checkout", "-q", "main");
    Files.delete(repository.resolve("empty"));
    Files.delete(repository.resolve("dir/binary"));
    Files.delete(repository.resolve("dir"));
    write("dir", utf8("a file now"));
    commit("a directory becomes a file");
    git(
        "-c",
        "user.name=n",
        "-c",
        "user.email=e@example",
        "merge",
        "-q",
        "--no-ff",
        "-m",
        "m",
        "side");

    GitHistory history = GitHistory.of(repository, directory);
    assertEquals(5, history.size(), "commits along the first parents");
    Map<ObjectName, byte[]> state = fold(history);
    Map<String, byte[]> expected =
        Map.of(
            "a", utf8("2\n"),
            "é", utf8("composed"),
            "e\u0301", utf8("decomposed"),
            "with\nbreak\tand \"quotes\"", utf8("x"),
            "link", utf8("a"),
            "side", utf8("side"),
            "dir", utf8("a file now"));
    assertEquals(expected.size(), state.size(), state.keySet().toString());
    expected.forEach((name, content) ->
        assertArrayEquals(content, state.get(new ObjectName("files", name)), name));
  }

  @Test
  void whatIsNoRepositoryIsSaid() {
    assertThrows(
        GitCommand.GitFailedException.class,
        () -> GitHistory.of(directory.resolve("nowhere"), directory));
  }

  @Test
  void aRepositoryWithoutACommitIsSaid() throws Exception {
    repository = Files.createDirectory(directory.resolve("unborn"));
    git("init", "-q");
    assertThrows(GitCommand.GitFailedException.class, () -> GitHistory.of(repository, directory));
  }

  @Test
  void theShippedHistoryIsWhole() throws IOException {
    JsonHistory history = JsonHistory.of(DemoCommand::shipped, "shipped");
    assertTrue(history.size() > 100);
    assertTrue(fold(history).size() > 50);
  }

  @Test
  void aBadLineOfAFileIsNamed() {
    CommandFailedException e =
        assertThrows(
            CommandFailedException.class,
            () ->
                JsonHistory.of(
                    () -> new ByteArrayInputStream(utf8("{\"ops\":[]}\nnonsense\n")), "f"));
    assertEquals(2, e.failure().exitCode());
    assertTrue(e.failure().what().contains("Line 2 of f"), e.failure().what());
  }
}
