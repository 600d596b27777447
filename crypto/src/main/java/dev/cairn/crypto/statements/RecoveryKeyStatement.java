package dev.cairn.crypto.statements;

import dev.cairn.crypto.AuthorKey;
import dev.cairn.crypto.AuthorPublicKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Layout;
import dev.cairn.crypto.Sha256;
import dev.cairn.crypto.UserId;

/**
 * A login by the printed recovery key: its login key answers a challenge.
 *
 * <p>Signed bytes: {@code label(recovery-login-statement) ‖ lp(server name) ‖ userId ‖ nonce(32) ‖
 * u64 expiry}. The session that follows has the nonce's first 16 bytes as its id, and SHA-256 of
 * the signed bytes as what binds statements to it.
 *
 * <p>Whoever verifies must also check that the nonce was given out for this user and is unused, and
 * the expiry not past.
 *
 * @param serverName the name that the owner pinned
 * @param userId the owner
 * @param nonce 32 bytes, given by the service, used once
 * @param expiryMillis milliseconds since 1970
 */
public record RecoveryKeyStatement(
    String serverName, UserId userId, Bytes nonce, long expiryMillis) {
  /** Bytes of a nonce. */
  public static final int NONCE_SIZE = 32;

  /** Checks lengths and ranges: {@link IllegalArgumentException}. */
  public RecoveryKeyStatement {
    Checks.size("nonce", nonce, NONCE_SIZE);
    Checks.numbers(1, expiryMillis);
  }

  /** The bytes that are signed. */
  public Bytes toBeSigned() {
    return Layout.label("recovery-login-statement")
        .lp(serverName)
        .userId(userId)
        .bytes(nonce)
        .u64(expiryMillis)
        .toBytes();
  }

  /** The 64-byte signature. */
  public Bytes signWith(AuthorKey loginKey) {
    return loginKey.sign(toBeSigned());
  }

  /** Whether the signature is this key's for this statement. */
  public boolean isSignedBy(AuthorPublicKey loginKey, Bytes signature) {
    return loginKey.verifies(toBeSigned(), signature);
  }

  /** Id of the session: 16 bytes. */
  public Bytes sessionId() {
    return nonce.slice(0, PossessionStatement.SESSION_ID_SIZE);
  }

  /** What binds statements to the session: 32 bytes. */
  public Bytes sessionBinding() {
    return Sha256.hash(toBeSigned());
  }
}
