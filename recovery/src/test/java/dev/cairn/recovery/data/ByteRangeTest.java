package dev.cairn.recovery.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {
  @Test
  void readsFirstAndLastInclusive() {
    assertEquals(Optional.of(new ByteRange(0, 1)), ByteRange.parse("bytes=0-0"));
    assertEquals(Optional.of(new ByteRange(5, 10)), ByteRange.parse("bytes=5-9"));
    assertEquals(Optional.of(new ByteRange(7, Long.MAX_VALUE)), ByteRange.parse("bytes=7-"));
    assertEquals(
        Optional.of(new ByteRange(0, 1_000_000_000_000_000_000L)),
        ByteRange.parse("bytes=0-999999999999999999"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=-5",
        "bytes=5-4",
        "bytes=1-2,4-5",
        "bytes= 1-2",
        "bytes=1 -2",
        "bytes=1-2 ",
        "Bytes=1-2",
        "items=1-2",
        "bytes=+1-2",
        "bytes=1-+2",
        "bytes=0x1-2",
        "bytes=1.0-2",
        "bytes=٣-٤",
        "bytes=9999999999999999999-",
        "bytes=0-9999999999999999999",
        "bytes=1-2\nbytes=3-4"
      })
  void refusesWhateverElse(String header) {
    assertEquals(Optional.empty(), ByteRange.parse(header));
  }
}
