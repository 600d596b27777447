package dev.cairn.keyserver.service;

import dev.cairn.crypto.Bytes;
import dev.cairn.schemas.http.CredentialsReplace;
import java.util.Optional;

/**
 * The service as somebody uses it who has proven secret, factor and possession, to change what
 * opens the account.
 */
public interface CredentialsPort {
  /**
   * What a change goes on with.
   *
   * @param response OPAQUE's answer, where a password was asked for
   * @param accountVersion the version that the change is of
   * @param challenge for a new wallet
   */
  record Offer(Optional<Bytes> response, long accountVersion, Challenge challenge) {}

  /**
   * Begins a change; changes nothing.
   *
   * @param request OPAQUE's registration request, for a new password
   * @throws TokenInvalidException if the token has expired
   */
  Offer startChange(AccessToken possession, PossessionSigner signer, Optional<Bytes> request)
      throws TokenInvalidException;

  /**
   * Puts other secrets in force, and ends every session, this one too; a repeat changes nothing.
   *
   * @throws TokenInvalidException if the token has expired, or the account was changed since
   */
  void change(AccessToken possession, PossessionSigner signer, CredentialsReplace change)
      throws TokenInvalidException;
}
