package dev.cairn.cli.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.cli.Ran;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigCommandTest {
  private static final Path PAGE = Path.of("..", "docs", "configuration.md");

  @TempDir private Path directory;

  @Test
  void thePageIsWhatTheCodeSays() throws Exception {
    assertEquals(
        Ran.command("config", "reference").out(),
        Files.readString(PAGE),
        "docs/configuration.md is out of date;"
            + " ./cairn config reference > docs/configuration.md writes it anew");
  }

  @Test
  void aConfigurationIsCheckedWithoutShowingIt() throws Exception {
    Path file = directory.resolve("provider.properties");
    String good =
        """
        server.name = recovery.example
        secrets.dir = /var/lib/cairn/secrets
        state.dir = /var/lib/cairn/state
        bootstrap.servers = kafka-1:9092, kafka-2:9092
        kafka.username = services
        kafka.password = a-secret-that-nobody-may-see
        s3.endpoint = https://s3.example
        s3.access.key = access
        s3.secret.key = a-secret-that-nobody-may-see
        producer.linger.ms = 5
        """;
    Files.writeString(file, good);
    Ran ran = Ran.command("config", "check", "--config", file.toString());
    assertEquals(0, ran.exit(), ran.err());
    assertTrue(ran.out().contains("producer.linger.ms"), ran.out());
    assertFalse((ran.out() + ran.err()).contains("nobody-may-see"));

    Files.writeString(
        file, good + "producer.acks = 1\nsnapshot.keep = 3\nstreams.state.cleanup.delay = 9\n");
    ran = Ran.command("config", "check", "--config", file.toString());
    assertEquals(2, ran.exit(), ran.err());
    assertTrue(ran.err().contains("producer.acks cannot be set"), ran.err());
    assertTrue(ran.err().contains("did you mean snapshots.keep?"), ran.err());
    assertTrue(ran.err().contains("did you mean streams.state.cleanup.delay.ms?"), ran.err());
    assertFalse((ran.out() + ran.err()).contains("nobody-may-see"));
  }
}
