package dev.cairn.recovery.access;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;

/**
 * What a token says: whose login it comes from, and until when it is good.
 *
 * @param accountVersion of the account when the secret was proven
 * @param sessionId 16 bytes
 * @param binding 32 bytes derived from the login's session key, which statements name
 * @param expiresAt milliseconds since 1970
 */
public record Session(
    UserId userId, long accountVersion, Bytes sessionId, Bytes binding, long expiresAt) {
  @Override
  public String toString() {
    return "Session[" + userId.value() + "]";
  }
}
