package dev.cairn.e2e.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.cli.local.ServerStack;
import dev.cairn.cli.local.ServerStackFiles;
import dev.cairn.e2e.support.Await;
import dev.cairn.e2e.support.CairnProcess;
import dev.cairn.e2e.support.Ports;
import dev.cairn.e2e.support.RecordingProxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recoveries that read snapshots from the storage itself, and those that cannot. */
final class DirectDownloadIT {
  @TempDir private Path directory;

  @Test
  void readsSnapshotsFromStorageWithoutATokenAndWithoutStorageFromTheService() throws Exception {
    Path logs = directory.resolve("logs");
    String home = directory.resolve("home").toString();
    String password =
        Files.writeString(directory.resolve("password"), "walnut cabinet seven rivers\n")
            .toString();
    try (ServerStack servers = ServerStack.start(directory.resolve("data"))) {
      // Only the address is the proxy's; what is signed for it must be read through it.
      String storage = servers.config(new Properties()).s3().endpoint();
      try (RecordingProxy proxy =
          RecordingProxy.of("service.url=" + storage + "\nserver.name=storage\n")) {
        Properties direct = new Properties();
        direct.setProperty("s3.public.endpoint", endpoint(proxy));
        String owner = owner(direct);
        String written;
        String id;
        try (CairnProcess recovery = service("recovery", config(servers, "direct", direct));
            CairnProcess compactor = service("compactor", config(servers, "compactor", direct))) {
          assertTrue(compactor.process().isAlive(), compactor.err());
          CairnProcess.Outcome init =
              run(
                  logs,
                  "keyserver",
                  "init",
                  "--home",
                  home,
                  "--config",
                  owner,
                  "--username",
                  "alice",
                  "--password-file",
                  password);
          id = init.out().strip();
          CairnProcess.runWithInput(logs, lines(), "keyserver", "apply", "--home", home, "-")
              .expect(0);
          run(logs, "keyserver", "compact", "--home", home, "--wait");
          written = run(logs, "keyserver", "export", "--home", home).out();

          String drill = directory.resolve("drill").toString();
          run(
              logs,
              "keyserver",
              "recover",
              "--home",
              drill,
              "--config",
              owner,
              "--username",
              "alice",
              "--password-file",
              password,
              "--read-only");
          assertEquals(written, run(logs, "keyserver", "export", "--home", drill).out());
          String said = new String(proxy.recorded(), StandardCharsets.ISO_8859_1);
          assertTrue(said.contains("GET /cairn/users/" + id + "/"), "nothing came from storage");
          assertTrue(said.contains("X-Amz-Expires=300"), "for how long?");
          assertFalse(said.contains("Bearer "), "the storage saw a token");
          assertTrue(recovery.process().isAlive(), recovery.err());
          assertFalse(said.contains("manifest.avro"), "the manifest comes from the service");
        }
        int nobody = Ports.free(1).getFirst();
        direct.setProperty("s3.public.endpoint", "http://127.0.0.1:" + nobody);
        try (CairnProcess recovery = service("recovery", config(servers, "lost", direct))) {
          String again = directory.resolve("again").toString();
          run(
              logs,
              "keyserver",
              "recover",
              "--home",
              again,
              "--config",
              owner,
              "--username",
              "alice",
              "--password-file",
              password);
          assertEquals(written, run(logs, "keyserver", "export", "--home", again).out());
          assertTrue(recovery.process().isAlive(), recovery.err());
        }
      }
    }
  }

  private static String lines() {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      lines
          .append("{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"")
          .append(i)
          .append("\",\"value\":{\"n\":")
          .append(i)
          .append("}}}]}\n");
    }
    return lines.toString();
  }

  private static String endpoint(RecordingProxy proxy) {
    return proxy.ownerProperties().lines().findFirst().orElseThrow().split("=", 2)[1];
  }

  private static CairnProcess.Outcome run(Path logs, String... arguments) throws Exception {
    return CairnProcess.run(logs, arguments).expect(0);
  }

  /** Chooses the service's port, too, which stays. */
  private String owner(Properties properties) throws Exception {
    int port = Ports.free(1).getFirst();
    properties.setProperty("service.port", Integer.toString(port));
    return Files.writeString(
            directory.resolve("owner.properties"),
            "service.url=http://127.0.0.1:" + port + "\nserver.name=cairn.local\n")
        .toString();
  }

  private Path config(ServerStack servers, String name, Properties overrides) throws Exception {
    Path file = directory.resolve(name + ".properties");
    ServerStackFiles.write(servers, file, overrides);
    return file;
  }

  private CairnProcess service(String name, Path config) throws Exception {
    CairnProcess process =
        CairnProcess.start(
            directory.resolve("logs"), List.of(name, "run", "--config", config.toString()));
    Await.until(
        name + " runs",
        Duration.ofMinutes(3),
        () -> {
          if (!process.process().isAlive()) {
            throw new AssertionError(process.out() + process.err());
          }
          return process.out().contains(name);
        });
    return process;
  }
}
