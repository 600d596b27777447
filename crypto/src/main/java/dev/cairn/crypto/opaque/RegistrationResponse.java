package dev.cairn.crypto.opaque;

import dev.cairn.crypto.Bytes;

/**
 * Server to client, registration (RFC 9807 section 5.1). On the wire the fields follow one another,
 * {@value #SIZE} bytes in all.
 *
 * <p>Only sizes are checked here; points are checked where they are used.
 *
 * @param evaluatedMessage serialized element
 * @param serverPublicKey the server's public key
 */
public record RegistrationResponse(Bytes evaluatedMessage, Bytes serverPublicKey) {
  /** Bytes on the wire. */
  public static final int SIZE = Wire.ELEMENT + Wire.ELEMENT;

  /** Checks sizes: {@link IllegalArgumentException}. */
  public RegistrationResponse {
    Wire.size("evaluatedMessage", evaluatedMessage, Wire.ELEMENT);
    Wire.size("serverPublicKey", serverPublicKey, Wire.ELEMENT);
  }

  /**
   * Reads what {@link #toBytes()} writes.
   *
   * @throws OpaqueException.Malformed if the size is another one
   */
  public static RegistrationResponse parse(Bytes message) throws OpaqueException.Malformed {
    Bytes[] fields = Wire.cut("RegistrationResponse", message, Wire.ELEMENT, Wire.ELEMENT);
    return new RegistrationResponse(fields[0], fields[1]);
  }

  /** The fields in a row. */
  public Bytes toBytes() {
    return Bytes.concat(evaluatedMessage, serverPublicKey);
  }
}
