package dev.cairn.crypto.wallet;

import dev.cairn.crypto.Bytes;
import java.math.BigInteger;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Sign;

/** A wallet that holds its own key and signs as RFC 6979 says. */
final class TestWallet {
  private final ECKeyPair pair;

  TestWallet(String privateKeyHex) {
    pair = ECKeyPair.create(new BigInteger(privateKeyHex, 16));
  }

  EthereumAddress address() {
    return EthereumAddress.parse("0x" + Keys.getAddress(pair));
  }

  byte[] sign(Bytes digest) {
    Sign.SignatureData data = Sign.signMessage(digest.toByteArray(), pair, false);
    return Bytes.concat(Bytes.wrap(data.getR()), Bytes.wrap(data.getS()), Bytes.wrap(data.getV()))
        .toByteArray();
  }

  WalletSignature signText(String text) {
    return WalletSignature.of(sign(WalletDigests.ofText(Bytes.utf8(text))));
  }

  WalletSignature signTypedData(String json) {
    return WalletSignature.of(sign(WalletDigests.ofTypedData(json)));
  }
}
