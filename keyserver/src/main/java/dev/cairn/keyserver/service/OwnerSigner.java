package dev.cairn.keyserver.service;

import dev.cairn.crypto.AuthorKey;
import dev.cairn.crypto.UserId;

/**
 * Who signs an owner's request. Borrows the key: whoever made this closes it.
 *
 * @param userId the owner
 * @param keyVersion of the key
 * @param author signs
 */
public record OwnerSigner(UserId userId, int keyVersion, AuthorKey author) {}
