package dev.cairn.crypto.wallet;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.MalformedTextException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.web3j.crypto.Keys;

/**
 * An Ethereum address: the last 20 bytes of the Keccak-256 of a public key.
 *
 * @param value 20 bytes
 */
public record EthereumAddress(Bytes value) {
  /** Bytes of an address. */
  public static final int SIZE = 20;

  private static final Pattern TEXT = Pattern.compile("0x[0-9a-fA-F]{40}");

  /** Checks the size. */
  public EthereumAddress {
    if (value.size() != SIZE) {
      throw new IllegalArgumentException("an address has 20 bytes, not " + value.size());
    }
  }

  /**
   * Reads {@code 0x} and 40 hexadecimal digits: all lower case, all upper case, or with the
   * checksum of <a href="https://eips.ethereum.org/EIPS/eip-55">EIP-55</a>.
   *
   * @throws MalformedTextException if it is anything else, or if the checksum is wrong
   */
  public static EthereumAddress parse(String text) {
    if (!TEXT.matcher(text).matches()) {
      throw new MalformedTextException(
          "An Ethereum address is 0x and 40 hexadecimal digits; this is something else");
    }
    String digits = text.substring(2);
    EthereumAddress address = new EthereumAddress(Bytes.fromHex(digits));
    boolean plain =
        digits.equals(digits.toLowerCase(Locale.ROOT))
            || digits.equals(digits.toUpperCase(Locale.ROOT));
    if (!plain && !address.checksummed().equals(text)) {
      throw new MalformedTextException(
          "The checksum of the Ethereum address is wrong (EIP-55): a character is mistyped, or its case was changed");
    }
    return address;
  }

  /** As people see it: with the checksum of EIP-55. */
  public String checksummed() {
    return Keys.toChecksumAddress(lowerCase());
  }

  /** {@code 0x} and lower-case digits: the one spelling that is compared and looked up. */
  public String lowerCase() {
    return "0x" + value.hex();
  }

  @Override
  public String toString() {
    return checksummed();
  }
}
