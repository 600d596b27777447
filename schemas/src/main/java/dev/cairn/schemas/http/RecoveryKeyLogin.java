package dev.cairn.schemas.http;

/**
 * A login by the printed recovery key.
 *
 * @param identity as in the challenge
 * @param nonce as the challenge gave it
 * @param expiry as the challenge gave it
 * @param signature Ed25519 over the login statement, base64url
 */
public record RecoveryKeyLogin(String identity, String nonce, long expiry, String signature) {}
