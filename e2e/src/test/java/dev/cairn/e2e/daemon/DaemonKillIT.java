package dev.cairn.e2e.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.cli.local.LocalStack;
import dev.cairn.e2e.support.Await;
import dev.cairn.keyserver.api.ApiFile;
import dev.cairn.keyserver.service.OwnerConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGKILL of the process while programs write through it; recovered elsewhere after each. */
final class DaemonKillIT {
  private static final int ROUNDS = Boolean.getBoolean("cairn.soak") ? 50 : 3;
  private static final int PROGRAMS = 4;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @TempDir Path directory;

  private final AtomicLong number = new AtomicLong();
  private final Set<Long> durable = new ConcurrentSkipListSet<>();
  private final Set<Long> backedUp = new ConcurrentSkipListSet<>();
  private final List<Throwable> failures = new ArrayList<>();

  @Test
  void whatWasAcknowledgedIsThereAgainAndRecoverableElsewhere() throws Exception {
    long seed = Long.getLong("cairn.seed", System.nanoTime());
    System.out.println("DaemonKillIT: -Dcairn.seed=" + seed);
    Random random = new Random(seed);
    try (LocalStack stack = LocalStack.start(directory.resolve("stack"))) {
      OwnerConfig config = OwnerConfig.read(stack.ownerProperties());
      Path home = Owner.register(directory.resolve("home"), config, "loaded");
      for (int round = 0; round < ROUNDS; round++) {
        long until = backedUp.size() + 20L + random.nextInt(100);
        try (DaemonProcess daemon = DaemonProcess.start(home, directory.resolve("logs"))) {
          AtomicBoolean over = new AtomicBoolean();
          List<Thread> programs = new ArrayList<>();
          for (int i = 0; i < PROGRAMS; i++) {
            boolean waitsForBackup = i % 2 == 0;
            programs.add(
                Thread.ofPlatform().name("program").start(() -> write(home, waitsForBackup, over)));
          }
          Await.until(
              until + " are backed up in round " + round,
              LIMIT,
              () -> {
                assertTrue(daemon.exit().isEmpty(), () -> daemon.process().err());
                return backedUp.size() >= until;
              });
          over.set(true);
          daemon.kill();
          for (Thread program : programs) {
            program.join();
          }
        }
        assertEquals(List.of(), failures);
        Set<Long> recovered =
            numbers(Owner.recovered(directory.resolve("recovered-" + round), config, "loaded"));
        Set<Long> lost = new TreeSet<>(backedUp);
        lost.removeAll(recovered);
        assertEquals(Set.of(), lost, "backed up, and not recovered");
      }
      try (DaemonProcess daemon = DaemonProcess.start(home, directory.resolve("logs"))) {
        Set<Long> here = numbers(daemon.get("/v1/export").body().lines().toList());
        Set<Long> lost = new TreeSet<>(durable);
        lost.removeAll(here);
        assertEquals(Set.of(), lost, "durable, and gone after a kill");
        assertEquals(200, daemon.post("/v1/drain", "").status());
        daemon.terminate().expect(0);
        assertEquals(here, numbers(Owner.recovered(directory.resolve("last"), config, "loaded")));
      }
    }
  }

  private void write(Path home, boolean waitsForBackup, AtomicBoolean over) {
    try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      ApiFile api = ApiFile.read(home).orElseThrow();
      while (true) {
        long mine = number.getAndIncrement();
        HttpRequest request =
            HttpRequest.newBuilder(
                    URI.create(
                        api.url()
                            + "/v1/transact?wait="
                            + (waitsForBackup ? "backedUp" : "durable")))
                .header("Authorization", "Bearer " + api.token())
                .POST(
                    BodyPublishers.ofString(
                        Owner.put("n", Long.toString(mine), "\"" + "x".repeat(500) + "\"")))
                .build();
        int status;
        try {
          status = http.send(request, BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
          if (over.get()) {
            return; // killed
          }
          throw e;
        }
        if (status != 200) {
          throw new AssertionError("answered " + status);
        }
        durable.add(mine);
        if (waitsForBackup) {
          backedUp.add(mine);
        }
      }
    } catch (Exception | AssertionError e) {
      synchronized (failures) {
        failures.add(e);
      }
    }
  }

  private static Set<Long> numbers(List<String> export) {
    Set<Long> numbers = new TreeSet<>();
    for (String line : export) {
      int from = line.indexOf("\"id\":\"") + 6;
      numbers.add(Long.parseLong(line.substring(from, line.indexOf('"', from))));
    }
    assertEquals(export.size(), numbers.size(), "each once");
    return numbers;
  }
}
