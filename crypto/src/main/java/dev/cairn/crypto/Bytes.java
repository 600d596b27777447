package dev.cairn.crypto;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An immutable sequence of bytes with value equality, ordered as unsigned bytes.
 *
 * <p>Not for secrets: the content cannot be zeroed and {@link #toString()} shows its beginning.
 * Secrets live in {@link SecretBytes}.
 *
 * <p>Thread-safe.
 */
public final class Bytes implements Comparable<Bytes> {
  /** No bytes at all. */
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private static final HexFormat HEX = HexFormat.of();
  private static final int SHOWN = 16;

  private final byte[] content;
  private int hash;

  private Bytes(byte[] content) {
    this.content = content;
  }

  /** The bytes of {@code source}, copied. */
  public static Bytes copyOf(byte[] source) {
    return source.length == 0 ? EMPTY : new Bytes(source.clone());
  }

  /**
   * The bytes of {@code source} in the half-open range, copied.
   *
   * @throws IndexOutOfBoundsException if the range is not within the array
   */
  public static Bytes copyOf(byte[] source, int from, int toExclusive) {
    Objects.checkFromToIndex(from, toExclusive, source.length);
    return from == toExclusive ? EMPTY : new Bytes(Arrays.copyOfRange(source, from, toExclusive));
  }

  /** The remaining bytes of {@code source}, copied; the buffer's position does not move. */
  public static Bytes copyOf(ByteBuffer source) {
    byte[] copy = new byte[source.remaining()];
    source.get(source.position(), copy);
    return wrap(copy);
  }

  /** The array itself, not copied: the caller gives it up and must never write to it again. */
  public static Bytes wrap(byte[] givenUp) {
    return givenUp.length == 0 ? EMPTY : new Bytes(givenUp);
  }

  /** The parts, one after the other. */
  public static Bytes concat(Bytes... parts) {
    long length = 0;
    for (Bytes part : parts) {
      length += part.content.length;
    }
    byte[] joined = new byte[Math.toIntExact(length)];
    int at = 0;
    for (Bytes part : parts) {
      at = part.copyInto(joined, at);
    }
    return wrap(joined);
  }

  /**
   * Reads hexadecimal of either case.
   *
   * @throws IllegalArgumentException if the text is not an even number of hexadecimal digits
   */
  public static Bytes fromHex(String hex) {
    return wrap(HEX.parseHex(hex));
  }

  /**
   * Reads base64url without padding (RFC 4648 section 5) and accepts only the canonical text of the
   * bytes.
   *
   * @throws IllegalArgumentException if the text is anything else
   */
  public static Bytes fromBase64Url(String text) {
    Bytes decoded = wrap(Base64.getUrlDecoder().decode(text));
    if (!decoded.base64Url().equals(text)) {
      throw new IllegalArgumentException("not canonical base64url without padding");
    }
    return decoded;
  }

  /**
   * The UTF-8 bytes of the text.
   *
   * @throws MalformedTextException if the text holds an unpaired surrogate
   */
  public static Bytes utf8(String text) {
    return wrap(Utf8.encode(text));
  }

  /** Lower-case hexadecimal. */
  public String hex() {
    return HEX.formatHex(content);
  }

  /** Base64url without padding (RFC 4648 section 5). */
  public String base64Url() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(content);
  }

  /** The number of bytes. */
  public int size() {
    return content.length;
  }

  /** Whether there are no bytes. */
  public boolean isEmpty() {
    return content.length == 0;
  }

  /**
   * One byte.
   *
   * @throws IndexOutOfBoundsException if the index is not within the sequence
   */
  public byte at(int index) {
    return content[index];
  }

  /** A fresh copy of the bytes. */
  public byte[] toByteArray() {
    return content.clone();
  }

  /**
   * The half-open range, copied.
   *
   * @throws IndexOutOfBoundsException if the range is not within the sequence
   */
  public Bytes slice(int from, int toExclusive) {
    return copyOf(content, from, toExclusive);
  }

  /** A read-only view of the bytes. */
  public ByteBuffer asReadOnlyByteBuffer() {
    return ByteBuffer.wrap(content).asReadOnlyBuffer();
  }

  /**
   * Copies all bytes into {@code target} from {@code offset} on.
   *
   * @return the offset behind the last byte written
   * @throws IndexOutOfBoundsException if they do not fit
   */
  public int copyInto(byte[] target, int offset) {
    System.arraycopy(content, 0, target, offset, content.length);
    return offset + content.length;
  }

  /** Feeds all bytes to the digest, without a copy. */
  public void updateInto(MessageDigest digest) {
    digest.update(content);
  }

  /** Whether both hold the same bytes, in time that depends on the lengths only. */
  public boolean equalsConstantTime(Bytes other) {
    return MessageDigest.isEqual(content, other.content);
  }

  /** For this package's own hot paths: the array itself, which nobody may write to or hand out. */
  byte[] unsafeArray() {
    return content;
  }

  @Override
  public int compareTo(Bytes other) {
    return Arrays.compareUnsigned(content, other.content);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof Bytes that
            && Arrays.equals(content, 0, content.length, that.content, 0, that.content.length));
  }

  @Override
  public int hashCode() {
    int known = hash;
    if (known == 0) {
      known = Arrays.hashCode(content);
      hash = known;
    }
    return known;
  }

  /** The first bytes in hexadecimal, and how many there are: for messages, not for parsing. */
  @Override
  public String toString() {
    return content.length <= SHOWN
        ? hex()
        : HEX.formatHex(content, 0, SHOWN) + "…(" + content.length + " bytes)";
  }
}
