package dev.cairn.crypto;

import java.util.List;

/** The points of order 1, 2, 4 and 8 of edwards25519, by their y coordinates. */
final class SmallOrderPoints {
  /**
   * Every encoding, of either sign and also non-canonical (y + p), of the eight points, without the
   * sign bit, little-endian: y = 0, 1, p - 1, the two y of order 8, and p, p + 1.
   */
  private static final List<Bytes> Y =
      List.of(
          Bytes.fromHex("0000000000000000000000000000000000000000000000000000000000000000"),
          Bytes.fromHex("0100000000000000000000000000000000000000000000000000000000000000"),
          Bytes.fromHex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
          Bytes.fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
          Bytes.fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
          Bytes.fromHex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
          Bytes.fromHex("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"));

  private SmallOrderPoints() {}

  /** Whether the first 32 bytes encode such a point. Public input: the time may depend on it. */
  static boolean isSmallOrder(byte[] encoded) {
    for (Bytes y : Y) {
      byte[] candidate = y.unsafeArray();
      boolean same = (encoded[31] & 0x7f) == candidate[31];
      for (int i = 0; same && i < 31; i++) {
        same = encoded[i] == candidate[i];
      }
      if (same) {
        return true;
      }
    }
    return false;
  }
}
