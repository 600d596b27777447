package dev.cairn.crypto;

import java.lang.invoke.VarHandle;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * HMAC-SHA256 (RFC 2104) over the platform's SHA-256, because {@code javax.crypto.Mac} keeps copies
 * of its key that nobody can zero. {@link #close()} zeroes both padded keys.
 *
 * <p>Thread-safe; using it after {@link #close()} throws {@link IllegalStateException}.
 */
public final class HmacSha256 implements AutoCloseable {
  private static final int BLOCK = 64;

  private final byte[] inner = new byte[BLOCK];
  private final byte[] outer = new byte[BLOCK];
  private volatile boolean closed;

  /** A MAC under a key of any length, which is copied: the caller still has to zero its own. */
  public HmacSha256(byte[] key) {
    byte[] block = new byte[BLOCK];
    if (key.length > BLOCK) {
      byte[] hashed = Sha256.acquire().digest(key);
      System.arraycopy(hashed, 0, block, 0, hashed.length);
      Arrays.fill(hashed, (byte) 0);
    } else {
      System.arraycopy(key, 0, block, 0, key.length);
    }
    for (int i = 0; i < BLOCK; i++) {
      inner[i] = (byte) (block[i] ^ 0x36);
      outer[i] = (byte) (block[i] ^ 0x5c);
    }
    Arrays.fill(block, (byte) 0);
  }

  /** The 32-byte MAC of the parts, one after the other, without anything between them. */
  public Bytes mac(Bytes... parts) {
    byte[][] contents = new byte[parts.length][];
    for (int i = 0; i < parts.length; i++) {
      contents[i] = parts[i].unsafeArray();
    }
    return Bytes.wrap(mac(contents));
  }

  /** Same, of and to arrays that the caller zeroes where they are secret. */
  public byte[] mac(byte[]... parts) {
    MessageDigest digest = Sha256.acquire();
    digest.update(inner);
    for (byte[] part : parts) {
      digest.update(part);
    }
    byte[] mac = new byte[Sha256.SIZE];
    try {
      digest.digest(mac, 0, mac.length);
      digest.update(outer);
      digest.update(mac);
      digest.digest(mac, 0, mac.length);
    } catch (DigestException e) {
      throw new IllegalStateException("a SHA-256 digest has 32 bytes", e);
    }
    // After the padded keys were read: what comes out of a key that was being zeroed goes nowhere.
    VarHandle.acquireFence();
    if (closed) {
      throw new IllegalStateException("this key is closed");
    }
    return mac;
  }

  /** Zeroes the key. */
  @Override
  public void close() {
    closed = true;
    VarHandle.releaseFence();
    Arrays.fill(inner, (byte) 0);
    Arrays.fill(outer, (byte) 0);
  }

  @Override
  public String toString() {
    return "HmacSha256";
  }
}
