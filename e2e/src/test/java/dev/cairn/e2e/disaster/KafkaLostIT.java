package dev.cairn.e2e.disaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.e2e.support.Await;
import dev.cairn.e2e.support.CairnProcess;
import dev.cairn.e2e.support.LocalProcess;
import dev.cairn.keyserver.home.DurableFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loses Kafka, all of it, and brings the accounts back from storage. */
class KafkaLostIT {
  @TempDir private Path root;

  @Test
  void noAccountIsLostWithKafkaAndItsKeyserverGoesOn() throws Exception {
    Path data = root.resolve("data");
    Path logs = root.resolve("logs");
    String home = root.resolve("home").toString();
    Path password = root.resolve("password");
    Files.writeString(password, "correct horse battery staple walnut");
    String userId;
    String provider;
    try (LocalProcess local = LocalProcess.start(data, logs)) {
      provider = local.providerProperties();
      userId =
          CairnProcess.run(
                  logs,
                  "keyserver",
                  "init",
                  "--home",
                  home,
                  "--config",
                  local.ownerProperties(),
                  "--username",
                  "alice",
                  "--password-file",
                  password.toString())
              .expect(0)
              .out()
              .strip();
      apply(logs, home, "before").expect(0);
    }

    DurableFiles.removeTree(data.resolve("kafka"));
    CairnProcess.Outcome refused =
        CairnProcess.run(logs, "local", "--data", data.toString()).expect(1);
    assertTrue(refused.err().contains("recovery rebuild"), refused.err());

    try (CairnProcess servers =
        CairnProcess.start(logs, List.of("local", "--data", data.toString(), "--servers"))) {
      Await.until(
          "Kafka and S3 answer", Duration.ofMinutes(3), () -> servers.out().contains("ready"));
      String plan =
          CairnProcess.run(logs, "recovery", "rebuild", "--config", provider, "--json")
              .expect(0)
              .out();
      assertTrue(plan.contains(userId), plan);
      assertTrue(plan.contains("\"exact\":true"), plan);
      assertTrue(plan.contains("\"done\":false"), plan);
      CairnProcess.run(logs, "recovery", "rebuild", "--config", provider, "--confirm").expect(0);
      CairnProcess.run(logs, "recovery", "rebuild", "--config", provider, "--confirm").expect(1);
    }

    try (LocalProcess local = LocalProcess.start(data, logs)) {
      apply(logs, home, "after").expect(0);
      CairnProcess.run(logs, "keyserver", "drill", "--home", home).expect(0);
      assertTrue(
          Files.readString(Path.of(home, "drill.json")).contains("\"verified\""),
          "the log is whole again");

      CairnProcess.run(logs, "accounts", "delete", "alice", "--config", provider).expect(0);
      assertTrue(
          list(logs, local.providerProperties()).contains(userId), "nothing without --confirm");
      CairnProcess.run(logs, "accounts", "delete", "alice", "--config", provider, "--confirm")
          .expect(0);
      assertFalse(list(logs, provider).contains(userId));
      assertFalse(Files.exists(data.resolve("objects/cairn/users").resolve(userId)));
      assertEquals(
          0, CairnProcess.run(logs, "recovery", "secrets", "check", "--config", provider).exit());
    }
  }

  private static String list(Path logs, String provider) throws Exception {
    return CairnProcess.run(logs, "accounts", "list", "--config", provider).expect(0).out();
  }

  private static CairnProcess.Outcome apply(Path logs, String home, String id) throws Exception {
    return CairnProcess.runWithInput(
        logs,
        "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"" + id + "\",\"value\":1}}]}\n",
        "keyserver",
        "apply",
        "--home",
        home,
        "--timeout",
        "3m",
        "-");
  }
}
