package dev.cairn.crypto.statements;

import dev.cairn.crypto.AuthorKey;
import dev.cairn.crypto.AuthorPublicKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Layout;
import dev.cairn.crypto.UserId;

/**
 * One HTTP request by an owner who holds the author key and needs no login: ask for a compaction,
 * read the audit trail.
 *
 * <p>Signed bytes: {@code label(request) ‖ lp(server name) ‖ userId ‖ u32 keyVersion ‖ nonce(32) ‖
 * u64 expiry ‖ lp(method) ‖ lp(path) ‖ SHA-256(request body)}.
 *
 * <p>Whoever verifies must also check that the nonce is unused and the expiry not past.
 *
 * @param serverName the name that the owner pinned
 * @param userId the owner
 * @param keyVersion of the author key that signs
 * @param nonce 32 bytes, given by the service, used once
 * @param expiryMillis milliseconds since 1970
 * @param method in upper case, as sent
 * @param path with the query, as sent
 * @param bodyHash SHA-256 of the request body (of no bytes, where there is none)
 */
public record OwnerRequest(
    String serverName,
    UserId userId,
    int keyVersion,
    Bytes nonce,
    long expiryMillis,
    String method,
    String path,
    Bytes bodyHash) {
  /** Bytes of a nonce. */
  public static final int NONCE_SIZE = 32;

  /** Bytes of a body's hash. */
  public static final int BODY_HASH_SIZE = 32;

  /** Checks lengths and ranges: {@link IllegalArgumentException}. */
  public OwnerRequest {
    Checks.size("nonce", nonce, NONCE_SIZE);
    Checks.size("body hash", bodyHash, BODY_HASH_SIZE);
    Checks.numbers(keyVersion, expiryMillis);
  }

  /** The bytes that are signed. */
  public Bytes toBeSigned() {
    return Layout.label("request")
        .lp(serverName)
        .userId(userId)
        .u32(keyVersion)
        .bytes(nonce)
        .u64(expiryMillis)
        .lp(method)
        .lp(path)
        .bytes(bodyHash)
        .toBytes();
  }

  /** The 64-byte signature. */
  public Bytes signWith(AuthorKey key) {
    return key.sign(toBeSigned());
  }

  /** Whether the signature is this key's for this request. */
  public boolean isSignedBy(AuthorPublicKey key, Bytes signature) {
    return key.verifies(toBeSigned(), signature);
  }
}
