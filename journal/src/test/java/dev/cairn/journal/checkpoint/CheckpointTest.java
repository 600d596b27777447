package dev.cairn.journal.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.Bytes;
import dev.cairn.journal.judge.ChainPosition;
import dev.cairn.journal.judge.Judge;
import dev.cairn.journal.record.LogRecord;
import dev.cairn.journal.record.RecordCodec;
import dev.cairn.journal.record.Records;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CheckpointTest {
  private static final Bytes HEAD = Records.tag(1);
  private static final Bytes OTHER_HEAD = Records.tag(2);

  @Test
  void textIsReadBackAndNothingElseIs() {
    Checkpoint checkpoint = new Checkpoint(1, 2, 345, HEAD);
    assertEquals("1.2.345." + HEAD.hex(), checkpoint.toString());
    assertEquals(checkpoint, Checkpoint.parse(checkpoint.toString()));
    assertEquals(new Checkpoint(1, 1, 0, HEAD), Checkpoint.parse("1.1.0." + HEAD.hex()));
    for (String text :
        new String[] {
          "",
          "1.2.345",
          "1.2.345." + HEAD.hex().substring(1),
          "1.2.345." + HEAD.hex() + "0",
          "1.2.345." + HEAD.hex().toUpperCase(java.util.Locale.ROOT),
          "01.2.345." + HEAD.hex(),
          "1.2.-345." + HEAD.hex(),
          "1.+2.345." + HEAD.hex(),
          "0.2.345." + HEAD.hex(),
          "1.0.345." + HEAD.hex(),
          "1.2.345." + HEAD.hex() + "\n",
          " 1.2.345." + HEAD.hex(),
          "4294967296.2.345." + HEAD.hex(),
          "9999999999.2.345." + HEAD.hex(),
          "1.9999999999999999999.345." + HEAD.hex(),
          "1.2.\u0663." + HEAD.hex()
        }) {
      assertThrows(IllegalArgumentException.class, () -> Checkpoint.parse(text), text);
    }
  }

  @Test
  void ordersByKeyVersionThenEpochThenIndex() {
    Checkpoint middle = new Checkpoint(2, 5, 10, HEAD);
    assertTrue(new Checkpoint(1, 9, 99, HEAD).isBefore(middle));
    assertTrue(new Checkpoint(2, 4, 99, HEAD).isBefore(middle));
    assertTrue(new Checkpoint(2, 5, 9, HEAD).isBefore(middle));
    assertFalse(new Checkpoint(2, 5, 10, OTHER_HEAD).isBefore(middle));
    assertFalse(new Checkpoint(2, 5, 11, HEAD).isBefore(middle));
    assertFalse(new Checkpoint(3, 1, 0, HEAD).isBefore(middle));
  }

  @Test
  void aRecoveryThatEndsBeforeTheFloorIsRefused() {
    FloorCheck check = new FloorCheck(Checkpoint.of(position(Records.IDLE)));
    check.meet(Checkpoint.of(position(Records.COMMIT)));
    FloorViolation violation = check.result(position(Records.FINISHING)).orElseThrow();
    assertTrue(violation instanceof FloorViolation.EndsBefore, violation.describe());
    assertTrue(violation.describe().contains("1.1.3."), violation.describe());
  }

  @Test
  void aRecoveryAtOrBehindTheFloorIsFine() {
    Checkpoint floor = Checkpoint.of(position(Records.IDLE));
    assertEquals(Optional.empty(), new FloorCheck(floor).result(position(Records.IDLE)));
    assertEquals(Optional.empty(), new FloorCheck(floor).result(position(Records.TAKEOVER)));
    FloorCheck whole = new FloorCheck(floor);
    for (LogRecord record : Records.ALL) {
      whole.meet(Checkpoint.of(position(record)));
    }
    assertEquals(Optional.empty(), whole.result(position(Records.REBASE)));
  }

  @Test
  void anotherRecordInTheFloorsPlaceIsAnotherHistory() {
    FloorCheck check = new FloorCheck(new Checkpoint(1, 1, 2, OTHER_HEAD));
    check.meet(Checkpoint.of(position(Records.COMMIT)));
    check.meet(Checkpoint.of(position(Records.FINISHING)));
    check.meet(Checkpoint.of(position(Records.IDLE)));
    FloorViolation violation = check.result(position(Records.REBASE)).orElseThrow();
    assertTrue(violation instanceof FloorViolation.HeadDiffers, violation.describe());
    FloorCheck atTheEnd = new FloorCheck(new Checkpoint(1, 1, 3, OTHER_HEAD));
    assertTrue(atTheEnd.result(position(Records.IDLE)).isPresent());
  }

  private static ChainPosition position(LogRecord until) {
    Judge judge = Judge.fromGenesis(Records.USER, Optional.empty());
    for (LogRecord record : Records.ALL) {
      judge.judge(record.index(), RecordCodec.withBuiltInSchemas().encode(record));
      if (record.equals(until)) {
        break;
      }
    }
    return judge.position().orElseThrow();
  }
}
