package dev.cairn.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class LayoutTest {
  private static final UserId USER = UserId.parse("abcdefghijklmnopqrstuvwx27");
  private static final Bytes HASH = Sha256.hash(Bytes.utf8("h"));

  private static Bytes sample() {
    return Layout.label("sample")
        .userId(USER)
        .u8(255)
        .u32(0xffff_ffffL)
        .u64(Long.MAX_VALUE)
        .bytes(HASH)
        .lp(Bytes.fromHex("0102"))
        .lp("Zoë")
        .opt(Optional.empty())
        .opt(Optional.of(HASH))
        .toBytes();
  }

  private static void read(Bytes bytes) throws MalformedLayoutException {
    LayoutReader reader = LayoutReader.of(bytes).label("sample");
    assertEquals(USER, reader.userId());
    assertEquals(255, reader.u8());
    assertEquals(0xffff_ffffL, reader.u32());
    assertEquals(Long.MAX_VALUE, reader.u64());
    assertEquals(HASH, reader.bytes(32));
    assertEquals(Bytes.fromHex("0102"), reader.lp(2));
    assertEquals("Zoë", reader.lpString(4));
    assertEquals(Optional.empty(), reader.opt(32));
    assertEquals(Optional.of(HASH), reader.opt(32));
    reader.end();
  }

  @Test
  void goldenBytes() throws Exception {
    assertEquals(
        "0000000e"
            + "636169726e2f312f73616d706c65"
            + "6162636465666768696a6b6c6d6e6f707172737475767778"
            + "3237"
            + "ff"
            + "ffffffff"
            + "7fffffffffffffff"
            + HASH.hex()
            + "000000020102"
            + "000000045a6fc3ab"
            + "00"
            + "01"
            + HASH.hex(),
        sample().hex());
    read(sample());
  }

  /**
   * Flips may give another valid value, which the values read show; cuts and additions never pass.
   */
  @Test
  void everyAlterationShows() {
    for (Bytes altered : Tampering.everyAlteration(sample())) {
      boolean same;
      try {
        read(altered);
        same = true;
      } catch (MalformedLayoutException | AssertionError e) {
        same = false;
      }
      assertFalse(same, altered::hex);
    }
  }

  @Test
  void outOfRange() {
    Layout layout = Layout.unlabelled();
    assertThrows(IllegalArgumentException.class, () -> layout.u8(256));
    assertThrows(IllegalArgumentException.class, () -> layout.u8(-1));
    assertThrows(IllegalArgumentException.class, () -> layout.u32(-1));
    assertThrows(IllegalArgumentException.class, () -> layout.u32(0x1_0000_0000L));
    assertThrows(IllegalArgumentException.class, () -> layout.u64(-1));
    assertThrows(MalformedTextException.class, () -> layout.lp("\ud800"));
    assertEquals(0, layout.size());
  }

  @Test
  void boundsBeforeAllocation() {
    Bytes huge = Layout.unlabelled().u32(0x7fff_ffffL).toBytes();
    assertThrows(MalformedLayoutException.class, () -> LayoutReader.of(huge).lp(Integer.MAX_VALUE));
    assertThrows(MalformedLayoutException.class, () -> LayoutReader.of(huge).lpString(100));
    assertThrows(
        MalformedLayoutException.class,
        () -> LayoutReader.of(Bytes.fromHex("ffffffff")).lp(Integer.MAX_VALUE));
    assertThrows(
        MalformedLayoutException.class, () -> LayoutReader.of(Bytes.fromHex("ffffffff")).u31());
    assertThrows(
        MalformedLayoutException.class,
        () -> LayoutReader.of(Bytes.fromHex("8000000000000000")).u64());
    assertThrows(MalformedLayoutException.class, () -> LayoutReader.of(Bytes.fromHex("02")).opt(1));
    assertThrows(
        MalformedLayoutException.class,
        () -> LayoutReader.of(Bytes.fromHex("00000001ff")).lpString(1));
    assertThrows(
        MalformedLayoutException.class, () -> LayoutReader.of(Bytes.fromHex("00")).label("sample"));
    assertThrows(MalformedLayoutException.class, () -> LayoutReader.of(sample()).label("simple"));
    assertThrows(MalformedLayoutException.class, () -> LayoutReader.of(Bytes.EMPTY).u8());
  }

  @Test
  void growsAndHashes() {
    Bytes large = Bytes.wrap(new byte[10_000]);
    Bytes twice = Layout.unlabelled().bytes(large).bytes(large).u8(1).toBytes();
    assertEquals(20_001, twice.size());
    assertEquals(Sha256.hash(sample()), Layout.unlabelled().bytes(sample()).sha256());
  }

  @Test
  void secretsAreTakenOnce() {
    Layout layout = Layout.unlabelledOfSize(4).u32(7);
    assertEquals("00000007", Bytes.wrap(layout.takeSecret()).hex());
    assertEquals(0, layout.size());
    assertEquals("00000008", layout.u32(8).toBytes().hex());
  }
}
