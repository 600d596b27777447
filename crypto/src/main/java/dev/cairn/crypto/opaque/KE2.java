package dev.cairn.crypto.opaque;

import dev.cairn.crypto.Bytes;

/**
 * Server to client, second message of a login (RFC 9807 section 6.1). On the wire the fields follow
 * one another, {@value #SIZE} bytes in all.
 *
 * <p>Only sizes are checked here; points are checked where they are used.
 *
 * @param evaluatedMessage serialized element
 * @param maskingNonce random
 * @param maskedResponse the server's public key and the envelope, masked
 * @param serverNonce random
 * @param serverPublicKeyshare ephemeral public key
 * @param serverMac proves the server
 */
public record KE2(
    Bytes evaluatedMessage,
    Bytes maskingNonce,
    Bytes maskedResponse,
    Bytes serverNonce,
    Bytes serverPublicKeyshare,
    Bytes serverMac) {
  /** Bytes on the wire. */
  public static final int SIZE =
      Wire.ELEMENT + Wire.NONCE + Wire.MASKED_RESPONSE + Wire.NONCE + Wire.ELEMENT + Wire.HASH;

  /** Checks sizes: {@link IllegalArgumentException}. */
  public KE2 {
    Wire.size("evaluatedMessage", evaluatedMessage, Wire.ELEMENT);
    Wire.size("maskingNonce", maskingNonce, Wire.NONCE);
    Wire.size("maskedResponse", maskedResponse, Wire.MASKED_RESPONSE);
    Wire.size("serverNonce", serverNonce, Wire.NONCE);
    Wire.size("serverPublicKeyshare", serverPublicKeyshare, Wire.ELEMENT);
    Wire.size("serverMac", serverMac, Wire.HASH);
  }

  /**
   * Reads what {@link #toBytes()} writes.
   *
   * @throws OpaqueException.Malformed if the size is another one
   */
  public static KE2 parse(Bytes message) throws OpaqueException.Malformed {
    Bytes[] fields =
        Wire.cut(
            "KE2",
            message,
            Wire.ELEMENT,
            Wire.NONCE,
            Wire.MASKED_RESPONSE,
            Wire.NONCE,
            Wire.ELEMENT,
            Wire.HASH);
    return new KE2(fields[0], fields[1], fields[2], fields[3], fields[4], fields[5]);
  }

  /** The fields in a row. */
  public Bytes toBytes() {
    return Bytes.concat(
        evaluatedMessage,
        maskingNonce,
        maskedResponse,
        serverNonce,
        serverPublicKeyshare,
        serverMac);
  }

  /** The part that RFC 9807 section 6.3.1 calls CredentialResponse. */
  Bytes credentialResponse() {
    return Bytes.concat(evaluatedMessage, maskingNonce, maskedResponse);
  }
}
