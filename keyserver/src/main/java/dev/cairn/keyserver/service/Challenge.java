package dev.cairn.keyserver.service;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;

/**
 * What a login by a signature answers to.
 *
 * @param userId of the account, as the service says
 * @param nonce 32 bytes; serves once
 * @param expiryMillis end of the challenge in milliseconds since 1970, on a whole second
 * @param chainId the network that a wallet's login is to name
 */
public record Challenge(UserId userId, Bytes nonce, long expiryMillis, long chainId) {}
