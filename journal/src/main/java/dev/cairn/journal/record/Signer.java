package dev.cairn.journal.record;

import dev.cairn.crypto.Bytes;

/** Signs a header; {@code authorKey::sign} is one. */
@FunctionalInterface
public interface Signer {
  /** Returns the 64 bytes of the signature. */
  Bytes sign(Bytes header);
}
