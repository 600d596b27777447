package dev.cairn.crypto;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Reads what {@link Layout} writes, strictly: every length is checked before anything is allocated,
 * presence bytes are 0 or 1, text is UTF-8, and {@link #end()} refuses what is left over.
 *
 * <p>Not thread-safe. Every method throws {@link MalformedLayoutException} when the bytes do not
 * fit; the reader is then of no further use.
 */
public final class LayoutReader {
  private static final long MASK_U32 = 0xffff_ffffL;

  private final byte[] content;
  private final ByteBuffer buffer;

  private LayoutReader(byte[] content) {
    this.content = content;
    this.buffer = ByteBuffer.wrap(content);
  }

  /** Reads from the beginning of the bytes. */
  public static LayoutReader of(Bytes bytes) {
    return new LayoutReader(bytes.unsafeArray());
  }

  /**
   * Reads secrets from the beginning of an array that nobody writes to meanwhile and that the
   * caller zeroes afterwards.
   */
  public static LayoutReader ofSecret(byte[] bytes) {
    return new LayoutReader(bytes);
  }

  /** Expects this very label. */
  public LayoutReader label(String name) throws MalformedLayoutException {
    byte[] expected = Layout.label(name).toByteArray();
    need(expected.length, "label " + name);
    for (byte b : expected) {
      if (buffer.get() != b) {
        throw new MalformedLayoutException("expected the label " + name);
      }
    }
    return this;
  }

  /** A user id. */
  public UserId userId() throws MalformedLayoutException {
    need(UserId.LENGTH, "user id");
    StringBuilder text = new StringBuilder(UserId.LENGTH);
    for (int i = 0; i < UserId.LENGTH; i++) {
      text.append((char) (buffer.get() & 0xff));
    }
    try {
      return new UserId(text.toString());
    } catch (IllegalArgumentException e) {
      throw new MalformedLayoutException("not a user id", e);
    }
  }

  /** One byte, 0 to 255. */
  public int u8() throws MalformedLayoutException {
    need(1, "u8");
    return buffer.get() & 0xff;
  }

  /** Four bytes, 0 to 2^32 - 1. */
  public long u32() throws MalformedLayoutException {
    need(Integer.BYTES, "u32");
    return buffer.getInt() & MASK_U32;
  }

  /** Four bytes that must be 0 to 2^31 - 1. */
  public int u31() throws MalformedLayoutException {
    long value = u32();
    if (value > Integer.MAX_VALUE) {
      throw new MalformedLayoutException("number out of range: " + value);
    }
    return (int) value;
  }

  /** Eight bytes, 0 to 2^63 - 1; more is malformed. */
  public long u64() throws MalformedLayoutException {
    need(Long.BYTES, "u64");
    long value = buffer.getLong();
    if (value < 0) {
      throw new MalformedLayoutException("number out of range: " + Long.toUnsignedString(value));
    }
    return value;
  }

  /** So many bytes as they are. */
  public Bytes bytes(int length) throws MalformedLayoutException {
    return Bytes.wrap(secret(length));
  }

  /** Length and bytes, of which there may be {@code maximum} at most. */
  public Bytes lp(int maximum) throws MalformedLayoutException {
    return bytes(length(maximum));
  }

  /** Length and UTF-8 text, of which there may be {@code maximum} bytes at most. */
  public String lpString(int maximum) throws MalformedLayoutException {
    int length = length(maximum);
    int from = buffer.position();
    String text = Utf8.decode(content, from, from + length);
    buffer.position(from + length);
    return text;
  }

  /** Presence byte, and so many bytes when present. */
  public Optional<Bytes> opt(int length) throws MalformedLayoutException {
    return present() ? Optional.of(bytes(length)) : Optional.empty();
  }

  /** A presence byte, which is 0 or 1. */
  public boolean present() throws MalformedLayoutException {
    int presence = u8();
    if (presence > 1) {
      throw new MalformedLayoutException("presence byte is " + presence);
    }
    return presence == 1;
  }

  /** The number of bytes not read yet. */
  public int remaining() {
    return buffer.remaining();
  }

  /** Expects that nothing is left. */
  public void end() throws MalformedLayoutException {
    if (buffer.hasRemaining()) {
      throw new MalformedLayoutException(buffer.remaining() + " bytes are left over");
    }
  }

  /** So many bytes as they are, in an array that the caller zeroes. */
  public byte[] secret(int length) throws MalformedLayoutException {
    need(length, length + " bytes");
    byte[] value = new byte[length];
    buffer.get(value);
    return value;
  }

  int position() {
    return buffer.position();
  }

  void skip(int length) throws MalformedLayoutException {
    need(length, length + " bytes");
    buffer.position(buffer.position() + length);
  }

  int length(int maximum) throws MalformedLayoutException {
    long length = u32();
    if (length > maximum) {
      throw new MalformedLayoutException("length " + length + " exceeds the bound of " + maximum);
    }
    need((int) length, length + " bytes");
    return (int) length;
  }

  private void need(int length, String what) throws MalformedLayoutException {
    if (buffer.remaining() < length) {
      throw new MalformedLayoutException(
          "ends within " + what + ": " + buffer.remaining() + " bytes are left");
    }
  }
}
