package dev.cairn.crypto.wallet;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.SecretBytes;
import java.math.BigInteger;
import java.util.Arrays;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Sign;

/**
 * The key of an Ethereum account, held by this process. Signs deterministically (RFC 6979). Not
 * guaranteed: that no copy of the key is left in memory after closing, because the arithmetic works
 * with numbers that cannot be zeroed.
 */
public final class WalletKeyPair implements AutoCloseable {
  /** Bytes of a private key. */
  public static final int SIZE = 32;

  private final SecretBytes privateKey;
  private final EthereumAddress address;

  private WalletKeyPair(SecretBytes privateKey, EthereumAddress address) {
    this.privateKey = privateKey;
    this.address = address;
  }

  /**
   * From a private key, 32 bytes.
   *
   * @throws IllegalArgumentException if it is no number of the curve
   */
  public static WalletKeyPair takeOwnershipOf(SecretBytes privateKey) {
    try {
      return new WalletKeyPair(
          privateKey, EthereumAddress.parse("0x" + Keys.getAddress(pair(privateKey))));
    } catch (RuntimeException e) {
      privateKey.close();
      throw e;
    }
  }

  private static ECKeyPair pair(SecretBytes privateKey) {
    byte[] copy = privateKey.copyMaterial();
    try {
      BigInteger number = new BigInteger(1, copy);
      if (copy.length != SIZE
          || number.signum() == 0
          || number.compareTo(Sign.CURVE_PARAMS.getN()) >= 0) {
        throw new IllegalArgumentException("a private key is a number below the curve's order");
      }
      return ECKeyPair.create(number);
    } finally {
      Arrays.fill(copy, (byte) 0);
    }
  }

  /** The account. */
  public EthereumAddress address() {
    return address;
  }

  /**
   * Signs.
   *
   * @param digest 32 bytes, as {@link WalletDigests} makes them
   * @return the caller closes it
   */
  public WalletSignature sign(Bytes digest) {
    Sign.SignatureData data = Sign.signMessage(digest.toByteArray(), pair(privateKey), false);
    byte[] bytes = new byte[WalletSignature.SIZE];
    System.arraycopy(data.getR(), 0, bytes, 0, 32);
    System.arraycopy(data.getS(), 0, bytes, 32, 32);
    bytes[WalletSignature.SIZE - 1] = data.getV()[0];
    try {
      return WalletSignature.of(bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
      Arrays.fill(data.getR(), (byte) 0);
      Arrays.fill(data.getS(), (byte) 0);
    }
  }

  @Override
  public void close() {
    privateKey.close();
  }

  @Override
  public String toString() {
    return "WalletKeyPair(" + address + ")";
  }
}
