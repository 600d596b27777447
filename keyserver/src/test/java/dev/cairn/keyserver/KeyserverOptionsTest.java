package dev.cairn.keyserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.keyserver.error.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeyserverOptionsTest {
  @TempDir private Path home;

  @Test
  void withoutAFileTheDefaultsHold() {
    assertEquals(KeyserverOptions.defaults(), KeyserverOptions.of(home, Map.of()));
  }

  @ParameterizedTest
  @EnumSource(KeyserverKey.class)
  void everyOptionIsRead(KeyserverKey key) {
    String variable = KeyserverKey.DEFINITION.environment().variable(key.key());
    assertNotEquals(
        KeyserverOptions.defaults(), KeyserverOptions.of(home, Map.of(variable, "12345")));
  }

  @Test
  void fileEnvironmentAndWhatIsHandedOn() throws Exception {
    Files.writeString(
        home.resolve(KeyserverOptions.FILE),
        "outbox.max.bytes = 1000\nproducer.request.timeout.ms = 60000\n");
    KeyserverOptions options =
        KeyserverOptions.of(
            home,
            Map.of(
                "CAIRN_KEYSERVER_OUTBOX_MAX_BYTES", "2000",
                "CAIRN_KEYSERVER_CONSUMER_FETCH_MAX_WAIT_MS", "7",
                "CAIRN_S3_SECRET_KEY", "the provider's"));
    assertEquals(2000, options.outboxMaxBytes());
    assertEquals(Map.of("request.timeout.ms", "60000"), options.clients().producer());
    assertEquals(Map.of("fetch.max.wait.ms", "7"), options.clients().consumer());
  }

  @Test
  void allThatIsWrongIsSaidAtOnce() throws Exception {
    Files.writeString(
        home.resolve(KeyserverOptions.FILE),
        """
        outbox.max.byte = 1
        idle.commit.ms = 0
        producer.acks = 1
        producer.delivery.timeout.ms = 5
        consumer.auto.offset.reset = latest
        """);
    String said =
        String.valueOf(
            assertThrows(MalformedInputException.class, () -> KeyserverOptions.of(home, Map.of()))
                .getMessage());
    assertTrue(said.contains("did you mean outbox.max.bytes?"), said);
    assertTrue(said.contains("idle.commit.ms"), said);
    assertTrue(said.contains("producer.acks cannot be set"), said);
    assertTrue(said.contains("producer.delivery.timeout.ms cannot be set"), said);
    assertTrue(said.contains("consumer.auto.offset.reset cannot be set"), said);
  }
}
