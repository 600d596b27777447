package dev.cairn.keyserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.keyserver.error.MalformedInputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TransactionLinesTest {
  private static final String LINE = "{\"ops\":[{\"delete\":{\"collection\":\"c\",\"id\":\"i\"}}]}";

  private static final TransactionLines.LongLines NO_LONG_LINES =
      new TransactionLines.LongLines() {
        @Override
        public void begin() {
          throw new AssertionError("no line here is long");
        }

        @Override
        public void end() {
          throw new AssertionError("no line here is long");
        }
      };

  private static TransactionLines lines(String text) {
    return new TransactionLines(
        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
        LINE.length() + 2L,
        NO_LONG_LINES);
  }

  @Test
  void linesEndInEitherWayAndTheLastOneMayNot() throws IOException {
    try (TransactionLines lines = lines(LINE + "\n" + LINE + "\r\n" + LINE)) {
      for (int i = 1; i <= 3; i++) {
        assertEquals(1, lines.next().orElseThrow().changes().size());
        assertEquals(i, lines.number());
      }
      assertTrue(lines.next().isEmpty());
    }
  }

  @Test
  void nothingIsNoLine() throws IOException {
    try (TransactionLines lines = lines("")) {
      assertTrue(lines.next().isEmpty());
      assertEquals(0, lines.number());
    }
  }

  @Test
  void aLineIsBounded() throws IOException {
    try (TransactionLines lines = lines(LINE + "  \n" + LINE + "   \n")) {
      assertTrue(lines.next().isPresent());
      assertThrows(MalformedInputException.class, lines::next);
      assertEquals(2, lines.number());
    }
  }

  @Test
  void noiseIsATransactionOrTheOneException() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    byte[] good = (LINE + "\n").getBytes(StandardCharsets.UTF_8);
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = good.clone();
      for (int i = 1 + random.nextInt(3); i > 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try (TransactionLines lines =
          new TransactionLines(new ByteArrayInputStream(bytes), 1 << 20, NO_LONG_LINES)) {
        while (lines.next().isPresent()) {
          assertTrue(lines.number() > 0);
        }
      } catch (MalformedInputException expected) {
        assertTrue(!String.valueOf(expected.getMessage()).isEmpty());
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ", round " + round, e);
      }
    }
  }
}
