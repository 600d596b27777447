package dev.cairn.crypto;

import java.security.SecureRandom;
import java.util.Arrays;

/**
 * The one key of a backup, 32 bytes: author, tag and sealing keys derive from it, per user and key
 * version. Whoever holds it reads everything that was sealed under it.
 *
 * <p>Thread-safe; using it after {@link #close()} throws {@link IllegalStateException}. The
 * material leaves only through {@link BackupKeyAccess}.
 */
public final class BackupKey implements AutoCloseable {
  /** Bytes of a backup key. */
  public static final int SIZE = 32;

  private final SecretBytes material;

  private BackupKey(SecretBytes material) {
    this.material = material;
  }

  /** A fresh random key. */
  public static BackupKey generate(SecureRandom random) {
    byte[] key = new byte[SIZE];
    random.nextBytes(key);
    return new BackupKey(SecretBytes.takeOwnershipOf(key));
  }

  /**
   * The array itself: it is the caller's no more, and is zeroed on close.
   *
   * @throws IllegalArgumentException if it is not 32 bytes (it is zeroed all the same)
   */
  public static BackupKey takeOwnershipOf(byte[] givenUp) {
    if (givenUp.length != SIZE) {
      int length = givenUp.length;
      Arrays.fill(givenUp, (byte) 0);
      throw new IllegalArgumentException("a backup key has " + SIZE + " bytes, not " + length);
    }
    return new BackupKey(SecretBytes.takeOwnershipOf(givenUp));
  }

  /** A copy; the caller still has to zero its own. */
  public static BackupKey takeCopyOf(byte[] source) {
    return takeOwnershipOf(source.clone());
  }

  /**
   * Derives the keys of one user and key version: {@code HKDF-SHA256(ikm = backup key, salt =
   * empty, info = label(name) ‖ userId ‖ u32 keyVersion)}, name = {@code author}, {@code tag},
   * {@code seal}.
   *
   * @param keyVersion 1 or more
   */
  public KeyRing deriveKeys(UserId userId, int keyVersion) {
    return deriveKeys(userId, keyVersion, Padding.NONE);
  }

  /**
   * Same, with a sealer that pads what it seals. Padding is no part of the keys: any sealer opens
   * what any other sealed.
   */
  public KeyRing deriveKeys(UserId userId, int keyVersion, Padding padding) {
    if (keyVersion < 1) {
      throw new IllegalArgumentException("key versions count from 1, not " + keyVersion);
    }
    byte[] key = material.copyMaterial();
    try {
      TagKey tags = TagKey.takeOwnershipOf(derive(key, "tag", userId, keyVersion));
      return new KeyRing(
          userId,
          keyVersion,
          AuthorKey.takeOwnershipOfSeed(derive(key, "author", userId, keyVersion)),
          tags,
          new ObjectSealer(
              userId,
              keyVersion,
              tags,
              Xaes256Gcm.takeOwnershipOf(derive(key, "seal", userId, keyVersion)),
              padding));
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private static byte[] derive(byte[] key, String name, UserId userId, int keyVersion) {
    return Hkdf.sha256(
        key, Bytes.EMPTY, Layout.label(name).userId(userId).u32(keyVersion).toBytes(), SIZE);
  }

  byte[] copyMaterial() {
    return material.copyMaterial();
  }

  /** Zeroes the key; keys derived from it live on until they are closed themselves. */
  @Override
  public void close() {
    material.close();
  }

  @Override
  public String toString() {
    return "BackupKey";
  }
}
