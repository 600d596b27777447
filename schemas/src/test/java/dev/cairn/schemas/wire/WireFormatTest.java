package dev.cairn.schemas.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class WireFormatTest {
  private static final WireFormat WIRE = new WireFormat(SchemaIds.builtIn());
  private static final Set<RecordType> ALL = EnumSet.allOf(RecordType.class);

  @ParameterizedTest
  @EnumSource(RecordType.class)
  void whatWasEncodedIsDecoded(RecordType type) throws MalformedWireException {
    SpecificRecord record = Samples.of(type);
    byte[] bytes = WIRE.encode(record);
    assertEquals(0, bytes[0]);
    assertEquals(type.builtInId(), WireFormat.schemaId(bytes));
    assertEquals(record, WIRE.decode(bytes, EnumSet.of(type)));
    assertEquals(record, WIRE.decode(bytes, ALL));
  }

  @ParameterizedTest
  @EnumSource(value = RecordType.class, mode = EnumSource.Mode.EXCLUDE, names = "ACCOUNT_COMMAND")
  void theBytesOfVersionOneStayReadable(RecordType type) throws Exception {
    byte[] golden = golden(type);
    assertArrayEquals(golden, WIRE.encode(Samples.of(type)));
    assertEquals(Samples.of(type), WIRE.decode(golden, EnumSet.of(type)));
  }

  private static byte[] golden(RecordType type) throws IOException {
    Properties properties = new Properties();
    try (InputStream in = WireFormatTest.class.getResourceAsStream("golden-v1.properties")) {
      assertNotNull(in);
      properties.load(in);
    }
    String hex = properties.getProperty(type.name());
    assertNotNull(hex, "golden bytes of " + type);
    return HexFormat.of().parseHex(hex);
  }

  @Test
  void theBytesAreThoseThatConfluentDefined() {
    // Written by hand: magic, id, then Avro's zig-zag lengths and numbers.
    String expected =
        "00"
            + "43610003"
            + "34"
            + "6162636465666768696a6b6c6d6e6f7071727374757677783237"
            + "0a"
            + "6a6f622d31"
            + "0a"
            + "6f776e6572"
            + "aaacabfef962";
    assertEquals(
        expected, HexFormat.of().formatHex(WIRE.encode(Samples.of(RecordType.COMPACTION_JOB))));
  }

  @ParameterizedTest
  @EnumSource(RecordType.class)
  void everyTruncationAndEveryByteBehindIsMalformed(RecordType type) {
    byte[] bytes = WIRE.encode(Samples.of(type));
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThrows(MalformedWireException.class, () -> WIRE.decode(cut, ALL));
    }
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
    assertThrows(MalformedWireException.class, () -> WIRE.decode(longer, ALL));
  }

  @ParameterizedTest
  @EnumSource(RecordType.class)
  void damagedBytesGiveARecordOrTheOneException(RecordType type) {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    byte[] good = WIRE.encode(Samples.of(type));
    for (int round = 0; round < 3_000; round++) {
      byte[] bytes = good.clone();
      int flips = 1 + random.nextInt(8);
      for (int i = 0; i < flips; i++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      decodeOrMalformed(bytes, seed);
    }
    for (int round = 0; round < 3_000; round++) {
      byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      if (noise.length > 5) {
        noise[0] = 0;
        ByteBuffer.wrap(noise, 1, 4).putInt(type.builtInId());
      }
      decodeOrMalformed(noise, seed);
    }
  }

  private static void decodeOrMalformed(byte[] bytes, long seed) {
    try {
      WIRE.decode(bytes, ALL);
    } catch (MalformedWireException expected) {
      assertNotNull(expected.getMessage());
    } catch (RuntimeException | OutOfMemoryError e) {
      throw new AssertionError(
          "seed " + seed + ", bytes " + HexFormat.of().formatHex(bytes) + " gave " + e, e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        Integer.MAX_VALUE - 8,
        100_000_000,
        1_000,
        Long.MAX_VALUE,
        -1,
        -100_000_000,
        Long.MIN_VALUE
      })
  void aClaimedLengthAllocatesNothing(long claimed) {
    for (int strings = 0; strings < 3; strings++) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write(0);
      out.writeBytes(ByteBuffer.allocate(4).putInt(RecordType.RECOVERY_BUNDLE.builtInId()).array());
      varint(out, 1);
      if (strings > 0) {
        varint(out, 0);
        varint(out, 1);
        if (strings > 1) {
          varint(out, 1);
          varint(out, 2);
        }
      }
      varint(out, claimed);
      varint(out, 4);
      out.writeBytes(new byte[64]);
      long before = allocated();
      assertThrows(MalformedWireException.class, () -> WIRE.decode(out.toByteArray(), ALL));
      long used = allocated() - before;
      assertTrue(used < 4_000_000, "allocated " + used + " bytes for a claim of " + claimed);
    }
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean)
            java.lang.management.ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  private static void varint(ByteArrayOutputStream out, long value) {
    long rest = (value << 1) ^ (value >> 63);
    while ((rest & ~0x7fL) != 0) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  @Test
  void aTypeThatDoesNotBelongIsRefused() {
    byte[] job = WIRE.encode(Samples.of(RecordType.COMPACTION_JOB));
    assertThrows(
        MalformedWireException.class,
        () -> WIRE.decode(job, EnumSet.of(RecordType.COMMIT, RecordType.EPOCH_OPENED)));
    assertThrows(MalformedWireException.class, () -> WIRE.decode(job, Set.of()));
  }

  @Test
  void anotherMagicByteIsRefused() {
    byte[] bytes = WIRE.encode(Samples.of(RecordType.COMMIT));
    bytes[0] = 1;
    assertThrows(MalformedWireException.class, () -> WIRE.decode(bytes, ALL));
    assertThrows(MalformedWireException.class, () -> WireFormat.schemaId(bytes));
  }

  @ParameterizedTest
  @EnumSource(RecordType.class)
  void idsOfARegistryAreWrittenAndRead(RecordType type) throws MalformedWireException {
    SchemaIds ids = SchemaIds.ofSubjects(Map.of(type.subject(), 17, "somebody.else", 18));
    byte[] bytes = new WireFormat(ids).encode(Samples.of(type));
    assertEquals(17, WireFormat.schemaId(bytes));
    assertEquals(Samples.of(type), new WireFormat(ids).decode(bytes, EnumSet.of(type)));
    // A reader that never heard of that registry tries what may stand there.
    assertEquals(Samples.of(type), WIRE.decode(bytes, EnumSet.of(type)));
    // And a built-in id stays readable beside it.
    assertEquals(
        Samples.of(type),
        new WireFormat(ids).decode(WIRE.encode(Samples.of(type)), EnumSet.of(type)));
  }

  @Test
  void whatIsUnknownHereIsLookedUp() throws MalformedWireException {
    byte[] bytes =
        new WireFormat(SchemaIds.ofSubjects(Map.of(RecordType.COMMIT.subject(), 17)))
            .encode(Samples.of(RecordType.COMMIT));
    SchemaIds ids =
        SchemaIds.builtIn()
            .withLookup(id -> id == 17 ? Optional.of(RecordType.COMMIT) : Optional.empty());
    assertEquals(Samples.of(RecordType.COMMIT), new WireFormat(ids).decode(bytes, ALL));
    assertThrows(
        MalformedWireException.class,
        () -> new WireFormat(ids).decode(bytes, EnumSet.of(RecordType.EPOCH_OPENED)));
  }

  @Test
  void idsAndSubjectsAreDistinct() {
    assertEquals(ALL.size(), ALL.stream().map(RecordType::builtInId).distinct().count());
    assertEquals(ALL.size(), ALL.stream().map(RecordType::subject).distinct().count());
    for (RecordType type : ALL) {
      assertEquals(Optional.of(type), RecordType.ofBuiltInId(type.builtInId()));
      assertEquals(Optional.of(type), RecordType.ofSubject(type.subject()));
      assertEquals(type.builtInId(), SchemaIds.builtIn().bySubject().get(type.subject()));
    }
  }
}
