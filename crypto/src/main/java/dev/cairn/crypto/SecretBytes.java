package dev.cairn.crypto;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Secret bytes that are zeroed when closed and never show in a {@code toString}.
 *
 * <p>Thread-safe; using it after {@link #close()} throws {@link IllegalStateException}. No value
 * equality on purpose: see {@link #equalsConstantTime(SecretBytes)}.
 */
public final class SecretBytes implements AutoCloseable {
  private final byte[] content;
  private boolean closed;

  private SecretBytes(byte[] content) {
    this.content = content;
  }

  /** The array itself: it is the caller's no more, and is zeroed on close. */
  public static SecretBytes takeOwnershipOf(byte[] givenUp) {
    return new SecretBytes(givenUp);
  }

  /** A copy; the caller still has to zero its own. */
  public static SecretBytes takeCopyOf(byte[] source) {
    return new SecretBytes(source.clone());
  }

  /** A copy of public bytes that are to be treated as secret from here on. */
  public static SecretBytes takeCopyOf(Bytes source) {
    return new SecretBytes(source.toByteArray());
  }

  /** The number of bytes; known also after closing. */
  public int size() {
    return content.length;
  }

  /** A copy of the bytes, which the caller must zero as soon as possible. */
  public synchronized byte[] copyMaterial() {
    if (closed) {
      throw new IllegalStateException("this secret is closed");
    }
    return content.clone();
  }

  /** Whether both hold the same bytes, in time that depends on the lengths only. */
  public boolean equalsConstantTime(SecretBytes other) {
    byte[] mine = copyMaterial();
    byte[] theirs = other.copyMaterial();
    try {
      return MessageDigest.isEqual(mine, theirs);
    } finally {
      Arrays.fill(mine, (byte) 0);
      Arrays.fill(theirs, (byte) 0);
    }
  }

  /** Zeroes the bytes; may be repeated. */
  @Override
  public synchronized void close() {
    closed = true;
    Arrays.fill(content, (byte) 0);
  }

  @Override
  public String toString() {
    return "SecretBytes(" + content.length + " bytes)";
  }
}
