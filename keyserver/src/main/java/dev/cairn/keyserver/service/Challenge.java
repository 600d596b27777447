package dev.cairn.keyserver.service;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.statements.PossessionStatement;
import dev.cairn.crypto.wallet.SignInUri;
import dev.cairn.keyserver.wallet.LoginRequest;
import java.time.Instant;

/**
 * What a login by a signature answers to.
 *
 * @param userId of the account, as the service says
 * @param nonce 32 bytes; serves once
 * @param expiryMillis end of the challenge in milliseconds since 1970, on a whole second
 * @param chainId the network that a wallet's login is to name
 */
public record Challenge(UserId userId, Bytes nonce, long expiryMillis, long chainId) {
  /**
   * What a wallet is asked to sign.
   *
   * @param serverName the service, by the name that the owner has pinned
   */
  public LoginRequest request(String serverName) {
    return new LoginRequest(
        SignInUri.of(serverName), chainId, nonce.hex(), Instant.ofEpochMilli(expiryMillis));
  }

  /** Id of the session that a signed answer opens: 16 bytes. */
  public Bytes sessionId() {
    return nonce.slice(0, PossessionStatement.SESSION_ID_SIZE);
  }
}
