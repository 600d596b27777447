package dev.cairn.keyserver.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Layout;
import dev.cairn.keyserver.error.IntegrityException;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogFramesTest {
  private static final Bytes FRAMES =
      Layout.unlabelled()
          .u64(7)
          .lp(Bytes.utf8("seven"))
          .u64(9)
          .lp(Bytes.EMPTY)
          .u64(10)
          .lp(Bytes.utf8("ten"))
          .toBytes();

  @Test
  void readsWhatIsThere() {
    assertEquals(
        List.of(
            new LogRecordBytes(7, Bytes.utf8("seven")),
            new LogRecordBytes(9, Bytes.EMPTY),
            new LogRecordBytes(10, Bytes.utf8("ten"))),
        LogFrames.read(FRAMES, 6));
    assertEquals(List.of(), LogFrames.read(Bytes.EMPTY, 6));
  }

  @Test
  void refusesEveryCut() {
    for (int size = 1; size < FRAMES.size(); size++) {
      Bytes cut = FRAMES.slice(0, size);
      if (size == 17 || size == 29) {
        LogFrames.read(cut, 7); // Between two frames: a shorter page.
      } else {
        assertThrows(IntegrityException.class, () -> LogFrames.read(cut, 7), "cut at " + size);
      }
    }
  }

  @Test
  void refusesOffsetsThatDoNotAscend() {
    assertThrows(IntegrityException.class, () -> LogFrames.read(FRAMES, 8));
    Bytes twice = Bytes.concat(FRAMES.slice(0, 17), FRAMES.slice(0, 17));
    assertThrows(IntegrityException.class, () -> LogFrames.read(twice, 0));
  }

  @Test
  void refusesLengthsBeyondTheAnswer() {
    Bytes endless = Layout.unlabelled().u64(1).u32(0xffff_ffffL).u32(1).toBytes();
    assertThrows(IntegrityException.class, () -> LogFrames.read(endless, 0));
  }

  @Test
  void refusesOffsetsThatNothingCouldFollow() {
    Bytes last = Layout.unlabelled().u64(Long.MAX_VALUE).lp(Bytes.utf8("x")).toBytes();
    assertThrows(IntegrityException.class, () -> LogFrames.read(last, 0));
  }
}
