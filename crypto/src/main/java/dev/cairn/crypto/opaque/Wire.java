package dev.cairn.crypto.opaque;

import dev.cairn.crypto.Bytes;

/**
 * Sizes of RFC 9807 for P256-SHA256, and cutting of messages that are fields of fixed sizes in a
 * row.
 */
final class Wire {
  /** {@code Nn}. */
  static final int NONCE = 32;

  /** {@code Nh}, {@code Nm}, {@code Nx}, {@code Nseed}. */
  static final int HASH = 32;

  /** {@code Noe}, {@code Npk}. */
  static final int ELEMENT = P256.ELEMENT_SIZE;

  /** {@code Nn + Nm}. */
  static final int ENVELOPE = NONCE + HASH;

  /** {@code Npk + Nn + Nm}. */
  static final int MASKED_RESPONSE = ELEMENT + ENVELOPE;

  private Wire() {}

  /** Cuts the message into fields of these sizes, which must use it up. */
  static Bytes[] cut(String what, Bytes message, int... sizes) throws OpaqueException.Malformed {
    int total = 0;
    for (int size : sizes) {
      total += size;
    }
    if (message.size() != total) {
      throw new OpaqueException.Malformed(what + " has " + total + " bytes, not " + message.size());
    }
    Bytes[] fields = new Bytes[sizes.length];
    int at = 0;
    for (int i = 0; i < sizes.length; i++) {
      fields[i] = message.slice(at, at + sizes[i]);
      at += sizes[i];
    }
    return fields;
  }

  /** For constructors: the length of a field is a mistake of the caller. */
  static void size(String what, Bytes field, int size) {
    if (field.size() != size) {
      throw new IllegalArgumentException(what + " has " + size + " bytes, not " + field.size());
    }
  }
}
