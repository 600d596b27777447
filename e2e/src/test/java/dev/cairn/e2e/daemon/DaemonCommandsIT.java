package dev.cairn.e2e.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cairn.cli.local.LocalStack;
import dev.cairn.e2e.support.Await;
import dev.cairn.e2e.support.CairnProcess;
import dev.cairn.e2e.support.CairnProcess.Outcome;
import dev.cairn.keyserver.service.OwnerConfig;
import dev.cairn.schemas.http.HttpJson;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands with the process and without it, and the process's beginning and end. */
final class DaemonCommandsIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** The common pool would do, but the JDK's HTTP client needs its few threads too. */
  private static final Executor THREADS =
      task -> Thread.ofPlatform().daemon(true).name("command").start(task);

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

  private static Path home(String name) {
    return Owner.register(directory.resolve(name), config, name);
  }

  private static DaemonProcess daemon(Path home, String... options) throws Exception {
    return DaemonProcess.start(home, directory.resolve("logs"), options);
  }

  private static Outcome command(Path home, String name, String... more) {
    return command(InputStream.nullInputStream(), home, name, more);
  }

  private static Outcome apply(Path home, String lines) {
    return command(
        new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)), home, "apply", "-");
  }

  private static Outcome command(InputStream in, Path home, String name, String... more) {
    List<String> arguments = new ArrayList<>(List.of("keyserver", name, "--home", home.toString()));
    arguments.addAll(List.of(more));
    return Commands.run(in, arguments.toArray(String[]::new));
  }

  // ---- the same with and without

  @Test
  void everyCommandDoesTheSameWithTheProcessAndWithout() throws Exception {
    Path direct = home("direct");
    Path served = home("served");
    List<Outcome> without = everything(direct);
    List<Outcome> with;
    try (DaemonProcess daemon = daemon(served)) {
      with = everything(served);
      assertEquals(List.of(), differences(without, with, direct, served));
      daemon.terminate().expect(0);
    }
    // What the process did is there without it, and the other way round.
    assertEquals(
        command(direct, "export").expect(0).out(), command(served, "export").expect(0).out());
  }

  private static List<Outcome> everything(Path home) throws IOException {
    List<Outcome> outcomes = new ArrayList<>();
    String put1 = Owner.put("c", "a b/é", "{\"a\" : 1.0}");
    String bytes =
        "{\"ops\":[{\"put\":{\"collection\":\"b\",\"id\":\"\",\"base64\":\"AP8K\"}},"
            + "{\"put\":{\"collection\":\"c\",\"id\":\"\uD83D\uDE00\",\"value\":null}},"
            + "{\"put\":{\"collection\":\"c\",\"id\":\"\uFF5E\",\"value\":[]}}]}";
    Path file =
        Files.writeString(Files.createTempFile(directory, "lines", ""), put1 + "\n" + bytes);
    outcomes.add(command(home, "apply", file.toString()));
    outcomes.add(apply(home, ""));
    outcomes.add(
        command(
            new ByteArrayInputStream(put1.getBytes(StandardCharsets.UTF_8)),
            home,
            "apply",
            "--json",
            "-"));
    outcomes.add(apply(home, "bad\n" + put1));
    outcomes.add(
        apply(
            home,
            Owner.put("c", "1", "1") + "\r\n" + Owner.put("c", "2", "2") + "\n\n" + put1 + "\n"));
    outcomes.add(
        apply(home, Owner.put("c", "3", "3") + "\n" + Owner.put("c", "\\ud800", "4") + "\n"));
    outcomes.add(
        command(
            new ByteArrayInputStream(
                (Owner.put("c", "4", "4") + "\n\u00e9").getBytes(StandardCharsets.ISO_8859_1)),
            home,
            "apply",
            "-"));
    outcomes.add(command(home, "apply", directory.resolve("no such file").toString()));
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 3000; i++) {
      many.append(Owner.put("many", Integer.toString(i), "\"" + "v".repeat(300) + "\""))
          .append('\n');
    }
    outcomes.add(apply(home, many + "bad\n" + Owner.put("many", "late", "1")));
    outcomes.add(apply(home, Owner.put("c", "large", "\"" + "x".repeat(3 << 20) + "\"")));
    outcomes.add(command(home, "get", "c", "a b/é"));
    outcomes.add(command(home, "get", "c", "large"));
    outcomes.add(command(home, "get", "b", ""));
    outcomes.add(command(home, "get", "c", "e\u0301"));
    outcomes.add(command(home, "ls"));
    outcomes.add(command(home, "ls", "c"));
    outcomes.add(command(home, "ls", "none"));
    outcomes.add(command(home, "export"));
    outcomes.add(command(home, "export", "--unbacked"));
    outcomes.add(command(home, "compact", "--wait"));
    outcomes.add(command(home, "compact", "--wait", "--json"));
    outcomes.add(command(home, "compact"));
    outcomes.add(command(home, "status"));
    outcomes.add(command(home, "status", "--json"));
    return outcomes;
  }

  private static List<String> differences(
      List<Outcome> without, List<Outcome> with, Path direct, Path served) {
    List<String> differences = new ArrayList<>();
    assertEquals(without.size(), with.size());
    for (int i = 0; i < without.size(); i++) {
      String one = normal(without.get(i), direct);
      String other = normal(with.get(i), served);
      if (!one.equals(other)) {
        differences.add(i + ":\n" + shortened(one) + "\n--- with the process\n" + shortened(other));
      }
    }
    return differences;
  }

  private static String shortened(String text) {
    return text.length() > 2000 ? text.substring(0, 2000) + "…" : text;
  }

  /** Without what differs between two accounts, and with how records happened to be grouped. */
  private static String normal(Outcome outcome, Path home) {
    String name = String.valueOf(home.getFileName());
    return (outcome.exit() + "\n" + outcome.out() + "\n" + outcome.err())
        .replace(home.toString(), "HOME")
        .replaceAll("\\b" + name + "\\b", "NAME")
        .replaceAll("[0-9]{20}-[0-9]{20}-[0-9a-f]{16}", "SNAPSHOT")
        .replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "JOB")
        .replaceAll("[0-9a-f]{64}", "HEAD")
        .replaceAll("\\b[a-z2-7]{26}\\b", "USER")
        .replaceAll("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z", "TIME")
        .replaceAll("\"(index|endOffset|startOffset|bytes)\":[0-9]+", "\"$1\":N")
        .replaceAll("offsets [0-9]+ to [0-9]+", "OFFSETS")
        .replaceAll("[0-9.,]+ [KM]iB, signed", "SIZE, signed")
        .replaceAll("1\\.1\\.[0-9]+\\.HEAD", "CHECKPOINT");
  }

  // ---- beginnings and ends

  @Test
  void commandsGoOnWhileTheProcessComesAndGoes() throws Exception {
    Path home = home("comings");
    AtomicBoolean done = new AtomicBoolean();
    CompletableFuture<Integer> commands =
        CompletableFuture.supplyAsync(
            () -> {
              int applied = 0;
              while (!done.get()) {
                apply(home, Owner.put("c", "n", Integer.toString(applied))).expect(0);
                assertEquals(
                    Integer.toString(applied), command(home, "get", "c", "n").expect(0).out());
                applied++;
              }
              return applied;
            },
            THREADS);
    for (int round = 0; round < 3; round++) {
      try (DaemonProcess daemon = daemon(home)) {
        long before = sequence(daemon);
        Await.until(
            "commands reach it", LIMIT, () -> commands.isDone() || sequence(daemon) > before + 1);
        daemon.terminate().expect(0);
      }
    }
    done.set(true);
    int applied = commands.get();
    assertTrue(applied > 3, "commands were applied: " + applied);
    JsonNode status = HttpJson.lenient().readTree(command(home, "status", "--json").out());
    assertEquals(applied, status.path("sequence").asLong(), "each once");
  }

  private static long sequence(DaemonProcess daemon) throws Exception {
    return daemon.get("/v1/status?local=true").json().path("sequence").asLong();
  }

  @Test
  void linesThatAreStillComingGoToWhoeverHasTheHome() throws Exception {
    Path home = home("lines");
    PipedOutputStream lines = new PipedOutputStream();
    PipedInputStream in = new PipedInputStream(lines, 1 << 16);
    CompletableFuture<Outcome> applying;
    int sent = 0;
    try (DaemonProcess daemon = daemon(home)) {
      applying = CompletableFuture.supplyAsync(() -> command(in, home, "apply", "-"), THREADS);
      for (; sent < 5; sent++) {
        send(lines, sent);
      }
      Await.until("they are taken as they come", LIMIT, () -> sequence(daemon) == 5);
      daemon.terminate().expect(0);
    }
    for (; sent < 10; sent++) {
      send(lines, sent);
    }
    lines.close();
    assertTrue(applying.get().expect(0).out().startsWith("10 transactions backed up"));
    try (DaemonProcess daemon = daemon(home)) {
      assertEquals(10, sequence(daemon));
      assertEquals(10, daemon.get("/v1/objects").body().lines().count());
    }
  }

  private static void send(PipedOutputStream lines, int number) throws IOException {
    lines.write(
        (Owner.put("c", Integer.toString(number), "1") + "\n").getBytes(StandardCharsets.UTF_8));
    lines.flush();
  }

  @Test
  void aSecondProcessOnTheHomeEndsAndDisturbsNothing() throws Exception {
    Path home = home("two");
    try (DaemonProcess daemon = daemon(home)) {
      String api = Files.readString(home.resolve("api.properties"));
      Outcome second =
          CairnProcess.run(directory.resolve("logs"), "keyserver", "run", "--home", home.toString())
              .expect(6);
      assertTrue(second.err().contains("serves the home"), second.err());
      assertEquals(api, Files.readString(home.resolve("api.properties")));
      apply(home, Owner.put("c", "1", "1")).expect(0);
      // Told twice to stop it stops once.
      daemon.process().process().destroy();
      daemon.terminate().expect(0);
      assertFalse(Files.exists(home.resolve("api.properties")));
    }
  }

  @Test
  void whatAKilledProcessLeavesConfusesNobody() throws Exception {
    Path home = home("killed");
    try (DaemonProcess daemon = daemon(home)) {
      apply(home, Owner.put("c", "1", "1")).expect(0);
      daemon.kill();
    }
    assertTrue(Files.exists(home.resolve("api.properties")), "nobody could remove it");
    assertEquals("1", command(home, "get", "c", "1").expect(0).out());
    assertFalse(Files.exists(home.resolve("api.properties")));
    Files.writeString(home.resolve("api.properties"), "url=http://127.0.0.1:9\ntoken=x\n");
    try (DaemonProcess daemon = daemon(home)) {
      apply(home, Owner.put("c", "2", "2")).expect(0);
      assertEquals(2, sequence(daemon));
    }
  }

  // ---- receipts

  @Test
  void receiptsAdvanceInOrderUntilAllIsBackedUp() throws Exception {
    Path home = home("receipts");
    try (DaemonProcess daemon = daemon(home);
        EventReader events = EventReader.open(home)) {
      long last =
          daemon
              .post("/v1/transactions?wait=backedUp", lines(500))
              .json()
              .path("backedUpSequence")
              .asLong();
      assertEquals(500, last);
      long durable = 0;
      long backedUp = 0;
      while (backedUp < last) {
        JsonNode event = events.next();
        assertTrue(event.path("sequence").asLong() >= durable, event.toString());
        assertTrue(event.path("backedUpSequence").asLong() >= backedUp, event.toString());
        durable = event.path("sequence").asLong();
        backedUp = event.path("backedUpSequence").asLong();
        assertTrue(backedUp <= durable, event.toString());
      }
    }
  }

  private static String lines(int count) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      lines.append(Owner.put("c", Integer.toString(i), Integer.toString(i))).append('\n');
    }
    return lines.toString();
  }

  // ---- another keyserver has taken over

  @Test
  void aFencedProcessServesReadsAndWhatExistsOnlyHere() throws Exception {
    Path old = home("fenced");
    try (DaemonProcess daemon = daemon(old)) {
      apply(old, Owner.put("c", "1", "1")).expect(0);
      Owner.recover(directory.resolve("newer"), config, "fenced", /* readOnly= */ false);

      // It has nothing to send, so it has to ask.
      assertTrue(command(old, "status").expect(0).out().contains("FENCED"));
      apply(old, "").expect(7);
      DaemonProcess.Answer late =
          daemon.post("/v1/transact?wait=backedUp", Owner.put("c", "late", "2"));
      assertEquals(409, late.status(), late.body());
      assertEquals("fenced", late.json().path("code").asText());
      apply(old, Owner.put("c", "later", "3")).expect(7);

      DaemonProcess.Answer ready = daemon.get("/readyz");
      assertEquals(503, ready.status(), ready.body());
      assertEquals("fenced", ready.json().path("problems").path(0).path("code").asText());
      assertEquals("1", command(old, "get", "c", "1").expect(0).out());
      String stranded = command(old, "export", "--unbacked").expect(0).out();
      assertTrue(stranded.contains("\"late\""), stranded);
      assertEquals(stranded, daemon.get("/v1/unbacked").body());
      Await.until("it says so", LIMIT, () -> daemon.process().err().contains("taken the log over"));
      daemon.terminate().expect(7);
    }
    try (DaemonProcess again = daemon(old)) {
      assertEquals("1", command(old, "get", "c", "1").expect(0).out());
      assertEquals(503, again.get("/readyz").status());
      again.terminate().expect(7);
    }
  }
}
