package dev.cairn.keyserver.service;

import dev.cairn.crypto.Bytes;

/**
 * The ladder to a backup: secret, bundle, possession. Nothing that it answers is believed.
 *
 * <p>Every method may throw {@link dev.cairn.keyserver.error.UnavailableException}. Requests that
 * may be repeated are, with growing pauses, before it is thrown. Thread-safe.
 */
public interface LoginPort {
  /**
   * The service's own description.
   *
   * @throws dev.cairn.keyserver.error.IntegrityException if its name is not the pinned one
   */
  ServerDescription server();

  /**
   * Spends one guess.
   *
   * @throws dev.cairn.keyserver.error.LockedOutException if there are none left
   */
  LoginOffer startLogin(String username, Bytes ke1);

  /**
   * Ends the attempt.
   *
   * @throws dev.cairn.keyserver.error.WrongSecretException if the proof is not right
   */
  SecretProven finishLogin(Bytes sessionId, Bytes ke3);

  /** The recovery bundle in wire format. */
  Bytes bundle(AccessToken secret) throws TokenInvalidException;

  /** Turns a token of the secret into one of possession. */
  AccessToken provePossession(AccessToken secret, PossessionSigner signer)
      throws TokenInvalidException;
}
