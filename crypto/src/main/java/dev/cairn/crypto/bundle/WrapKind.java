package dev.cairn.crypto.bundle;

import java.util.Optional;

/**
 * What the key-encryption key of a wrap comes from; one byte in the layout, an int in the stored
 * bundle.
 */
public enum WrapKind {
  /** OPAQUE's export key. */
  OPAQUE(0),
  /** A wallet's deterministic signature. */
  WALLET(1),
  /** A printed recovery key of 16 bytes. */
  RECOVERY_KEY(2);

  private final int code;

  WrapKind(int code) {
    this.code = code;
  }

  /** The number in the layout and in the stored bundle. */
  public int code() {
    return code;
  }

  /** The kind of that number; empty for a number of a later version: such a wrap is passed over. */
  public static Optional<WrapKind> of(int code) {
    for (WrapKind kind : values()) {
      if (kind.code == code) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
