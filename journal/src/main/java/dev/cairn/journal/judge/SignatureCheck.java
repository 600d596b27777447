package dev.cairn.journal.judge;

import dev.cairn.crypto.AuthorPublicKey;
import dev.cairn.crypto.Bytes;

/**
 * Whether a signature holds. There is one in production, {@link AuthorPublicKey#verifies}; tests
 * that enumerate histories bring a cheap one.
 */
@FunctionalInterface
public interface SignatureCheck {
  boolean verifies(AuthorPublicKey key, Bytes message, Bytes signature);
}
