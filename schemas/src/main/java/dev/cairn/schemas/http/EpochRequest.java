package dev.cairn.schemas.http;

/**
 * The writer of an epoch wants the next one, to open it on a base.
 *
 * @param grantId 32 hex digits that the client chose: asking again with them changes nothing
 * @param afterEpoch that it writes in: no later one may have been granted
 */
public record EpochRequest(String grantId, long afterEpoch) {}
