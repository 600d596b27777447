package dev.cairn.journal.judge;

import dev.cairn.crypto.AuthorKey;
import dev.cairn.crypto.AuthorPublicKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Sha256;
import dev.cairn.journal.record.Signer;

/** Somebody who signs records, really or cheaply. */
interface Author extends Signer {
  AuthorPublicKey publicKey();

  /**
   * The check that goes with {@link #cheap}: a signature is the key and the hash of the message.
   */
  SignatureCheck CHEAP =
      (key, message, signature) -> signature.equals(cheapSignature(key, message));

  static Author cheap(String name) {
    AuthorPublicKey key = new AuthorPublicKey(Sha256.hash(Bytes.utf8(name)));
    return new Author() {
      @Override
      public AuthorPublicKey publicKey() {
        return key;
      }

      @Override
      public Bytes sign(Bytes header) {
        return cheapSignature(key, header);
      }
    };
  }

  static Author real(String name) {
    AuthorKey key = AuthorKey.takeOwnershipOfSeed(Sha256.hash(Bytes.utf8(name)).toByteArray());
    return new Author() {
      @Override
      public AuthorPublicKey publicKey() {
        return key.publicKey();
      }

      @Override
      public Bytes sign(Bytes header) {
        return key.sign(header);
      }
    };
  }

  private static Bytes cheapSignature(AuthorPublicKey key, Bytes message) {
    return Bytes.concat(key.raw(), Sha256.hash(message));
  }
}
