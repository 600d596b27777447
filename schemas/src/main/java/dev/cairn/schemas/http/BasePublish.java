package dev.cairn.schemas.http;

/**
 * A base is whole and its opening signed: verify it, and make it a snapshot.
 *
 * @param grantId of the epoch that it opens
 * @param epochOpened the signed record as it goes into the log, base64url
 */
public record BasePublish(String grantId, String epochOpened) {}
