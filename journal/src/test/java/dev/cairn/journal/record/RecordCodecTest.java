package dev.cairn.journal.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.Bytes;
import dev.cairn.schemas.wire.SchemaIds;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RecordCodecTest {
  private static final RecordCodec CODEC = RecordCodec.withBuiltInSchemas();
  private static final long SEED = Long.getLong("cairn.seed", 4711);

  @Test
  void schemaIdDecidesNothing() throws MalformedRecordException {
    for (LogRecord record : Records.ALL) {
      for (int id : new int[] {0, 1, -1, 0x4361_0001, 0x4361_0002, 0x4361_0006}) {
        byte[] value = CODEC.encode(record).toByteArray();
        ByteBuffer.wrap(value).putInt(1, id);
        assertEquals(record, CODEC.decode(Bytes.wrap(value)), "id " + id);
      }
    }
  }

  @Test
  void writesTheIdsThatARegistryAssigned() throws MalformedRecordException {
    RecordCodec assigned =
        new RecordCodec(SchemaIds.ofSubjects(Map.of("dev.cairn.schemas.avro.Commit", 17)));
    Bytes value = assigned.encode(Records.COMMIT);
    assertEquals(17, value.asReadOnlyByteBuffer().getInt(1));
    assertEquals(Records.COMMIT, CODEC.decode(value));
    assertEquals(Records.GENESIS, CODEC.decode(assigned.encode(Records.GENESIS)));
  }

  @Test
  void everyTruncationAndEveryAdditionIsMalformed() {
    for (LogRecord record : Records.ALL) {
      Bytes value = CODEC.encode(record);
      for (int length = 0; length < value.size(); length++) {
        Bytes cut = value.slice(0, length);
        assertThrows(MalformedRecordException.class, () -> CODEC.decode(cut));
      }
      for (int added : new int[] {0, 1, 0xff}) {
        Bytes longer = Bytes.concat(value, Bytes.wrap(new byte[] {(byte) added}));
        assertThrows(MalformedRecordException.class, () -> CODEC.decode(longer));
      }
    }
  }

  /**
   * Whatever is flipped: not a record, or one with another head, or (in the schema id) the very
   * same.
   */
  @Test
  void noFlippedBitLeavesTheHeadAndChangesTheRecord() {
    for (LogRecord record : Records.ALL) {
      byte[] value = CODEC.encode(record).toByteArray();
      for (int at = 0; at < value.length; at++) {
        for (int bit = 0; bit < 8; bit++) {
          byte[] flipped = value.clone();
          flipped[at] ^= (byte) (1 << bit);
          try {
            LogRecord read = CODEC.decode(Bytes.wrap(flipped));
            if (at >= 1 && at < 5) {
              assertEquals(record, read);
            } else {
              assertNotEquals(record.head(), read.head(), "byte " + at + ", bit " + bit);
            }
          } catch (MalformedRecordException expected) {
            assertTrue(at < 1 || at >= 5);
          }
        }
      }
    }
  }

  @Test
  void readsBackWhatItReadFromAnyBytes() {
    Random random = new Random(SEED);
    int read = 0;
    for (int round = 0; round < 60_000; round++) {
      byte[] value = Mutations.mutate(random, CODEC.encode(pick(random)).toByteArray());
      try {
        LogRecord record = CODEC.decode(Bytes.copyOf(value));
        assertEquals(record, CODEC.decode(CODEC.encode(record)), "seed " + SEED);
        read++;
      } catch (MalformedRecordException expected) {
        // most of them
      }
    }
    assertTrue(read > 100, "The mutations never left a record: " + read);
    System.out.println("seed " + SEED + ": " + read + " of 60000 mutations are records");
  }

  /**
   * Lengths and counts that lie must cost nothing: a judge meets whatever somebody put into the
   * topic.
   */
  @Test
  void claimedLengthsAreCheckedBeforeAnythingIsAllocated() {
    Bytes value = CODEC.encode(Records.COMMIT);
    for (long claim :
        new long[] {
          1 << 20,
          1 << 28,
          Integer.MAX_VALUE - 9,
          1L << 40,
          Long.MAX_VALUE,
          -1,
          -(1L << 31),
          Long.MIN_VALUE
        }) {
      for (int at = 5; at < value.size(); at++) {
        byte[] hostile =
            Bytes.concat(
                    value.slice(0, at), Bytes.wrap(zigzag(claim)), value.slice(at, value.size()))
                .toByteArray();
        long before = allocated();
        try {
          CODEC.decode(Bytes.wrap(hostile));
        } catch (MalformedRecordException expected) {
          // nearly all of them
        }
        long cost = allocated() - before;
        assertTrue(
            cost < 4_000_000, "Claim of " + claim + " at " + at + " cost " + cost + " bytes");
      }
    }
  }

  @Test
  void recordsAboveTheBoundAreMalformed() {
    Bytes sealed = Bytes.wrap(new byte[RecordLimits.MAX_RECORD_BYTES - 200]);
    CommitDraft draft = draft(List.of(1), 0, List.of(Operation.put(Records.tag(1), sealed)), 1);
    assertThrows(IllegalArgumentException.class, () -> CODEC.encode(draft.sign(Records.KEY_1)));
    assertThrows(
        MalformedRecordException.class,
        () -> CODEC.decode(Bytes.wrap(new byte[RecordLimits.MAX_RECORD_BYTES + 1])));
  }

  @Test
  void headersThatCannotBeAreRefused() {
    List<Operation> two =
        List.of(
            Operation.put(Records.tag(1), Records.sealed(1)),
            Operation.put(Records.tag(2), Records.sealed(2)));
    for (List<Integer> ends :
        List.of(List.of(0), List.of(3), List.of(2, 1), List.of(1, 1), List.of(-1, 2))) {
      assertThrows(
          IllegalArgumentException.class, () -> draft(ends, 0, two, 1).header(), ends.toString());
    }
    assertThrows(IllegalArgumentException.class, () -> draft(List.of(1), 0, two, 1).header());
    assertThrows(IllegalArgumentException.class, () -> draft(List.of(2), 1, two, 1).header());
    assertThrows(IllegalArgumentException.class, () -> draft(List.of(), 1, two, 1).header());
    assertThrows(IllegalArgumentException.class, () -> draft(List.of(2), 0, two, 0).header());
    assertThrows(
        IllegalArgumentException.class,
        () -> draft(List.of(2), 0, two, RecordLimits.MAX_COUNTER + 1).header());
    assertEquals(2, draft(List.of(), 7, two, 1).header().operationCount());
  }

  @Test
  void deletesNameWhatTheyDelete() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Operation(Records.tag(1), java.util.Optional.empty(), java.util.Optional.empty()));
    assertThrows(
        IllegalArgumentException.class,
        () -> Operation.put(Records.tag(1), Bytes.wrap(new byte[39])));
    assertThrows(
        IllegalArgumentException.class,
        () -> Operation.put(Bytes.wrap(new byte[31]), Records.sealed(1)));
  }

  @Test
  void operationsCarryTheSequenceOfTheirTransaction() {
    assertEquals(
        List.of(1L, 1L, 2L, 3L),
        Records.COMMIT.operations().stream().map(NumberedOperation::sequence).toList());
    assertEquals(3, Records.FINISHING.operations().get(0).sequence());
    List<NumberedOperation> shifted = new ArrayList<>(Records.COMMIT.operations());
    Collections.swap(shifted, 1, 2);
    CommitHeader header = Records.COMMIT.header();
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new CommitDraft(
                header.userId(),
                1,
                1,
                1,
                header.previousHead(),
                0,
                header.transactionEnds(),
                1,
                shifted,
                header.stateDigest(),
                2,
                1));
  }

  @Test
  void headerBytesAreReadStrictly() {
    Random random = new Random(SEED);
    for (LogRecord record : Records.ALL) {
      Bytes header = record.headerBytes();
      for (int length = 0; length < header.size(); length++) {
        Bytes cut = header.slice(0, length);
        assertThrows(MalformedRecordException.class, () -> Header.parse(cut));
      }
      assertThrows(
          MalformedRecordException.class,
          () -> Header.parse(Bytes.concat(header, Bytes.wrap(new byte[1]))));
    }
    for (int round = 0; round < 30_000; round++) {
      Bytes mutated =
          Bytes.wrap(Mutations.mutate(random, pick(random).headerBytes().toByteArray()));
      try {
        assertEquals(mutated, Header.parse(mutated).toBytes(), "seed " + SEED);
      } catch (MalformedRecordException expected) {
        // many of them
      }
    }
  }

  private static CommitDraft draft(
      List<Integer> ends, int open, List<Operation> operations, long index) {
    return new CommitDraft(
        Records.USER,
        1,
        1,
        index,
        Records.GENESIS.head(),
        0,
        ends,
        open,
        CommitDraft.number(Records.USER, 1, 1, 0, ends, operations),
        Records.GENESIS.stateDigest(),
        0,
        1);
  }

  private static LogRecord pick(Random random) {
    return Records.ALL.get(random.nextInt(Records.ALL.size()));
  }

  private static byte[] zigzag(long value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long rest = (value << 1) ^ (value >> 63);
    while ((rest & ~0x7fL) != 0) {
      out.write((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
    return out.toByteArray();
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean)
            java.lang.management.ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }
}
