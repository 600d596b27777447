package dev.cairn.schemas.http;

/**
 * What a login by a signature answers to.
 *
 * @param userId of the account; a name that nobody has gets one, too, always the same
 * @param nonce 32 bytes in hex: letters and digits, as a wallet's message demands; serves once, for
 *     this account
 * @param expiry end of the challenge in milliseconds since 1970, on a whole second
 * @param chainId the network that a wallet's login is to name
 */
public record LoginChallenge(String userId, String nonce, long expiry, long chainId) {}
