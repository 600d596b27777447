package dev.cairn.keyserver.wallet;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What a login is to say, besides who signs it and where.
 *
 * @param uri the service, by the name that its owner has pinned: {@link
 *     dev.cairn.crypto.wallet.SignInUri}
 * @param chainId the network, as EIP-155 numbers them
 * @param nonce letters and digits: the service's challenge
 * @param expiry when the challenge ends, in whole seconds
 */
public record LoginRequest(String uri, long chainId, String nonce, Instant expiry) {
  /** Checks the seconds. */
  public LoginRequest {
    if (!expiry.truncatedTo(ChronoUnit.SECONDS).equals(expiry)) {
      throw new IllegalArgumentException("a challenge ends at a whole second");
    }
  }
}
