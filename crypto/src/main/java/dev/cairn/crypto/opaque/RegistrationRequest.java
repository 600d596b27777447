package dev.cairn.crypto.opaque;

import dev.cairn.crypto.Bytes;

/**
 * Client to server, registration (RFC 9807 section 5.1). On the wire the fields follow one another,
 * {@value #SIZE} bytes in all.
 *
 * <p>Only sizes are checked here; points are checked where they are used.
 *
 * @param blindedMessage serialized element
 */
public record RegistrationRequest(Bytes blindedMessage) {
  /** Bytes on the wire. */
  public static final int SIZE = Wire.ELEMENT;

  /** Checks sizes: {@link IllegalArgumentException}. */
  public RegistrationRequest {
    Wire.size("blindedMessage", blindedMessage, Wire.ELEMENT);
  }

  /**
   * Reads what {@link #toBytes()} writes.
   *
   * @throws OpaqueException.Malformed if the size is another one
   */
  public static RegistrationRequest parse(Bytes message) throws OpaqueException.Malformed {
    Bytes[] fields = Wire.cut("RegistrationRequest", message, Wire.ELEMENT);
    return new RegistrationRequest(fields[0]);
  }

  /** The fields in a row. */
  public Bytes toBytes() {
    return Bytes.concat(blindedMessage);
  }
}
