package dev.cairn.crypto;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedDeque;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * XAES-256-GCM (C2SP): authenticated encryption with a 32-byte key and a random 24-byte nonce for
 * each message, on the platform's AES-GCM. What it gives is {@code nonce(24) ‖ ciphertext ‖
 * mac(16)}.
 *
 * <p><b>Guaranteed:</b> confidentiality and integrity of the plaintext, integrity of the associated
 * data, for 2^80 messages under one key; no counter to keep, so safe after an old copy of the
 * caller's state is restored.
 *
 * <p><b>Not guaranteed:</b> commitment to the key (a ciphertext can be made to open under two
 * keys), hiding the length, protection from replay.
 *
 * <p>Thread-safe. {@link #close()} zeroes the key; the platform's ciphers keep key schedules of
 * their own until they are collected.
 */
public final class Xaes256Gcm implements AutoCloseable {
  /** Bytes of a key. */
  public static final int KEY_SIZE = 32;

  /** Bytes of a nonce. */
  public static final int NONCE_SIZE = 24;

  /** Bytes by which a sealed message is longer than its plaintext. */
  public static final int OVERHEAD = NONCE_SIZE + 16;

  private static final int BLOCK = 16;
  private static final int MAC_BITS = 128;
  private static final int DERIVING_NONCE = 12;

  /** A cold JVM is slow on large pieces: the compiled code takes over only between calls. */
  private static final int PIECE = 64 * 1024;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] key;
  private final ConcurrentLinkedDeque<Context> idle = new ConcurrentLinkedDeque<>();
  private volatile boolean closed;

  private Xaes256Gcm(byte[] key) {
    this.key = key;
  }

  /**
   * The array itself: it is the caller's no more, and is zeroed on close.
   *
   * @throws IllegalArgumentException if it is not 32 bytes
   */
  public static Xaes256Gcm takeOwnershipOf(byte[] givenUp) {
    if (givenUp.length != KEY_SIZE) {
      throw new IllegalArgumentException(
          "an XAES-256-GCM key has " + KEY_SIZE + " bytes, not " + givenUp.length);
    }
    return new Xaes256Gcm(givenUp);
  }

  /** A copy of the key; the caller still has to close its own. */
  public static Xaes256Gcm takeCopyOf(SecretBytes key) {
    return takeOwnershipOf(key.copyMaterial());
  }

  /** Seals under a fresh random nonce. */
  public Bytes seal(Bytes associatedData, Bytes plaintext) {
    byte[] content = plaintext.unsafeArray();
    return insecureNonceSeal(randomNonce(), associatedData, content, 0, content.length);
  }

  /**
   * Seals a secret that never becomes {@link Bytes}, under a fresh random nonce; the array is not
   * changed.
   */
  public Bytes sealSecret(Bytes associatedData, byte[] plaintext) {
    return insecureNonceSeal(randomNonce(), associatedData, plaintext, 0, plaintext.length);
  }

  /**
   * Opens what {@link #seal} gave.
   *
   * @throws SealBrokenException if it is anything else, or was sealed under another key or other
   *     associated data
   */
  public Bytes open(Bytes associatedData, Bytes sealed) throws SealBrokenException {
    return Bytes.wrap(openSecret(associatedData, sealed));
  }

  /**
   * Opens to an array that the caller zeroes.
   *
   * @throws SealBrokenException as {@link #open}
   */
  public byte[] openSecret(Bytes associatedData, Bytes sealed) throws SealBrokenException {
    byte[] source = sealed.unsafeArray();
    if (source.length < OVERHEAD) {
      throw new SealBrokenException("sealed bytes are too short: " + source.length);
    }
    Context context = acquire();
    try {
      context.init(Cipher.DECRYPT_MODE, source);
      context.gcm.updateAAD(associatedData.unsafeArray());
      return context.gcm.doFinal(source, NONCE_SIZE, source.length - NONCE_SIZE);
    } catch (AEADBadTagException e) {
      throw new SealBrokenException(
          "the seal does not verify: altered, moved, or sealed under another key", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM is not usable on this platform", e);
    } finally {
      release(context);
    }
  }

  static byte[] randomNonce() {
    byte[] nonce = new byte[NONCE_SIZE];
    RANDOM.nextBytes(nonce);
    return nonce;
  }

  /** Never twice with one nonce: for vectors, and for the method above. */
  Bytes insecureNonceSeal(
      byte[] nonce, Bytes associatedData, byte[] plaintext, int offset, int length) {
    if (nonce.length != NONCE_SIZE) {
      throw new IllegalArgumentException(
          "an XAES-256-GCM nonce has " + NONCE_SIZE + " bytes, not " + nonce.length);
    }
    byte[] sealed = new byte[Math.addExact(length, OVERHEAD)];
    System.arraycopy(nonce, 0, sealed, 0, NONCE_SIZE);
    Context context = acquire();
    try {
      context.init(Cipher.ENCRYPT_MODE, nonce);
      context.gcm.updateAAD(associatedData.unsafeArray());
      int from = offset;
      int left = length;
      int to = NONCE_SIZE;
      while (left > PIECE) {
        to += context.gcm.update(plaintext, from, PIECE, sealed, to);
        from += PIECE;
        left -= PIECE;
      }
      context.gcm.doFinal(plaintext, from, left, sealed, to);
      return Bytes.wrap(sealed);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM is not usable on this platform", e);
    } finally {
      release(context);
    }
  }

  private Context acquire() {
    Context context = idle.pollFirst();
    return context != null ? context : newContext();
  }

  /** Under the lock of {@link #close()}: no context ever sees a key that is being zeroed. */
  private Context newContext() {
    synchronized (key) {
      if (closed) {
        throw new IllegalStateException("this key is closed");
      }
      return new Context(key);
    }
  }

  private void release(Context context) {
    idle.addFirst(context);
    if (closed) {
      wipeIdle();
    }
  }

  private void wipeIdle() {
    for (Context context = idle.pollFirst(); context != null; context = idle.pollFirst()) {
      context.wipe();
    }
  }

  /** Zeroes the key; calls that run meanwhile end as if they had come before. */
  @Override
  public void close() {
    synchronized (key) {
      closed = true;
      Arrays.fill(key, (byte) 0);
    }
    wipeIdle();
  }

  @Override
  public String toString() {
    return "Xaes256Gcm";
  }

  /** What one call needs, for one thread at a time. */
  private static final class Context {
    final Cipher gcm;
    private final Cipher block;
    private final byte[] k1;
    private final byte[] blocks = new byte[2 * BLOCK];
    private final byte[] derived = new byte[2 * BLOCK];

    Context(byte[] key) {
      try {
        gcm = Cipher.getInstance("AES/GCM/NoPadding");
        block = Cipher.getInstance("AES/ECB/NoPadding");
        block.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
        k1 = doubled(block.doFinal(new byte[BLOCK]));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java platform has AES-GCM", e);
      }
    }

    /** The first half of the nonce derives the message's key, the second is its GCM nonce. */
    void init(int mode, byte[] nonce) throws GeneralSecurityException {
      for (int counter = 1; counter <= 2; counter++) {
        int at = (counter - 1) * BLOCK;
        blocks[at] = k1[0];
        blocks[at + 1] = (byte) (k1[1] ^ counter);
        blocks[at + 2] = (byte) (k1[2] ^ 'X');
        blocks[at + 3] = k1[3];
        for (int i = 0; i < DERIVING_NONCE; i++) {
          blocks[at + 4 + i] = (byte) (k1[4 + i] ^ nonce[i]);
        }
      }
      block.doFinal(blocks, 0, blocks.length, derived, 0);
      gcm.init(
          mode,
          new SecretKeySpec(derived, "AES"),
          new GCMParameterSpec(MAC_BITS, nonce, DERIVING_NONCE, NONCE_SIZE - DERIVING_NONCE));
      Arrays.fill(derived, (byte) 0);
    }

    void wipe() {
      Arrays.fill(k1, (byte) 0);
      Arrays.fill(blocks, (byte) 0);
    }

    /** Multiplication by x in GF(2^128), as in CMAC (NIST SP 800-38B section 6.1). */
    private static byte[] doubled(byte[] l) {
      int carry = 0;
      for (int i = BLOCK - 1; i >= 0; i--) {
        int shifted = ((l[i] & 0xff) << 1) | carry;
        carry = shifted >>> Byte.SIZE;
        l[i] = (byte) shifted;
      }
      l[BLOCK - 1] ^= (byte) (-carry & 0x87);
      return l;
    }
  }
}
