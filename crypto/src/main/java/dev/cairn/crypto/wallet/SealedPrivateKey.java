package dev.cairn.crypto.wallet;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.SecretBytes;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.PKCS5S2ParametersGenerator;
import org.bouncycastle.crypto.generators.SCrypt;
import org.bouncycastle.crypto.params.KeyParameter;
import org.web3j.crypto.Hash;

/**
 * A private key as version 3 of the <a
 * href="https://ethereum.org/en/developers/docs/data-structures-and-encoding/web3-secret-storage/">Web3
 * Secret Storage Definition</a> keeps it: AES-128-CTR under the first half of a key that scrypt or
 * PBKDF2 makes of a password, and a Keccak-256 under the second half that tells a wrong one.
 * Scrypt, PBKDF2, AES and Keccak are those of Bouncy Castle and the JDK.
 *
 * @param kdf how the password becomes a key
 * @param iv 16 bytes
 * @param ciphertext 32 bytes
 * @param mac 32 bytes
 */
public record SealedPrivateKey(Kdf kdf, Bytes iv, Bytes ciphertext, Bytes mac) {
  /** The most memory that a file may ask for, in bytes: that of N = 2^20 with r = 8. */
  public static final long MAX_MEMORY = 1L << 30;

  private static final int MAX_ITERATIONS = 10_000_000;
  private static final int MAX_PARALLEL = 16;
  private static final int DERIVED = 32;
  private static final int HALF = 16;

  /** How the password becomes a key. */
  public sealed interface Kdf {
    /** Made for each file. */
    Bytes salt();
  }

  /**
   * RFC 7914.
   *
   * @param n a power of two
   * @param r block size
   * @param p parallelism
   */
  public record Scrypt(int n, int r, int p, Bytes salt) implements Kdf {
    /** Checks the bounds. */
    public Scrypt {
      require(n >= 2 && Integer.bitCount(n) == 1, "its scrypt N is no power of two");
      require(r >= 1 && p >= 1 && p <= MAX_PARALLEL, "its scrypt r or p is out of bounds");
      require(r > 1 || n < 1 << 16, "its scrypt N is too large for r = 1 (RFC 7914)");
      require(128L * n * r <= MAX_MEMORY, "its scrypt asks for more than 1 GiB of memory");
    }
  }

  /** RFC 8018 with HMAC-SHA256. */
  public record Pbkdf2(int iterations, Bytes salt) implements Kdf {
    /** Checks the bounds. */
    public Pbkdf2 {
      require(
          iterations >= 1 && iterations <= MAX_ITERATIONS,
          "its iterations are not from 1 to " + MAX_ITERATIONS);
    }
  }

  /** Checks the sizes. */
  public SealedPrivateKey {
    require(iv.size() == HALF, "its iv has not 16 bytes");
    require(ciphertext.size() == WalletKeyPair.SIZE, "its ciphertext has not 32 bytes");
    require(mac.size() == DERIVED, "its mac has not 32 bytes");
    require(kdf.salt().size() <= 1024, "its salt is too long");
  }

  /**
   * Opens it.
   *
   * @param password stays the caller's to close
   * @return empty if the password is another one, or the file was altered
   */
  public Optional<WalletKeyPair> open(SecretBytes password) {
    byte[] secret = password.copyMaterial();
    byte[] derived = derive(secret);
    try {
      byte[] checked =
          Bytes.concat(Bytes.wrap(Arrays.copyOfRange(derived, HALF, DERIVED)), ciphertext)
              .toByteArray();
      if (!Bytes.wrap(Hash.sha3(checked)).equalsConstantTime(mac)) {
        return Optional.empty();
      }
      Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
      cipher.init(
          Cipher.DECRYPT_MODE,
          new SecretKeySpec(derived, 0, HALF, "AES"),
          new IvParameterSpec(iv.toByteArray()));
      return Optional.of(
          WalletKeyPair.takeOwnershipOf(
              SecretBytes.takeOwnershipOf(cipher.doFinal(ciphertext.toByteArray()))));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES in counter mode is part of every JDK", e);
    } finally {
      Arrays.fill(secret, (byte) 0);
      Arrays.fill(derived, (byte) 0);
    }
  }

  private byte[] derive(byte[] password) {
    return switch (kdf) {
      case Scrypt scrypt ->
          SCrypt.generate(
              password, scrypt.salt().toByteArray(), scrypt.n(), scrypt.r(), scrypt.p(), DERIVED);
      case Pbkdf2 pbkdf2 -> {
        PKCS5S2ParametersGenerator generator = new PKCS5S2ParametersGenerator(new SHA256Digest());
        generator.init(password, pbkdf2.salt().toByteArray(), pbkdf2.iterations());
        yield ((KeyParameter) generator.generateDerivedParameters(8 * DERIVED)).getKey();
      }
    };
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new dev.cairn.crypto.MalformedTextException(
          "This is no keystore of version 3: " + otherwise);
    }
  }
}
