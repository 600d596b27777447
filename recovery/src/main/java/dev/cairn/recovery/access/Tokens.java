package dev.cairn.recovery.access;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Layout;
import dev.cairn.crypto.LayoutReader;
import dev.cairn.crypto.MalformedLayoutException;
import dev.cairn.crypto.SealBrokenException;
import dev.cairn.crypto.Xaes256Gcm;
import dev.cairn.recovery.refusal.Refusal;
import java.time.Clock;

/**
 * Short-lived tokens, sealed under the service's token key, so that any instance reads them and
 * nobody makes them.
 *
 * <p>{@code XAES-256-GCM(token key, associated data = label(token) ‖ u8 scope, content)}; content =
 * {@code userId ‖ u64 account version ‖ session id(16) ‖ binding(32) ‖ u64 expiry}. Thread-safe.
 */
public final class Tokens {
  private static final int MAX_TEXT = 512;
  private static final int SESSION_ID = 16;
  private static final int BINDING = 32;

  private final Xaes256Gcm cipher;
  private final Clock clock;

  public Tokens(Xaes256Gcm cipher, Clock clock) {
    this.cipher = cipher;
    this.clock = clock;
  }

  /** Makes a token. It is a secret. */
  public String issue(Scope scope, Session session) {
    Bytes content =
        Layout.unlabelled()
            .userId(session.userId())
            .u64(session.accountVersion())
            .bytes(session.sessionId())
            .bytes(session.binding())
            .u64(session.expiresAt())
            .toBytes();
    return cipher.seal(associatedData(scope), content).base64Url();
  }

  /**
   * Reads a token of exactly this scope.
   *
   * @throws Refusal when it is none, of another scope, or over
   */
  public Session verify(Scope scope, String token) throws Refusal {
    if (token.length() > MAX_TEXT) {
      throw Refusal.tokenInvalid("the token is not one of this service");
    }
    Session session;
    try {
      Bytes content = cipher.open(associatedData(scope), Bytes.fromBase64Url(token));
      LayoutReader reader = LayoutReader.of(content);
      session =
          new Session(
              reader.userId(),
              reader.u64(),
              reader.bytes(SESSION_ID),
              reader.bytes(BINDING),
              reader.u64());
      reader.end();
    } catch (IllegalArgumentException | SealBrokenException | MalformedLayoutException e) {
      throw Refusal.tokenInvalid("the token is not one of this service for this purpose");
    }
    if (session.expiresAt() < clock.millis()) {
      throw Refusal.tokenInvalid("the token is over: log in again");
    }
    return session;
  }

  private static Bytes associatedData(Scope scope) {
    return Layout.label("token").u8(scope.code()).toBytes();
  }
}
