package dev.cairn.crypto.wallet;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.MalformedTextException;
import dev.cairn.crypto.SecretBytes;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.bouncycastle.util.BigIntegers;
import org.jspecify.annotations.Nullable;
import org.web3j.crypto.ECDSASignature;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Sign;
import org.web3j.utils.Numeric;

/**
 * A signature by a wallet: ECDSA over secp256k1 with its recovery bit, kept with low s (<a
 * href="https://eips.ethereum.org/EIPS/eip-2">EIP-2</a>), so that a wallet that answers with high s
 * gives the same bytes as one that does not.
 *
 * <p>The signature of the key message <em>is</em> a secret, so every signature is treated as one:
 * no equality, no text, zeroed on close. Thread-safe.
 */
public final class WalletSignature implements AutoCloseable {
  /** Bytes of {@code r ‖ s ‖ v}. */
  public static final int SIZE = 65;

  /** Bytes of the compact form, which carries the recovery bit in s (EIP-2098). */
  public static final int COMPACT_SIZE = 64;

  private static final BigInteger ORDER = Sign.CURVE_PARAMS.getN();
  private static final BigInteger HALF_ORDER = ORDER.shiftRight(1);

  private final SecretBytes rs;
  private final int recoveryId;

  private WalletSignature(SecretBytes rs, int recoveryId) {
    this.rs = rs;
    this.recoveryId = recoveryId;
  }

  /**
   * Reads what {@code personal_sign} and {@code eth_signTypedData_v4} answer: {@code 0x} and the
   * hexadecimal of 65 bytes, or of 64 in the compact form of <a
   * href="https://eips.ethereum.org/EIPS/eip-2098">EIP-2098</a>. The caller zeroes the characters.
   *
   * @throws MalformedTextException if it is anything else, for example the longer answer of a
   *     contract wallet; the message does not show it
   */
  public static WalletSignature parse(char[] text) {
    int from = text.length > 1 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X') ? 2 : 0;
    int digits = text.length - from;
    if (digits != 2 * SIZE && digits != 2 * COMPACT_SIZE) {
      throw new MalformedTextException(
          "A wallet's signature has 65 bytes (130 hexadecimal digits after 0x), this one has "
              + digits
              + " digits. Contract wallets answer with something else; they cannot be used here");
    }
    byte[] bytes = new byte[digits / 2];
    try {
      for (int i = 0; i < bytes.length; i++) {
        char high = text[from + 2 * i];
        char low = text[from + 2 * i + 1];
        if (!HexFormat.isHexDigit(high) || !HexFormat.isHexDigit(low)) {
          throw new MalformedTextException(
              "A wallet's signature is hexadecimal; character " + (from + 2 * i) + " is not");
        }
        bytes[i] = (byte) (HexFormat.fromHexDigit(high) << 4 | HexFormat.fromHexDigit(low));
      }
      return of(bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /**
   * From {@code r ‖ s ‖ v} with v 0, 1, 27 or 28, or from the 64 bytes of the compact form; the
   * caller zeroes the array.
   *
   * @throws MalformedTextException if the numbers are not those of a signature
   */
  public static WalletSignature of(byte[] signature) {
    byte[] rs = Arrays.copyOf(signature, COMPACT_SIZE);
    int bit;
    if (signature.length == SIZE) {
      int v = signature[COMPACT_SIZE] & 0xff;
      bit = v >= 27 ? v - 27 : v;
      if (bit > 1) {
        Arrays.fill(rs, (byte) 0);
        throw new MalformedTextException(
            "The last byte of a wallet's signature is 0, 1, 27 or 28, not " + v);
      }
    } else if (signature.length == COMPACT_SIZE) {
      bit = (rs[32] & 0x80) >>> 7;
      rs[32] &= 0x7f;
    } else {
      throw new MalformedTextException(
          "A wallet's signature has 65 bytes, not " + signature.length);
    }
    BigInteger r = new BigInteger(1, rs, 0, 32);
    BigInteger s = new BigInteger(1, rs, 32, 32);
    if (r.signum() == 0 || s.signum() == 0 || r.compareTo(ORDER) >= 0 || s.compareTo(ORDER) >= 0) {
      Arrays.fill(rs, (byte) 0);
      throw new MalformedTextException(
          "The numbers of the wallet's signature are outside the curve's order");
    }
    if (s.compareTo(HALF_ORDER) > 0) {
      byte[] low = BigIntegers.asUnsignedByteArray(32, ORDER.subtract(s));
      System.arraycopy(low, 0, rs, 32, 32);
      Arrays.fill(low, (byte) 0);
      bit ^= 1;
    }
    return new WalletSignature(SecretBytes.takeOwnershipOf(rs), bit);
  }

  /**
   * Whose key made it.
   *
   * @param digest 32 bytes, as {@link WalletDigests} makes them
   * @return empty if no key can have made it
   */
  public Optional<EthereumAddress> signer(Bytes digest) {
    byte[] copy = rs.copyMaterial();
    try {
      BigInteger r = new BigInteger(1, copy, 0, 32);
      BigInteger s = new BigInteger(1, copy, 32, 32);
      @Nullable BigInteger key =
          Sign.recoverFromSignature(recoveryId, new ECDSASignature(r, s), digest.toByteArray());
      if (key == null) {
        return Optional.empty();
      }
      byte[] publicKey = Numeric.toBytesPadded(key, 64);
      return Optional.of(new EthereumAddress(Bytes.wrap(Keys.getAddress(publicKey))));
    } catch (RuntimeException e) {
      // Bouncy Castle has no other answer to an r that is no point of the curve.
      return Optional.empty();
    } finally {
      Arrays.fill(copy, (byte) 0);
    }
  }

  /** {@code r ‖ s} with low s: 64 bytes, which the caller closes. */
  public SecretBytes rs() {
    return SecretBytes.takeOwnershipOf(rs.copyMaterial());
  }

  /**
   * {@code r ‖ s ‖ v} with low s and v 27 or 28, in the clear: for a sign-in, which is sent. Never
   * for the signature of a key message.
   */
  public Bytes open() {
    byte[] copy = rs.copyMaterial();
    try {
      return Bytes.concat(
          Bytes.wrap(copy.clone()), Bytes.wrap(new byte[] {(byte) (27 + recoveryId)}));
    } finally {
      Arrays.fill(copy, (byte) 0);
    }
  }

  /** Whether both are the same signature, in constant time. */
  public boolean isSameAs(WalletSignature other) {
    return rs.equalsConstantTime(other.rs);
  }

  /** Zeroes it. */
  @Override
  public void close() {
    rs.close();
  }

  @Override
  public String toString() {
    return "WalletSignature";
  }
}
