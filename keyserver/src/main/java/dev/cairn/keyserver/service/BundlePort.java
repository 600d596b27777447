package dev.cairn.keyserver.service;

import dev.cairn.crypto.Bytes;

/** The service as somebody uses it who has proven secret and possession, to renew the bundle. */
public interface BundlePort {
  /**
   * Puts a bundle in force whose version is one above the one before; a repeat changes nothing.
   *
   * @throws TokenInvalidException if the token has expired
   */
  void replaceBundle(AccessToken possession, PossessionSigner signer, Bytes bundle)
      throws TokenInvalidException;
}
