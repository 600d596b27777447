package dev.cairn.crypto.opaque;

import dev.cairn.crypto.Bytes;

/**
 * Client to server at the end of registration, which the server keeps (RFC 9807 section 5.1). On
 * the wire the fields follow one another, {@value #SIZE} bytes in all.
 *
 * <p>Only sizes are checked here; points are checked where they are used.
 *
 * @param clientPublicKey the client's public key
 * @param maskingKey hides from strangers whether an account exists
 * @param envelope nonce and authentication tag
 */
public record RegistrationRecord(Bytes clientPublicKey, Bytes maskingKey, Bytes envelope) {
  /** Bytes on the wire. */
  public static final int SIZE = Wire.ELEMENT + Wire.HASH + Wire.ENVELOPE;

  /** Checks sizes: {@link IllegalArgumentException}. */
  public RegistrationRecord {
    Wire.size("clientPublicKey", clientPublicKey, Wire.ELEMENT);
    Wire.size("maskingKey", maskingKey, Wire.HASH);
    Wire.size("envelope", envelope, Wire.ENVELOPE);
  }

  /**
   * Reads what {@link #toBytes()} writes.
   *
   * @throws OpaqueException.Malformed if the size is another one
   */
  public static RegistrationRecord parse(Bytes message) throws OpaqueException.Malformed {
    Bytes[] fields =
        Wire.cut("RegistrationRecord", message, Wire.ELEMENT, Wire.HASH, Wire.ENVELOPE);
    return new RegistrationRecord(fields[0], fields[1], fields[2]);
  }

  /** The fields in a row. */
  public Bytes toBytes() {
    return Bytes.concat(clientPublicKey, maskingKey, envelope);
  }

  /** Nothing of the content: the masking key is the server's secret. */
  @Override
  public String toString() {
    return "RegistrationRecord";
  }
}
