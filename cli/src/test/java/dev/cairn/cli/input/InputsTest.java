package dev.cairn.cli.input;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class InputsTest {
  @ParameterizedTest
  @CsvSource({"60,60000", "60s,60000", "500ms,500", "2m,120000", "1h,3600000", "0,0"})
  void durationsAreRead(String text, long millis) {
    assertEquals(Duration.ofMillis(millis), new Waiting().convert(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "s", "-1", "1.5s", "1w", "1 s", "9999999999"})
  void otherDurationsAreRefused(String text) {
    assertThrows(CommandLine.TypeConversionException.class, () -> new Waiting().convert(text));
  }

  @Test
  void argumentsAreTakenFromTheSystemWhereTheJvmLostThem() {
    byte[] original =
        "java\0-cp\0x\0dev.cairn.cli.Cairn\0get\0é\0\0".getBytes(StandardCharsets.UTF_8);
    assertArrayEquals(
        new String[] {"get", "é", ""}, Arguments.exact(new String[] {"get", "??", ""}, original));
    assertArrayEquals(
        new String[] {"a", "b"},
        Arguments.exact(new String[] {"a", "b"}, "a\0".getBytes(StandardCharsets.UTF_8)));
  }
}
