package dev.cairn.crypto.opaque;

import dev.cairn.crypto.Bytes;

/**
 * Client to server, first message of a login (RFC 9807 section 6.1). On the wire the fields follow
 * one another, {@value #SIZE} bytes in all.
 *
 * <p>Only sizes are checked here; points are checked where they are used.
 *
 * @param blindedMessage serialized element
 * @param clientNonce random
 * @param clientPublicKeyshare ephemeral public key
 */
public record KE1(Bytes blindedMessage, Bytes clientNonce, Bytes clientPublicKeyshare) {
  /** Bytes on the wire. */
  public static final int SIZE = Wire.ELEMENT + Wire.NONCE + Wire.ELEMENT;

  /** Checks sizes: {@link IllegalArgumentException}. */
  public KE1 {
    Wire.size("blindedMessage", blindedMessage, Wire.ELEMENT);
    Wire.size("clientNonce", clientNonce, Wire.NONCE);
    Wire.size("clientPublicKeyshare", clientPublicKeyshare, Wire.ELEMENT);
  }

  /**
   * Reads what {@link #toBytes()} writes.
   *
   * @throws OpaqueException.Malformed if the size is another one
   */
  public static KE1 parse(Bytes message) throws OpaqueException.Malformed {
    Bytes[] fields = Wire.cut("KE1", message, Wire.ELEMENT, Wire.NONCE, Wire.ELEMENT);
    return new KE1(fields[0], fields[1], fields[2]);
  }

  /** The fields in a row. */
  public Bytes toBytes() {
    return Bytes.concat(blindedMessage, clientNonce, clientPublicKeyshare);
  }
}
