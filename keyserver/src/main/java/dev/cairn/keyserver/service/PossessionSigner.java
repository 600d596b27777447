package dev.cairn.keyserver.service;

import dev.cairn.crypto.AuthorKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;

/**
 * Who proves, within one login, that the backup key was unwrapped. Borrows the key: whoever made
 * this closes it.
 *
 * @param userId the owner, from the bundle
 * @param keyVersion of the key
 * @param author signs
 * @param sessionId 16 bytes, of the login
 * @param sessionBinding 32 bytes, derived from the login's session key
 */
public record PossessionSigner(
    UserId userId, int keyVersion, AuthorKey author, Bytes sessionId, Bytes sessionBinding) {}
