package dev.cairn.crypto;

import java.util.Arrays;

/**
 * Gives every slice of every object its opaque name: {@code HMAC-SHA256(tag key, lp(collection) ‖
 * lp(id) ‖ u32 slice)}.
 *
 * <p>Thread-safe; using it after {@link #close()} throws {@link IllegalStateException}.
 */
public final class TagKey implements AutoCloseable {
  /** Bytes of a tag. */
  public static final int TAG_SIZE = Sha256.SIZE;

  private final HmacSha256 hmac;

  private TagKey(HmacSha256 hmac) {
    this.hmac = hmac;
  }

  static TagKey takeOwnershipOf(byte[] givenUp) {
    try {
      return new TagKey(new HmacSha256(givenUp));
    } finally {
      Arrays.fill(givenUp, (byte) 0);
    }
  }

  /**
   * The 32-byte tag of one slice.
   *
   * @param collection at most 4096 bytes of UTF-8
   * @param id at most 4096 bytes of UTF-8
   * @param slice 0 or more
   * @throws MalformedTextException if collection or id are longer or hold an unpaired surrogate
   */
  public Bytes tag(String collection, String id, int slice) {
    return tag(
        ObjectSlice.encodeName("collection", collection), ObjectSlice.encodeName("id", id), slice);
  }

  Bytes tag(byte[] collection, byte[] id, int slice) {
    if (slice < 0) {
      throw new IllegalArgumentException("slices count from 0, not " + slice);
    }
    return Bytes.wrap(hmac.mac(u32(collection.length), collection, u32(id.length), id, u32(slice)));
  }

  private static byte[] u32(int value) {
    return new byte[] {
      (byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value
    };
  }

  /** Zeroes the key. */
  @Override
  public void close() {
    hmac.close();
  }

  @Override
  public String toString() {
    return "TagKey";
  }
}
