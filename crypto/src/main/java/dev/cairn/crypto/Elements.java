package dev.cairn.crypto;

import java.security.MessageDigest;

/** What the state digest counts: one element for each live slice. */
public final class Elements {
  private static final byte[] LABEL = Layout.label("element").toByteArray();
  private static final int FIXED =
      UserId.LENGTH + Integer.BYTES + 2 * Long.BYTES + TagKey.TAG_SIZE + Integer.BYTES;

  private Elements() {}

  /**
   * {@code SHA-256(label(element) ‖ userId ‖ u32 keyVersion ‖ u64 epoch ‖ u64 sequence ‖ tag ‖
   * lp(sealed))}. Needs no key.
   *
   * @throws IllegalArgumentException if a number is negative or the tag does not have 32 bytes
   */
  public static Bytes element(
      UserId userId, int keyVersion, long epoch, long sequence, Bytes tag, Bytes sealed) {
    if (tag.size() != TagKey.TAG_SIZE) {
      throw new IllegalArgumentException("a tag has 32 bytes, not " + tag.size());
    }
    Layout header =
        Layout.unlabelledOfSize(LABEL.length + FIXED)
            .bytes(LABEL)
            .userId(userId)
            .u32(keyVersion)
            .u64(epoch)
            .u64(sequence)
            .bytes(tag)
            .u32(sealed.size());
    MessageDigest digest = Sha256.acquire();
    header.updateInto(digest);
    digest.update(sealed.unsafeArray());
    return Bytes.wrap(digest.digest());
  }
}
