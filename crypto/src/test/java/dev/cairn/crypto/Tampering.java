package dev.cairn.crypto;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/** What an adversary does to bytes. */
@NullMarked
public final class Tampering {
  private Tampering() {}

  /**
   * Every bit pattern of one flipped bit a byte, every truncation from either end, and bytes added
   * at either end.
   */
  public static List<Bytes> everyAlteration(Bytes original) {
    List<Bytes> altered = new ArrayList<>();
    for (int i = 0; i < original.size(); i++) {
      byte[] flipped = original.toByteArray();
      flipped[i] ^= (byte) (1 << (i % 8));
      altered.add(Bytes.wrap(flipped));
    }
    for (int i = 0; i < original.size(); i++) {
      altered.add(original.slice(0, i));
      altered.add(original.slice(i + 1, original.size()));
    }
    altered.add(Bytes.concat(original, Bytes.fromHex("00")));
    altered.add(Bytes.concat(Bytes.fromHex("00"), original));
    altered.add(Bytes.concat(original, original));
    altered.removeIf(original::equals);
    return altered;
  }
}
