package dev.cairn.keyserver.service;

import dev.cairn.crypto.Bytes;

/**
 * The service's answer to the first step of a login.
 *
 * @param sessionId 16 bytes
 * @param ke2 OPAQUE's second message
 * @param attemptsLeft attempts that are answered before answers are delayed
 */
public record LoginOffer(Bytes sessionId, Bytes ke2, int attemptsLeft) {}
