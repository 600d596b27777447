package dev.cairn.crypto.opaque;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Hkdf;
import dev.cairn.crypto.HmacSha256;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The key schedule of OPAQUE-3DH (RFC 9807 section 6.4.2): what both sides derive from a transcript
 * and three shared points.
 */
final class Transcript implements AutoCloseable {
  private static final byte[] NO_SALT = new byte[0];
  private static final Bytes PREFIX = ascii("OPAQUEv1-");

  private final Bytes serverMac;
  private final Bytes clientMac;
  private final byte[] sessionKey;

  private Transcript(Bytes serverMac, Bytes clientMac, byte[] sessionKey) {
    this.serverMac = serverMac;
    this.clientMac = clientMac;
    this.sessionKey = sessionKey;
  }

  /** {@code Preamble}. */
  static Bytes preamble(
      Bytes context,
      Bytes clientIdentity,
      KE1 ke1,
      Bytes serverIdentity,
      Bytes credentialResponse,
      Bytes serverNonce,
      Bytes serverPublicKeyshare) {
    return Bytes.concat(
        PREFIX,
        i2osp2(context.size()),
        context,
        i2osp2(clientIdentity.size()),
        clientIdentity,
        ke1.toBytes(),
        i2osp2(serverIdentity.size()),
        serverIdentity,
        credentialResponse,
        serverNonce,
        serverPublicKeyshare);
  }

  /** {@code DeriveKeys} and both MACs; the input key material is zeroed. */
  static Transcript derive(byte[] ikm, Bytes preamble) {
    byte[] prk = Hkdf.extract(NO_SALT, ikm);
    Arrays.fill(ikm, (byte) 0);
    Bytes hash = Sha256.hash(preamble);
    byte[] handshakeSecret = deriveSecret(prk, "HandshakeSecret", hash);
    byte[] sessionKey = deriveSecret(prk, "SessionKey", hash);
    byte[] km2 = deriveSecret(handshakeSecret, "ServerMAC", Bytes.EMPTY);
    byte[] km3 = deriveSecret(handshakeSecret, "ClientMAC", Bytes.EMPTY);
    try (HmacSha256 server = new HmacSha256(km2);
        HmacSha256 client = new HmacSha256(km3)) {
      Bytes serverMac = server.mac(hash);
      return new Transcript(serverMac, client.mac(Sha256.hash(preamble, serverMac)), sessionKey);
    } finally {
      Arrays.fill(prk, (byte) 0);
      Arrays.fill(handshakeSecret, (byte) 0);
      Arrays.fill(km2, (byte) 0);
      Arrays.fill(km3, (byte) 0);
    }
  }

  Bytes serverMac() {
    return serverMac;
  }

  /** Secret on the server's side until the client has sent it. */
  Bytes clientMac() {
    return clientMac;
  }

  /** A copy of the session key. */
  SecretBytes sessionKey() {
    return SecretBytes.takeCopyOf(sessionKey);
  }

  static Bytes i2osp2(int value) {
    if (value < 0 || value > 0xffff) {
      throw new IllegalArgumentException("a length of " + value + " does not fit two bytes");
    }
    return Bytes.wrap(new byte[] {(byte) (value >>> 8), (byte) value});
  }

  /** {@code Derive-Secret} with the labels of TLS 1.3 (RFC 8446 section 3.4). */
  static byte[] deriveSecret(byte[] secret, String label, Bytes context) {
    Bytes name = ascii("OPAQUE-" + label);
    Bytes custom =
        Bytes.concat(
            i2osp2(Wire.HASH),
            Bytes.wrap(new byte[] {(byte) name.size()}),
            name,
            Bytes.wrap(new byte[] {(byte) context.size()}),
            context);
    return Hkdf.expand(secret, custom.toByteArray(), Wire.HASH);
  }

  private static Bytes ascii(String text) {
    return Bytes.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void close() {
    Arrays.fill(sessionKey, (byte) 0);
  }
}
