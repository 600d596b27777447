package dev.cairn.e2e.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.e2e.support.Await;
import dev.cairn.e2e.support.CairnProcess.Outcome;
import dev.cairn.e2e.support.LocalProcess;
import dev.cairn.keyserver.service.OwnerConfig;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole provider goes away and comes back; nobody tells the process. */
final class DaemonOutageIT {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  @TempDir Path directory;

  @Test
  void anOutageIsLivedThroughAndDrainedWithoutAnybodysHelp() throws Exception {
    Path logs = directory.resolve("logs");
    LocalProcess stack = LocalProcess.start(directory.resolve("stack"), logs);
    try {
      OwnerConfig config = OwnerConfig.read(Path.of(stack.ownerProperties()));
      Path home = Owner.register(directory.resolve("home"), config, "outage");
      try (DaemonProcess daemon = DaemonProcess.start(home, logs, "--drain-timeout", "1s")) {
        assertEquals(200, daemon.post("/v1/transact?wait=backedUp", line(0)).status());
        stack.kill();

        for (int i = 1; i <= 20; i++) {
          assertEquals(200, daemon.post("/v1/transact", line(i)).status(), "durable all the same");
        }
        Await.until(
            "it says that nothing is backed up",
            LIMIT,
            () -> !daemon.get("/readyz").json().path("backingUp").asBoolean());
        assertEquals(200, daemon.get("/readyz").status(), "transactions are still taken");
        DaemonProcess.Answer waited =
            daemon.post("/v1/transact?wait=backedUp&timeoutMillis=100", line(21));
        assertEquals(503, waited.status(), waited.body());
        assertEquals("22", waited.json().path("details").path("durableSequence").asText());
        Outcome applied =
            Commands.withInput(
                    line(22),
                    "keyserver",
                    "apply",
                    "--home",
                    home.toString(),
                    "--timeout",
                    "100ms",
                    "-")
                .expect(6);
        assertTrue(applied.err().contains("queued"), applied.err());
        Outcome unbacked =
            Commands.run("keyserver", "export", "--unbacked", "--home", home.toString()).expect(0);
        assertEquals(22, unbacked.out().lines().count());
        assertTrue(
            Commands.run("keyserver", "status", "--json", "--home", home.toString())
                .expect(0)
                .out()
                .contains("\"snapshot\":null,\"log\":null"));

        // Told to stop it does not wait for ever, and the next one goes on with the queue.
        Outcome stopped = daemon.terminate();
        stopped.expect(0);
        assertTrue(stopped.err().contains("22 transactions are durable here"), stopped.err());
      }
      try (DaemonProcess daemon = DaemonProcess.start(home, logs, "--drain-timeout", "1s")) {
        assertEquals(200, daemon.post("/v1/transact", line(23)).status());
        stack = LocalProcess.start(directory.resolve("stack"), logs);
        Await.until(
            "everything is backed up",
            LIMIT,
            () -> {
              var status = daemon.get("/v1/status?local=true").json();
              return status.path("backedUpSequence").asLong() == 24;
            });
        assertTrue(daemon.get("/readyz").json().path("backingUp").asBoolean());
        assertEquals(24, Owner.recovered(directory.resolve("recovered"), config, "outage").size());
        daemon.terminate().expect(0);
      }
    } finally {
      stack.close();
    }
  }

  private static String line(int number) {
    return Owner.put("c", Integer.toString(number), "1");
  }
}
