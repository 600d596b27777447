package dev.cairn.crypto.opaque;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Hkdf;
import dev.cairn.crypto.HmacSha256;
import dev.cairn.crypto.SecretBytes;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Store and Recover (RFC 9807 section 4.1), and what hides an envelope on its way. */
final class Envelopes {
  private static final String KEY_PAIR_INFO = "OPAQUE-DeriveDiffieHellmanKeyPair";

  private Envelopes() {}

  /**
   * What a randomized password and an envelope nonce lead to. Everything but the public parts is
   * zeroed on close.
   */
  static final class Keys implements AutoCloseable {
    final SecretBytes clientPrivateKey;
    final Bytes clientPublicKey;
    final SecretBytes exportKey;
    private final byte[] authKey;

    private Keys(byte[] randomizedPassword, Bytes nonce) {
      authKey = expand(randomizedPassword, nonce, "AuthKey", Wire.HASH);
      exportKey =
          SecretBytes.takeOwnershipOf(expand(randomizedPassword, nonce, "ExportKey", Wire.HASH));
      byte[] seed = expand(randomizedPassword, nonce, "PrivateKey", Wire.HASH);
      BigInteger key = deriveDiffieHellmanKey(seed);
      Arrays.fill(seed, (byte) 0);
      clientPrivateKey = SecretBytes.takeOwnershipOf(P256.serialize(key));
      clientPublicKey = P256.publicKey(key);
    }

    private Bytes tag(Bytes nonce, Bytes serverPublicKey, Identities identities) {
      Bytes server = identities.server(serverPublicKey);
      Bytes client = identities.client(clientPublicKey);
      try (HmacSha256 hmac = new HmacSha256(authKey)) {
        return hmac.mac(
            nonce,
            serverPublicKey,
            Transcript.i2osp2(server.size()),
            server,
            Transcript.i2osp2(client.size()),
            client);
      }
    }

    /** Hands the export key over: closing this leaves it. */
    SecretBytes takeExportKey() {
      byte[] copy = exportKey.copyMaterial();
      return SecretBytes.takeOwnershipOf(copy);
    }

    @Override
    public void close() {
      Arrays.fill(authKey, (byte) 0);
      clientPrivateKey.close();
      exportKey.close();
    }
  }

  /** {@code DeriveDiffieHellmanKeyPair} (RFC 9807 section 6.4.1.2), the private key of it. */
  static BigInteger deriveDiffieHellmanKey(byte[] seed) {
    return P256.deriveKeyPair(seed, KEY_PAIR_INFO);
  }

  /** {@code Expand(randomized_password, "MaskingKey", Nh)}. */
  static byte[] maskingKey(byte[] randomizedPassword) {
    return expand(randomizedPassword, Bytes.EMPTY, "MaskingKey", Wire.HASH);
  }

  /** The keys that go with an envelope nonce. */
  static Keys keys(byte[] randomizedPassword, Bytes nonce) {
    return new Keys(randomizedPassword, nonce);
  }

  /** {@code Store}: the envelope. */
  static Bytes store(Keys keys, Bytes nonce, Bytes serverPublicKey, Identities identities) {
    return Bytes.concat(nonce, keys.tag(nonce, serverPublicKey, identities));
  }

  /** {@code Recover}: the keys, which the caller closes. */
  static Keys recover(
      byte[] randomizedPassword, Bytes envelope, Bytes serverPublicKey, Identities identities)
      throws OpaqueException.EnvelopeRecovery {
    Bytes nonce = envelope.slice(0, Wire.NONCE);
    Keys keys = new Keys(randomizedPassword, nonce);
    if (!keys.tag(nonce, serverPublicKey, identities)
        .equalsConstantTime(envelope.slice(Wire.NONCE, Wire.ENVELOPE))) {
      keys.close();
      throw new OpaqueException.EnvelopeRecovery();
    }
    return keys;
  }

  /**
   * Masks and unmasks: {@code xor(Expand(masking_key, masking_nonce ‖ "CredentialResponsePad"),
   * response)}.
   */
  static Bytes mask(byte[] maskingKey, Bytes maskingNonce, Bytes response) {
    byte[] pad = expand(maskingKey, maskingNonce, "CredentialResponsePad", Wire.MASKED_RESPONSE);
    for (int i = 0; i < pad.length; i++) {
      pad[i] ^= response.at(i);
    }
    return Bytes.wrap(pad);
  }

  static byte[] expand(byte[] key, Bytes prefix, String label, int length) {
    Bytes info = Bytes.concat(prefix, Bytes.wrap(label.getBytes(StandardCharsets.US_ASCII)));
    return Hkdf.expand(key, info.toByteArray(), length);
  }
}
