package dev.cairn.cli.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

@Isolated
final class LoggingTest {
  private final PrintStream before = System.err;

  @AfterEach
  void restore() {
    System.setErr(before);
    LogSetup.use((LoggerContext) LoggerFactory.getILoggerFactory(), LogFormat.TEXT);
  }

  private static String lines(String[] arguments, Map<String, String> environment) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    Logging.configure(arguments, environment);
    Logger log = LoggerFactory.getLogger("dev.cairn.compactor.work.Compaction");
    log.atInfo()
        .addKeyValue("user", "abc")
        .addKeyValue("bytes", 7)
        .log("user {}: \"quoted\"\nand more", "abc");
    log.warn("failed", new IllegalStateException("cause"));
    LoggerFactory.getLogger("org.apache.kafka.clients.NetworkClient").info("chatter");
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void servicesWriteOneJsonObjectALineWhereAsked() throws Exception {
    for (String text :
        new String[] {
          lines(new String[] {"compactor", "run", "--log-format", "json"}, Map.of()),
          lines(new String[] {"recovery", "run", "--log-format=json"}, Map.of()),
          lines(new String[] {"compactor", "run"}, Map.of("CAIRN_LOG_FORMAT", "json"))
        }) {
      String[] each = text.strip().split("\n", -1);
      assertEquals(2, each.length, text);
      JsonNode first = new ObjectMapper().readTree(each[0]);
      assertEquals("INFO", first.path("level").asText());
      assertEquals("dev.cairn.compactor.work.Compaction", first.path("loggerName").asText());
      assertEquals("user abc: \"quoted\"\nand more", first.path("formattedMessage").asText());
      assertEquals("abc", first.path("kvpList").get(0).path("user").asText());
      assertEquals("7", first.path("kvpList").get(1).path("bytes").asText());
      JsonNode second = new ObjectMapper().readTree(each[1]);
      assertEquals("cause", second.path("throwable").path("message").asText());
    }
  }

  @Test
  void textIsTheDefaultAndTheCommandLineWins() {
    String text =
        lines(
            new String[] {"compactor", "run", "--log-format", "text"},
            Map.of("CAIRN_LOG_FORMAT", "json"));
    assertTrue(text.contains(" INFO  Compaction - user abc"), text);
    assertFalse(text.contains("{"), text);
    assertTrue(lines(new String[] {"recovery", "run"}, Map.of()).contains(" WARN  Compaction"));
  }

  @Test
  void commandsArePeacefulUnlessALevelIsAskedFor() {
    assertEquals("", lines(new String[] {"keyserver", "get"}, Map.of()));
    String asked = lines(new String[] {"keyserver", "get"}, Map.of("CAIRN_LOG_LEVEL", "INFO"));
    assertTrue(asked.contains("user abc"), asked);
    assertFalse(asked.contains("chatter"), asked);
  }
}
