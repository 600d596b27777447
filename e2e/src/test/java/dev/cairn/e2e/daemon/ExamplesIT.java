package dev.cairn.e2e.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.cli.local.LocalStack;
import dev.cairn.e2e.support.Tools;
import dev.cairn.examples.notes.NotesServer;
import dev.cairn.keyserver.service.OwnerConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples do what they say. */
final class ExamplesIT {
  private static final Path EXAMPLES = Path.of("..", "examples").toAbsolutePath().normalize();
  private static final String TEXT = "milk, \"bread\" \\ and\teggs\n– für Zoë";

  @TempDir static Path directory;
  private static LocalStack stack;
  private static OwnerConfig config;

  @BeforeAll
  static void start() throws Exception {
    stack = LocalStack.start(directory.resolve("stack"));
    config = OwnerConfig.read(stack.ownerProperties());
  }

  @AfterAll
  static void stop() throws Exception {
    stack.close();
  }

  private record Ran(int exit, String out, String err) {
    Ran expect(int expected) {
      assertEquals(expected, exit, () -> out + err);
      return this;
    }
  }

  private static Ran run(String input, List<String> command) throws Exception {
    Path out = Files.createTempFile(directory, "out", "");
    Path err = Files.createTempFile(directory, "err", "");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("PYTHONUTF8", "1");
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    try (var stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    }
    assertTrue(process.waitFor(3, TimeUnit.MINUTES), () -> "still running: " + command);
    return new Ran(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  /** One of the three programs over HTTP. */
  private record Program(String name, List<String> command) {
    Ran run(Path home, String... arguments) throws Exception {
      return runWith("", home, arguments);
    }

    Ran runWith(String input, Path home, String... arguments) throws Exception {
      List<String> all = new ArrayList<>(command);
      all.add(home.toString());
      all.addAll(List.of(arguments));
      return ExamplesIT.run(input, all);
    }
  }

  private static Program program(String interpreter, String script) {
    return new Program(
        script,
        List.of(
            Tools.program(interpreter).toString(),
            EXAMPLES.resolve("http").resolve(script).toString()));
  }

  private static void addsReadsListsRemovesAndWatches(Program program, boolean rawJson)
      throws Exception {
    String name = program.name().replaceAll("[^a-z]", "-");
    Path home = Owner.register(directory.resolve(name), config, name);
    try (DaemonProcess daemon = DaemonProcess.start(home, directory.resolve("logs"))) {
      program.run(home, "add", "a b/+é&=", TEXT).expect(0);
      Ran read = program.run(home, "get", "a b/+é&=").expect(0);
      String expected =
          rawJson ? "{\"text\":\"milk, \\\"bread\\\" \\\\ and\\teggs\\n– für Zoë\"}" : TEXT;
      assertEquals(expected + "\n", read.out());
      String lines =
          rawJson
              ? Owner.put("notes", "1", "{\"text\":\"one\"}")
                  + "\n"
                  + Owner.put("notes", "2", "{\"text\":\"two\"}")
                  + "\n"
              : "1 one\n2 two\n";
      assertTrue(program.runWith(lines, home, "import").expect(0).out().contains("2"));
      program.run(home, "remove", "1").expect(0);
      List<String> listed = program.run(home, "list").expect(0).out().lines().toList();
      assertEquals(2, listed.size(), listed.toString());
      assertTrue(listed.get(0).contains("2"), listed.toString());
      assertTrue(listed.get(1).contains("a b/+é&="), listed.toString());
      assertTrue(program.run(home, "watch", "1").expect(0).out().contains("4"));
      Ran absent = program.run(home, "get", "1");
      assertTrue(absent.exit() != 0 && absent.err().contains("no object"), absent.toString());
      daemon.terminate().expect(0);
    }
    // The notes are where the examples say that they are.
    List<String> recovered = Owner.recovered(directory.resolve(name + "-2"), config, name);
    assertEquals(2, recovered.size(), recovered.toString());
    assertTrue(recovered.get(0).contains("\"value\":{\"text\":"), recovered.toString());
  }

  @Test
  void python() throws Exception {
    addsReadsListsRemovesAndWatches(program("python3", "notes.py"), /* rawJson= */ false);
  }

  @Test
  void node() throws Exception {
    addsReadsListsRemovesAndWatches(program("node", "notes.mjs"), /* rawJson= */ false);
  }

  @Test
  void shell() throws Exception {
    Tools.program("curl");
    addsReadsListsRemovesAndWatches(program("sh", "notes.sh"), /* rawJson= */ true);
  }

  @Test
  void aProgramThatEmbedsTheKeyserver() throws Exception {
    Path home = Owner.register(directory.resolve("embedded"), config, "embedded");
    try (NotesServer server = NotesServer.start(home, 0);
        HttpClient http = HttpClient.newHttpClient()) {
      String url = "http://127.0.0.1:" + server.port();
      HttpResponse<String> put =
          http.send(
              HttpRequest.newBuilder(URI.create(url + "/notes/shopping"))
                  .header("Prefer", "backed-up")
                  .PUT(BodyPublishers.ofString(TEXT))
                  .build(),
              BodyHandlers.ofString());
      assertEquals("{\"sequence\":1,\"backedUp\":true}", put.body());
      assertEquals(
          "\"milk, \\\"bread\\\" \\\\ and\\teggs\\n– für Zoë\"",
          get(http, url + "/notes/shopping"));
      assertEquals("[\"shopping\"]", get(http, url + "/notes"));
      assertEquals("{\"waiting\":0,\"fenced\":false}", get(http, url + "/backup"));
      assertEquals("null", get(http, url + "/notes/none"));
    }
    assertEquals(2, Owner.recovered(directory.resolve("embedded-2"), config, "embedded").size());
    try (NotesServer server = NotesServer.start(home, 0);
        HttpClient http = HttpClient.newHttpClient()) {
      String url = "http://127.0.0.1:" + server.port();
      http.send(
          HttpRequest.newBuilder(URI.create(url + "/notes/shopping")).DELETE().build(),
          BodyHandlers.discarding());
      assertEquals("[]", get(http, url + "/notes"));
    }
  }

  private static String get(HttpClient http, String url) throws Exception {
    return http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
        .body();
  }

  @Test
  void theEmbeddedOneIsShort() throws Exception {
    Path source = EXAMPLES.resolve("src/main/java/dev/cairn/examples/notes/NotesServer.java");
    assertTrue(Files.readAllLines(source).size() < 150, "fewer than 150 lines");
  }
}
