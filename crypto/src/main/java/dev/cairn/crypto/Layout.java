package dev.cairn.crypto;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;

/**
 * Writes the fixed layouts that are signed, sealed and hashed, in the notation of {@code
 * docs/formats.md}.
 *
 * <table>
 * <caption>Notation</caption>
 * <tr><th>written as</th><th>bytes</th></tr>
 * <tr><td>{@code label(name)}</td><td>{@code lp("cairn/1/<name>")}</td></tr>
 * <tr><td>{@code u8 u32 u64}</td><td>1, 4, 8 bytes, big-endian, unsigned</td></tr>
 * <tr><td>{@code lp(x)}</td><td>{@code u32} length of x ‖ x; text is UTF-8</td></tr>
 * <tr><td>{@code opt(x)}</td><td>one byte 0, or one byte 1 ‖ x (x has a fixed length)</td></tr>
 * <tr><td>{@code userId}</td><td>26 bytes ASCII</td></tr>
 * </table>
 *
 * <p>{@code u64} covers 0 to 2^63 - 1: everything that Cairn counts fits, and a negative number is
 * always a mistake.
 *
 * <p>Not thread-safe. Values out of range throw {@link IllegalArgumentException}: they are mistakes
 * of the caller.
 */
public final class Layout {
  private static final String LABEL_PREFIX = "cairn/1/";
  private static final long MAX_U32 = 0xffff_ffffL;
  private static final int MAX_U8 = 0xff;

  private ByteBuffer buffer;

  private Layout(int capacity) {
    buffer = ByteBuffer.allocate(capacity);
  }

  /** A layout that starts with its label. */
  public static Layout label(String name) {
    return unlabelled().lp(LABEL_PREFIX + name);
  }

  /** A layout, or a part of one, without a label. */
  public static Layout unlabelled() {
    return new Layout(192);
  }

  /**
   * A layout without a label with room for so many bytes: nothing is copied, and so nothing of a
   * secret is left behind, while they suffice.
   */
  public static Layout unlabelledOfSize(int capacity) {
    return new Layout(capacity);
  }

  /** The user id's 26 bytes. */
  public Layout userId(UserId userId) {
    room(UserId.LENGTH);
    for (int i = 0; i < UserId.LENGTH; i++) {
      buffer.put((byte) userId.value().charAt(i));
    }
    return this;
  }

  /** One byte, 0 to 255. */
  public Layout u8(int value) {
    if (value < 0 || value > MAX_U8) {
      throw new IllegalArgumentException("u8 out of range: " + value);
    }
    room(1);
    buffer.put((byte) value);
    return this;
  }

  /** Four bytes, 0 to 2^32 - 1. */
  public Layout u32(long value) {
    if (value < 0 || value > MAX_U32) {
      throw new IllegalArgumentException("u32 out of range: " + value);
    }
    room(Integer.BYTES);
    buffer.putInt((int) value);
    return this;
  }

  /** Eight bytes, 0 to 2^63 - 1. */
  public Layout u64(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("u64 out of range: " + value);
    }
    room(Long.BYTES);
    buffer.putLong(value);
    return this;
  }

  /** The bytes as they are: only for what has a fixed length. */
  public Layout bytes(Bytes value) {
    return bytes(value.unsafeArray());
  }

  /** The bytes as they are: only for what has a fixed length. */
  public Layout bytes(byte[] value) {
    room(value.length);
    buffer.put(value);
    return this;
  }

  /** Length and bytes. */
  public Layout lp(Bytes value) {
    return u32(value.size()).bytes(value);
  }

  /** Length and bytes. */
  public Layout lp(byte[] value) {
    return u32(value.length).bytes(value);
  }

  /**
   * Length and UTF-8 bytes of the text.
   *
   * @throws MalformedTextException if the text holds an unpaired surrogate
   */
  public Layout lp(String value) {
    return lp(Utf8.encode(value));
  }

  /** Presence byte, and the bytes as they are when present: only for what has a fixed length. */
  public Layout opt(Optional<Bytes> value) {
    if (value.isEmpty()) {
      return u8(0);
    }
    return u8(1).bytes(value.get());
  }

  /** The number of bytes written so far. */
  public int size() {
    return buffer.position();
  }

  /** What was written, copied. */
  public Bytes toBytes() {
    return Bytes.copyOf(buffer.array(), 0, buffer.position());
  }

  /** SHA-256 of what was written. */
  public Bytes sha256() {
    return Sha256.hash(buffer.array(), 0, buffer.position());
  }

  /** Feeds what was written to the digest, without a copy. */
  void updateInto(MessageDigest digest) {
    digest.update(buffer.array(), 0, buffer.position());
  }

  /** What was written, as an array of the caller's own to zero; this layout is zeroed and empty. */
  public byte[] takeSecret() {
    byte[] taken = Arrays.copyOf(buffer.array(), buffer.position());
    Arrays.fill(buffer.array(), (byte) 0);
    buffer.clear();
    return taken;
  }

  byte[] toByteArray() {
    return Arrays.copyOf(buffer.array(), buffer.position());
  }

  private void room(int more) {
    if (buffer.remaining() < more) {
      int needed = Math.addExact(buffer.position(), more);
      ByteBuffer larger =
          ByteBuffer.allocate(
              Math.max(needed, (int) Math.min(2L * buffer.capacity(), Integer.MAX_VALUE - 16)));
      larger.put(buffer.array(), 0, buffer.position());
      Arrays.fill(buffer.array(), (byte) 0);
      buffer = larger;
    }
  }
}
