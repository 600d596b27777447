package dev.cairn.e2e.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.e2e.support.Await;
import dev.cairn.e2e.support.CairnProcess;
import dev.cairn.e2e.support.LocalProcess;
import dev.cairn.e2e.support.Tools;
import dev.cairn.provider.config.ProviderConfig;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs every command of {@code docs/operations.md}, as it stands there, in one shell. */
class HandbookIT {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\\n(.*?)^```$");

  @TempDir Path directory;

  @Test
  void everyCommandOfTheHandbookWorks() throws Exception {
    for (String tool :
        List.of(
            "kafka-consumer-groups.sh",
            "kafka-get-offsets.sh",
            "kafka-console-consumer.sh",
            "kafka-log-dirs.sh",
            "kafka-dump-log.sh",
            "avro-tools",
            "mc")) {
      Tools.program(tool);
    }
    List<String> blocks =
        BLOCK
            .matcher(Files.readString(Path.of("..", "docs", "operations.md")))
            .results()
            .map(it -> it.group(1))
            .toList();
    assertTrue(blocks.size() >= 10, "the commands are there");
    Path logs = directory.resolve("logs");
    try (LocalProcess stack = LocalProcess.start(directory.resolve("stack"), logs)) {
      Path password =
          Files.writeString(directory.resolve("password"), "orbit lantern mango 42 quay");
      Path home = directory.resolve("home");
      String userId =
          CairnProcess.run(
                  logs,
                  "keyserver",
                  "init",
                  "--home",
                  home.toString(),
                  "--config",
                  stack.ownerProperties(),
                  "--username",
                  "handbook",
                  "--password-file",
                  password.toString())
              .expect(0)
              .out()
              .strip();
      // Some life before, so that there is a snapshot and a lag.
      CairnProcess.runWithInput(
              logs, lines(0, 30), "keyserver", "apply", "--home", home.toString(), "-")
          .expect(0);
      // It gives up after two minutes, which a machine may need to start the compactor alone.
      Await.until(
          "a first compaction",
          Duration.ofMinutes(6),
          () ->
              CairnProcess.run(
                          logs,
                          "compact",
                          "--config",
                          stack.providerProperties(),
                          "--user-id",
                          userId,
                          "--wait")
                      .exit()
                  == 0);
      CairnProcess.runWithInput(
              logs, lines(30, 5), "keyserver", "apply", "--home", home.toString(), "-")
          .expect(0);

      Path work = Files.createDirectory(directory.resolve("work"));
      ProviderConfig provider = ProviderConfig.load(Path.of(stack.providerProperties()));
      prepare(work, stack, provider);
      String out = run(work, blocks, environment(stack, provider, home, userId));

      String topic = "cairn.log." + provider.cell() + "." + userId;
      assertTrue(out.contains("cairn-compacted-" + provider.cell()), out);
      assertTrue(out.contains(topic + ":0:"), "offsets\n" + out);
      assertTrue(out.contains("\"userId\":\"" + userId + "\""), "the commit as JSON\n" + out);
      assertTrue(out.contains("manifest.avro"), out);
      assertTrue(
          out.contains("\"name\" : \"Entry\"") || out.contains("\"type\" : \"record\""), out);
      assertTrue(out.contains("CreateTime:") || out.contains("LogAppendTime:"), "a replay\n" + out);
      assertTrue(out.contains("Starting offset:") || out.contains("baseOffset:"), "a dump\n" + out);
      assertFalse(out.contains("where does this go?"), "plaintext must be nowhere at the provider");
      assertFalse(out.contains("followed"), "not even its name");
    }
  }

  private static String lines(int from, int count) {
    StringBuilder lines = new StringBuilder();
    for (int i = from; i < from + count; i++) {
      lines
          .append("{\"ops\":[{\"put\":{\"collection\":\"notes\",\"id\":\"n")
          .append(i)
          .append("\",\"value\":")
          .append(i)
          .append("}}]}\n");
    }
    return lines.toString();
  }

  private static void prepare(Path work, LocalProcess stack, ProviderConfig provider)
      throws Exception {
    Files.createSymbolicLink(work.resolve("schemas"), Path.of("..", "schemas").toRealPath());
    Files.createSymbolicLink(
        work.resolve("provider.properties"), Path.of(stack.providerProperties()));
    StringBuilder client = new StringBuilder();
    provider
        .kafkaClientProperties()
        .forEach((key, value) ->
            client
                .append(key)
                .append('=')
                .append(value instanceof Password password ? password.value() : value)
                .append('\n'));
    Files.writeString(work.resolve("client.properties"), client);
    Path launcher =
        Files.writeString(
            work.resolve("cairn"),
            "#!/bin/sh\nexec '"
                + Path.of(System.getProperty("java.home"), "bin", "java")
                + "' -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED -cp \"$CAIRN_CLASSES\""
                + " dev.cairn.cli.Cairn \"$@\"\n");
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
  }

  private static Map<String, String> environment(
      LocalProcess stack, ProviderConfig provider, Path home, String userId) throws Exception {
    Properties stored = new Properties();
    try (var reader = Files.newBufferedReader(Path.of(stack.providerProperties()))) {
      stored.load(reader);
    }
    URI s3 = URI.create(stored.getProperty("s3.endpoint"));
    return Map.of(
        "BOOTSTRAP", provider.bootstrapServers(),
        "CELL", provider.cell(),
        "OWNER_HOME", home.toString(),
        "USER_ID", userId,
        "MC_HOST_cairn",
            s3.getScheme()
                + "://"
                + stored.getProperty("s3.access.key")
                + ":"
                + stored.getProperty("s3.secret.key")
                + "@"
                + s3.getAuthority(),
        "BUCKET", stored.getProperty("s3.bucket", "cairn"),
        "KAFKA_LOG_DIR", kafkaLogs(stack.data()).toString(),
        "CAIRN_CLASSES", System.getProperty("java.class.path"),
        "PATH", Tools.program("mc").getParent() + ":" + System.getenv("PATH"));
  }

  /** Where the embedded broker keeps partitions. */
  private static Path kafkaLogs(Path data) throws Exception {
    try (var found =
        Files.find(
            data, 4, (path, is) -> path.getFileName().toString().startsWith("cairn.accounts-"))) {
      return found.findFirst().map(Path::getParent).orElseThrow();
    }
  }

  private static String run(Path work, List<String> blocks, Map<String, String> environment)
      throws Exception {
    StringBuilder script = new StringBuilder("set -euo pipefail\n");
    for (String block : blocks) {
      script.append("echo '---'\n").append(block);
    }
    Path file = Files.writeString(work.resolve("handbook.sh"), script);
    Path out = work.resolve("out.txt");
    ProcessBuilder builder =
        new ProcessBuilder("bash", file.toString())
            .directory(work.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().putAll(environment);
    builder.environment().put("HOME", work.toString());
    Process process = builder.start();
    boolean ended = process.waitFor(8, TimeUnit.MINUTES);
    if (!ended) {
      process.destroyForcibly();
    }
    String said = Files.readString(out);
    assertTrue(ended, said);
    assertEquals(0, process.exitValue(), said);
    return said;
  }
}
