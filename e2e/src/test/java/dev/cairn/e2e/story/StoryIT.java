package dev.cairn.e2e.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.e2e.support.CairnProcess;
import dev.cairn.e2e.support.CairnProcess.Outcome;
import dev.cairn.e2e.support.LocalProcess;
import dev.cairn.keyserver.Keyserver;
import dev.cairn.keyserver.KeyserverOptions;
import dev.cairn.keyserver.Put;
import dev.cairn.keyserver.Transaction;
import dev.cairn.keyserver.object.ObjectName;
import dev.cairn.keyserver.object.Value;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.text.Normalizer;
import java.util.Base64;
import java.util.HashSet;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands and exit codes on a provider in a process of its own. */
final class StoryIT {
  private static final String PASSWORD = "seventeen lanterns adrift 9 oboes";

  @TempDir static Path directory;
  private static LocalProcess stack;

  @BeforeAll
  static void start() throws Exception {
    Files.writeString(directory.resolve("password"), PASSWORD + "\n");
    Files.writeString(directory.resolve("wrong"), "seventeen lanterns adrift 9 bassoons\n");
    stack = LocalProcess.start(directory.resolve("stack"), directory.resolve("logs"));
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @Test
  void everyKindOfValueComesBackThroughSnapshotAndTail() throws Exception {
    String userId = init("values", "values").out().strip();
    String composed = Normalizer.normalize("é", Normalizer.Form.NFC);
    String decomposed = Normalizer.normalize("é", Normalizer.Form.NFD);
    byte[] large = new byte[10 << 20];
    new Random(42).nextBytes(large);
    StringBuilder lines = new StringBuilder();
    lines.append("{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"\",\"base64\":\"\"}}]}\n");
    lines.append("{\"ops\":[{\"put\":{\"collection\":\"\",\"id\":\"\",\"value\":null}}]}\n");
    lines.append(put("c", composed, "\"composed\""));
    lines.append(put("c", decomposed, "\"decomposed\""));
    lines.append(put("c", "json", "{\"b\" : 1.50, \"a\":[1e3 ,\"\\u00e9\"]}"));
    lines.append(
        "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"large\",\"base64\":\""
            + Base64.getEncoder().encodeToString(large)
            + "\"}}]}\n");
    lines.append("{\"ops\":[");
    for (int i = 0; i < 100_000; i++) {
      lines.append(i == 0 ? "" : ",");
      lines.append("{\"put\":{\"collection\":\"many\",\"id\":\"").append(i).append("\",\"value\":");
      lines.append(i).append("}}");
    }
    lines.append("]}\n");
    Path file = Files.writeString(directory.resolve("values.jsonl"), lines);
    run("keyserver", "apply", "--home", home("values"), file.toString()).expect(0);
    run("keyserver", "compact", "--home", home("values"), "--wait").expect(0);
    apply("values", put("c", "after", "\"the snapshot\"") + delete("many", "7")).expect(0);
    run("keyserver", "compact", "--home", home("values"), "--wait").expect(0);
    apply("values", put("c", "tail", "true")).expect(0);
    run("verify", "--config", stack.providerProperties(), "--user-id", userId).expect(0);

    String before = export("values");
    Outcome plan = recover("recovered", "values", "--dry-run").expect(0);
    assertTrue(plan.out().toLowerCase(Locale.ROOT).contains("snapshot"), plan.out());
    assertFalse(Files.exists(directory.resolve("recovered")), "a plan makes no home");
    recover("recovered", "values").expect(0);
    assertEquals(before, export("recovered"));
    assertEquals(
        "{\"b\" : 1.50, \"a\":[1e3 ,\"\\u00e9\"]}",
        run("keyserver", "get", "--home", home("recovered"), "c", "json").expect(0).out().strip());
    run("keyserver", "get", "--home", home("recovered"), "many", "7").expect(8);
    assertEquals(
        100_007,
        run("keyserver", "ls", "--home", home("recovered")).expect(0).out().lines().count());
  }

  @Test
  void anOldKeyserverAndACloneChangeNothingAndKeepWhatTheyHave() throws Exception {
    init("old", "fenced");
    apply("old", put("c", "1", "1")).expect(0);
    recover("new", "fenced").expect(0);
    copy(directory.resolve("new"), directory.resolve("clone"));
    stack.kill();
    strand("old", "late", "\"stranded\"");
    strand("clone", "3", "\"from the clone\"");
    stack = LocalProcess.start(directory.resolve("stack"), directory.resolve("logs"));
    apply("old", "").expect(7);
    Outcome stranded = run("keyserver", "export", "--home", home("old"), "--unbacked").expect(0);
    assertTrue(stranded.out().contains("stranded"), stranded.out());

    apply("new", put("c", "2", "2")).expect(0);
    apply("clone", "").expect(7);
    assertTrue(
        run("keyserver", "export", "--home", home("clone"), "--unbacked")
            .expect(0)
            .out()
            .contains("from the clone"));
    // What was stranded can be applied where writing goes on.
    apply("new", stranded.out()).expect(0);
    String written = export("new");
    assertFalse(written.contains("from the clone"));
    recover("last", "fenced").expect(0);
    assertEquals(written, export("last"));
    assertTrue(written.contains("stranded"));
  }

  @Test
  void guessesCostGuessesEvenAfterARestart() throws Exception {
    init("guessed", "guessed");
    String known = "";
    for (int guess = 1; guess <= 9; guess++) {
      known = guess("guessed").expect(3).err();
    }
    String unknown = guess("nobody-here").expect(3).err();
    assertEquals(known.replaceAll("[0-9]+", "n"), unknown.replaceAll("[0-9]+", "n"));
    stack.kill();
    stack = LocalProcess.start(directory.resolve("stack"), directory.resolve("logs"));
    guess("guessed").expect(3);
    guess("guessed").expect(4);
    recover("locked", "guessed").expect(4);
    assertFalse(Files.exists(directory.resolve("locked")));
    // The running keyserver is not locked out by a stranger.
    apply("guessed", put("c", "still", "1")).expect(0);
  }

  @Test
  void malformedInputIsNamedAndChangesNothing() throws Exception {
    init("strict", "strict");
    apply("strict", put("c", "kept", "1")).expect(0);
    String before = export("strict");
    for (String bad :
        new String[] {
          "not json",
          "{}",
          "{\"ops\":[{}]}",
          "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"x\"}}]}",
          "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"x\",\"base64\":\"%%\"}}]}",
          "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"\\ud800\",\"value\":1}}]}",
          "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"x\",\"value\":1,\"base64\":\"\"}}]}",
          "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"x\",\"value\":1}}],\"more\":1}"
        }) {
      Outcome refused = apply("strict", bad + "\n" + put("c", "after", "1"));
      refused.expect(2);
      assertTrue(refused.err().contains("1"), refused.err());
    }
    assertEquals(before, export("strict"));
    Outcome third =
        apply("strict", put("c", "a", "1") + put("c", "b", "1") + "{\n" + put("c", "d", "1"));
    third.expect(2);
    assertTrue(third.err().contains("3"), third.err());
    String after = export("strict");
    assertTrue(after.contains("\"b\"") && !after.contains("\"d\""), after);

    run(
            "keyserver",
            "init",
            "--home",
            home("strict"),
            "--config",
            stack.ownerProperties(),
            "--username",
            "strict2",
            "--password-file",
            directory.resolve("password").toString())
        .expect(2);
    run("keyserver", "nonsense").expect(2);
    run("keyserver", "get", "--home", home("absent"), "c", "x").expect(2);
    init("taken", "strict", 2);
    assertFalse(Files.exists(directory.resolve("taken")));
    init("bad-name", "No Spaces", 2);
  }

  /** Makes a transaction durable at a home while its provider is away. */
  private static void strand(String home, String id, String json) throws Exception {
    try (Keyserver keyserver =
        Keyserver.open(directory.resolve(home), KeyserverOptions.defaults())) {
      keyserver
          .transact(Transaction.of(new Put(new ObjectName("c", id), Value.json(json))))
          .durable()
          .get(30, TimeUnit.SECONDS);
    }
  }

  private static String put(String collection, String id, String json) {
    return "{\"ops\":[{\"put\":{\"collection\":\""
        + collection
        + "\",\"id\":\""
        + id
        + "\",\"value\":"
        + json
        + "}}]}\n";
  }

  private static String delete(String collection, String id) {
    return "{\"ops\":[{\"delete\":{\"collection\":\""
        + collection
        + "\",\"id\":\""
        + id
        + "\"}}]}\n";
  }

  private static Outcome init(String home, String username) throws Exception {
    return init(home, username, 0);
  }

  private static Outcome init(String home, String username, int exit) throws Exception {
    return run(
            "keyserver",
            "init",
            "--home",
            home(home),
            "--config",
            stack.ownerProperties(),
            "--username",
            username,
            "--password-file",
            directory.resolve("password").toString())
        .expect(exit);
  }

  private static Outcome apply(String home, String lines) throws Exception {
    return CairnProcess.runWithInput(
        directory.resolve("logs"), lines, "keyserver", "apply", "--home", home(home), "-");
  }

  private static String export(String home) throws Exception {
    String out = run("keyserver", "export", "--home", home(home)).expect(0).out();
    Set<String> lines = new HashSet<>();
    try (Stream<String> all = out.lines()) {
      all.forEach(line -> assertTrue(lines.add(line), "twice: " + line));
    }
    return out;
  }

  private static Outcome recover(String home, String username, String... more) throws Exception {
    return recoverWith("password", home, username, more);
  }

  private static Outcome guess(String username) throws Exception {
    return recoverWith("wrong", "guessing", username);
  }

  private static Outcome recoverWith(
      String passwordFile, String home, String username, String... more) throws Exception {
    return run(
        Stream.concat(
                Stream.of(
                    "keyserver",
                    "recover",
                    "--home",
                    home(home),
                    "--config",
                    stack.ownerProperties(),
                    "--username",
                    username,
                    "--password-file",
                    directory.resolve(passwordFile).toString()),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private static Outcome run(String... arguments) throws Exception {
    return CairnProcess.run(directory.resolve("logs"), arguments);
  }

  private static String home(String name) {
    return directory.resolve(name).toString();
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(to.resolve(from.relativize(each)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path each, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(each, to.resolve(from.relativize(each)));
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
