package dev.cairn.crypto.wallet;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.MalformedTextException;
import java.io.IOException;
import org.web3j.crypto.Sign;
import org.web3j.crypto.StructuredDataEncoder;

/** The 32 bytes that a wallet signs for a text or for typed data. Stateless. */
public final class WalletDigests {
  /** Characters of typed data that are looked at. */
  public static final int MAX_TYPED_DATA = 16 * 1024;

  private WalletDigests() {}

  /**
   * Of a text, as {@code personal_sign} does: <a
   * href="https://eips.ethereum.org/EIPS/eip-191">ERC-191</a>, version 0x45.
   */
  public static Bytes ofText(Bytes text) {
    return Bytes.wrap(Sign.getEthereumMessageHash(text.toByteArray()));
  }

  /**
   * Of typed data, as {@code eth_signTypedData_v4} does: <a
   * href="https://eips.ethereum.org/EIPS/eip-712">EIP-712</a>.
   *
   * @param json types, primaryType, domain and message
   * @throws MalformedTextException if it is not that
   */
  public static Bytes ofTypedData(String json) {
    if (json.length() > MAX_TYPED_DATA) {
      throw new MalformedTextException(
          "Typed data has at most " + MAX_TYPED_DATA + " characters, this has " + json.length());
    }
    try {
      return Bytes.wrap(new StructuredDataEncoder(json).hashStructuredData());
    } catch (IOException | RuntimeException e) {
      throw new MalformedTextException("This is not the typed data of EIP-712: " + e.getMessage());
    }
  }
}
