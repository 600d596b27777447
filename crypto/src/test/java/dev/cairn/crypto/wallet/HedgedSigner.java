package dev.cairn.crypto.wallet;

import dev.cairn.crypto.Bytes;
import java.math.BigInteger;
import java.security.SecureRandom;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.util.BigIntegers;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Sign;

/** A wallet whose every signature is another one: ECDSA with a random k, as before RFC 6979. */
final class HedgedSigner {
  private HedgedSigner() {}

  static byte[] sign(String privateKeyHex, Bytes digest) {
    BigInteger key = new BigInteger(privateKeyHex, 16);
    ECDomainParameters curve =
        new ECDomainParameters(
            Sign.CURVE_PARAMS.getCurve(),
            Sign.CURVE_PARAMS.getG(),
            Sign.CURVE_PARAMS.getN(),
            Sign.CURVE_PARAMS.getH());
    ECDSASigner signer = new ECDSASigner();
    signer.init(
        true, new ParametersWithRandom(new ECPrivateKeyParameters(key, curve), new SecureRandom()));
    BigInteger[] rs = signer.generateSignature(digest.toByteArray());
    EthereumAddress mine = EthereumAddress.parse("0x" + Keys.getAddress(ECKeyPair.create(key)));
    for (byte v : new byte[] {27, 28}) {
      byte[] bytes =
          Bytes.concat(
                  Bytes.wrap(BigIntegers.asUnsignedByteArray(32, rs[0])),
                  Bytes.wrap(BigIntegers.asUnsignedByteArray(32, rs[1])),
                  Bytes.wrap(new byte[] {v}))
              .toByteArray();
      try (WalletSignature signature = WalletSignature.of(bytes)) {
        if (signature.signer(digest).filter(mine::equals).isPresent()) {
          return bytes;
        }
      }
    }
    throw new IllegalStateException("one of the two fits");
  }
}
