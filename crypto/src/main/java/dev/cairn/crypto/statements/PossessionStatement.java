package dev.cairn.crypto.statements;

import dev.cairn.crypto.AuthorKey;
import dev.cairn.crypto.AuthorPublicKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Hkdf;
import dev.cairn.crypto.Layout;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.UserId;
import java.util.Arrays;

/**
 * Proof, within one login, that the backup key was unwrapped. Both sides build it from their own
 * knowledge; nothing that the other side sends is ever signed as it is.
 *
 * <p>Signed bytes: {@code label(possession) ‖ lp(server name) ‖ userId ‖ u32 keyVersion ‖ session
 * id(16) ‖ session binding(32) ‖ nonce(32) ‖ u64 expiry ‖ lp(purpose) ‖ SHA-256(request body)}.
 *
 * <p>Whoever verifies must also check that the nonce is unused, the expiry not past, and the
 * session its own: the signature says nothing about that.
 *
 * @param serverName the name that the owner pinned
 * @param userId the owner
 * @param keyVersion of the author key that signs
 * @param sessionId 16 bytes, of the login
 * @param sessionBinding 32 bytes, see {@link #sessionBinding(SecretBytes)}
 * @param nonce 32 bytes, given by the service, used once
 * @param expiryMillis milliseconds since 1970
 * @param purpose what the proof is for
 * @param bodyHash SHA-256 of the request body
 */
public record PossessionStatement(
    String serverName,
    UserId userId,
    int keyVersion,
    Bytes sessionId,
    Bytes sessionBinding,
    Bytes nonce,
    long expiryMillis,
    String purpose,
    Bytes bodyHash) {
  /** Bytes of a session id. */
  public static final int SESSION_ID_SIZE = 16;

  /** Bytes of a session binding. */
  public static final int SESSION_BINDING_SIZE = 32;

  /** Checks lengths and ranges: {@link IllegalArgumentException}. */
  public PossessionStatement {
    Checks.size("session id", sessionId, SESSION_ID_SIZE);
    Checks.size("session binding", sessionBinding, SESSION_BINDING_SIZE);
    Checks.size("nonce", nonce, OwnerRequest.NONCE_SIZE);
    Checks.size("body hash", bodyHash, OwnerRequest.BODY_HASH_SIZE);
    Checks.numbers(keyVersion, expiryMillis);
  }

  /**
   * What ties the statement to one OPAQUE login: {@code HKDF(session key, salt = empty, info =
   * label(session))}, 32 bytes. It reveals nothing of the session key.
   */
  public static Bytes sessionBinding(SecretBytes opaqueSessionKey) {
    byte[] key = opaqueSessionKey.copyMaterial();
    try {
      return Bytes.wrap(
          Hkdf.sha256(key, Bytes.EMPTY, Layout.label("session").toBytes(), SESSION_BINDING_SIZE));
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /** The bytes that are signed. */
  public Bytes toBeSigned() {
    return Layout.label("possession")
        .lp(serverName)
        .userId(userId)
        .u32(keyVersion)
        .bytes(sessionId)
        .bytes(sessionBinding)
        .bytes(nonce)
        .u64(expiryMillis)
        .lp(purpose)
        .bytes(bodyHash)
        .toBytes();
  }

  /** The 64-byte signature. */
  public Bytes signWith(AuthorKey key) {
    return key.sign(toBeSigned());
  }

  /** Whether the signature is this key's for this statement. */
  public boolean isSignedBy(AuthorPublicKey key, Bytes signature) {
    return key.verifies(toBeSigned(), signature);
  }
}
