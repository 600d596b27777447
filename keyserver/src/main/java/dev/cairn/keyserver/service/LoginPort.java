package dev.cairn.keyserver.service;

import dev.cairn.crypto.Bytes;
import dev.cairn.keyserver.wallet.SignedLogin;

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

  /** What a login by a signature answers to. */
  Challenge challenge(String identity);

  /**
   * Answers a challenge with the login key of the printed recovery key.
   *
   * @param signature 64 bytes, over {@link dev.cairn.crypto.statements.RecoveryKeyStatement}
   * @throws dev.cairn.keyserver.error.WrongSecretException if it is not the account's
   */
  SecretProven loginByRecoveryKey(String identity, Challenge challenge, Bytes signature);

  /**
   * Answers a challenge with a wallet's signature.
   *
   * @throws dev.cairn.keyserver.error.WrongSecretException if it is not the account's
   */
  SecretProven loginByWallet(String identity, SignedLogin login);

  /**
   * Proves the second factor.
   *
   * @param secret the token of a login whose factors are still to be proven
   * @throws dev.cairn.keyserver.error.WrongSecretException if the code is wrong or was used before
   * @throws dev.cairn.keyserver.error.LockedOutException if there were too many wrong ones
   */
  SecretProven proveFactor(AccessToken secret, String code) throws TokenInvalidException;

  /** The recovery bundle in wire format. */
  Bytes bundle(AccessToken secret) throws TokenInvalidException;

  /** Turns a token of the secret into one of possession. */
  AccessToken provePossession(AccessToken secret, PossessionSigner signer)
      throws TokenInvalidException;
}
