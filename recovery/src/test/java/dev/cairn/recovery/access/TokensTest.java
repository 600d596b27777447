package dev.cairn.recovery.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Layout;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.Xaes256Gcm;
import dev.cairn.recovery.refusal.Refusal;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Xaes256Gcm KEY = key(1);

  private final Tokens tokens = at(KEY, NOW);
  private final Session session =
      new Session(
          UserId.random(new SecureRandom()),
          7,
          filled(16, 3),
          filled(32, 5),
          NOW.plusSeconds(900).toEpochMilli());

  @ParameterizedTest
  @EnumSource(Scope.class)
  void isReadBackInItsOwnScopeAndInNoOther(Scope scope) throws Exception {
    String token = tokens.issue(scope, session);
    assertEquals(session, tokens.verify(scope, token));
    for (Scope other : Scope.values()) {
      if (other != scope) {
        assertRefused(tokens, other, token);
      }
    }
  }

  @Test
  void isNeverTheSameTwiceAndNamesNobody() {
    String token = tokens.issue(Scope.SECRET, session);
    assertNotEquals(token, tokens.issue(Scope.SECRET, session));
    assertFalse(token.contains(session.userId().value()));
    assertFalse(session.toString().contains(session.binding().hex()));
  }

  @Test
  void isOverAtItsTime() throws Exception {
    String token = tokens.issue(Scope.POSSESSION, session);
    Instant expiry = Instant.ofEpochMilli(session.expiresAt());
    assertEquals(session, at(KEY, expiry).verify(Scope.POSSESSION, token));
    assertRefused(at(KEY, expiry.plusMillis(1)), Scope.POSSESSION, token);
    assertRefused(at(KEY, expiry.plus(Duration.ofDays(365))), Scope.POSSESSION, token);
  }

  @Test
  void isOfItsOwnKey() {
    assertRefused(at(key(2), NOW), Scope.SECRET, tokens.issue(Scope.SECRET, session));
  }

  @Test
  void anyFlippedBitAndAnyCutIsRefused() {
    byte[] token = Bytes.fromBase64Url(tokens.issue(Scope.SECRET, session)).toByteArray();
    for (int bit = 0; bit < token.length * 8; bit++) {
      byte[] flipped = token.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      assertRefused(tokens, Scope.SECRET, Bytes.wrap(flipped).base64Url());
    }
    for (int length = 0; length < token.length; length++) {
      assertRefused(tokens, Scope.SECRET, Bytes.copyOf(token, 0, length).base64Url());
    }
    assertRefused(tokens, Scope.SECRET, Bytes.concat(Bytes.wrap(token), filled(1, 0)).base64Url());
  }

  @Test
  void aSealedNoteOfAnotherKindIsNoToken() {
    Bytes content =
        Layout.unlabelled()
            .userId(session.userId())
            .u64(session.accountVersion())
            .bytes(session.sessionId())
            .bytes(session.binding())
            .u64(session.expiresAt())
            .toBytes();
    for (String label : new String[] {"registration", "login-state", "token"}) {
      Bytes sealed = KEY.seal(Layout.label(label).toBytes(), content);
      assertRefused(tokens, Scope.SECRET, sealed.base64Url());
    }
    Bytes longer = Bytes.concat(content, filled(1, 1));
    Bytes data = Layout.label("token").u8(Scope.SECRET.code()).toBytes();
    assertRefused(tokens, Scope.SECRET, KEY.seal(data, longer).base64Url());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "=", "AAAA", "not base64!", "aé", "Bearer x", "\u0000"})
  void whateverElseIsRefused(String text) {
    assertRefused(tokens, Scope.SECRET, text);
  }

  @Test
  void noiseOfAnyLengthIsRefused() {
    long seed = 99L;
    Random random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      byte[] noise = new byte[random.nextInt(600)];
      random.nextBytes(noise);
      assertRefused(tokens, Scope.SECRET, Bytes.wrap(noise).base64Url());
    }
  }

  private static void assertRefused(Tokens tokens, Scope scope, String token) {
    Refusal refusal = assertThrows(Refusal.class, () -> tokens.verify(scope, token));
    assertEquals(401, refusal.status());
    assertEquals("token_invalid", refusal.body().code());
    if (token.length() > 8) {
      assertFalse(refusal.body().message().contains(token));
    }
  }

  private static Tokens at(Xaes256Gcm key, Instant time) {
    return new Tokens(key, Clock.fixed(time, ZoneOffset.UTC));
  }

  private static Xaes256Gcm key(int value) {
    try (SecretBytes key = SecretBytes.takeOwnershipOf(filled(32, value).toByteArray())) {
      return Xaes256Gcm.takeCopyOf(key);
    }
  }

  private static Bytes filled(int size, int value) {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) value);
    return Bytes.wrap(bytes);
  }
}
