package dev.cairn.crypto.opaque;

import dev.cairn.crypto.Bytes;

/**
 * Client to server, last message of a login (RFC 9807 section 6.1). On the wire the fields follow
 * one another, {@value #SIZE} bytes in all.
 *
 * <p>Only sizes are checked here; points are checked where they are used.
 *
 * @param clientMac proves the password
 */
public record KE3(Bytes clientMac) {
  /** Bytes on the wire. */
  public static final int SIZE = Wire.HASH;

  /** Checks sizes: {@link IllegalArgumentException}. */
  public KE3 {
    Wire.size("clientMac", clientMac, Wire.HASH);
  }

  /**
   * Reads what {@link #toBytes()} writes.
   *
   * @throws OpaqueException.Malformed if the size is another one
   */
  public static KE3 parse(Bytes message) throws OpaqueException.Malformed {
    Bytes[] fields = Wire.cut("KE3", message, Wire.HASH);
    return new KE3(fields[0]);
  }

  /** The fields in a row. */
  public Bytes toBytes() {
    return Bytes.concat(clientMac);
  }
}
