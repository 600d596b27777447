package dev.cairn.crypto.statements;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.crypto.AuthorKey;
import dev.cairn.crypto.BackupKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.KeyRing;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.Sha256;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.Vectors;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatementsTest {
  private final Vectors golden = new Vectors("golden-v1.properties");
  private final UserId user = UserId.parse(golden.text("user"));
  private final UserId otherUser = UserId.parse("bbcdefghijklmnopqrstuvwx27");
  private final Bytes nonce = counting(200, 32);
  private final Bytes body = Sha256.hash(Bytes.utf8("{}"));

  private static Bytes counting(int from, int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) (from + i);
    }
    return Bytes.wrap(bytes);
  }

  private Bytes binding() {
    try (SecretBytes sessionKey = SecretBytes.takeCopyOf(counting(0, 32))) {
      return PossessionStatement.sessionBinding(sessionKey);
    }
  }

  private PossessionStatement possession() {
    return new PossessionStatement(
        "backup.example",
        user,
        3,
        counting(0, 16),
        binding(),
        nonce,
        1700000000123L,
        "recover",
        body);
  }

  private OwnerRequest request() {
    return new OwnerRequest(
        "backup.example", user, 3, nonce, 1700000000123L, "POST", "/v1/owner/compact?x=1", body);
  }

  @Test
  void goldenBytes() {
    try (BackupKey key = BackupKey.takeOwnershipOf(golden.get("backupKey").toByteArray());
        KeyRing ring = key.deriveKeys(user, 3)) {
      AuthorKey author = ring.author();
      assertEquals(golden.get("statement.session.binding"), binding());
      assertEquals(golden.get("statement.possession"), possession().toBeSigned());
      assertEquals(golden.get("statement.possession.signature"), possession().signWith(author));
      assertEquals(golden.get("statement.request"), request().toBeSigned());
      assertEquals(golden.get("statement.request.signature"), request().signWith(author));
      assertTrue(
          possession()
              .isSignedBy(author.publicKey(), golden.get("statement.possession.signature")));
      assertTrue(
          request().isSignedBy(author.publicKey(), golden.get("statement.request.signature")));
      assertFalse(
          request().isSignedBy(author.publicKey(), golden.get("statement.possession.signature")));
      assertFalse(
          possession().isSignedBy(author.publicKey(), golden.get("statement.request.signature")));
    }
    assertTrue(golden.unused("statement.").isEmpty());
  }

  @Test
  void everyFieldIsSigned() {
    PossessionStatement p = possession();
    Bytes signed = golden.get("statement.possession.signature");
    AuthorKey author = author();
    for (PossessionStatement other :
        List.of(
            new PossessionStatement(
                "backup.examplf",
                user,
                3,
                p.sessionId(),
                p.sessionBinding(),
                nonce,
                1700000000123L,
                "recover",
                body),
            new PossessionStatement(
                "backup.example",
                otherUser,
                3,
                p.sessionId(),
                p.sessionBinding(),
                nonce,
                1700000000123L,
                "recover",
                body),
            new PossessionStatement(
                "backup.example",
                user,
                2,
                p.sessionId(),
                p.sessionBinding(),
                nonce,
                1700000000123L,
                "recover",
                body),
            new PossessionStatement(
                "backup.example",
                user,
                3,
                counting(1, 16),
                p.sessionBinding(),
                nonce,
                1700000000123L,
                "recover",
                body),
            new PossessionStatement(
                "backup.example",
                user,
                3,
                p.sessionId(),
                nonce,
                nonce,
                1700000000123L,
                "recover",
                body),
            new PossessionStatement(
                "backup.example",
                user,
                3,
                p.sessionId(),
                p.sessionBinding(),
                body,
                1700000000123L,
                "recover",
                body),
            new PossessionStatement(
                "backup.example",
                user,
                3,
                p.sessionId(),
                p.sessionBinding(),
                nonce,
                1700000000124L,
                "recover",
                body),
            new PossessionStatement(
                "backup.example",
                user,
                3,
                p.sessionId(),
                p.sessionBinding(),
                nonce,
                1700000000123L,
                "takeover",
                body),
            new PossessionStatement(
                "backup.example",
                user,
                3,
                p.sessionId(),
                p.sessionBinding(),
                nonce,
                1700000000123L,
                "recover",
                nonce))) {
      assertFalse(other.isSignedBy(author.publicKey(), signed), other::toString);
    }
    Bytes signedRequest = golden.get("statement.request.signature");
    for (OwnerRequest other :
        List.of(
            new OwnerRequest(
                "backup.examplf",
                user,
                3,
                nonce,
                1700000000123L,
                "POST",
                "/v1/owner/compact?x=1",
                body),
            new OwnerRequest(
                "backup.example",
                otherUser,
                3,
                nonce,
                1700000000123L,
                "POST",
                "/v1/owner/compact?x=1",
                body),
            new OwnerRequest(
                "backup.example",
                user,
                4,
                nonce,
                1700000000123L,
                "POST",
                "/v1/owner/compact?x=1",
                body),
            new OwnerRequest(
                "backup.example",
                user,
                3,
                body,
                1700000000123L,
                "POST",
                "/v1/owner/compact?x=1",
                body),
            new OwnerRequest(
                "backup.example",
                user,
                3,
                nonce,
                1700000000122L,
                "POST",
                "/v1/owner/compact?x=1",
                body),
            new OwnerRequest(
                "backup.example",
                user,
                3,
                nonce,
                1700000000123L,
                "GET",
                "/v1/owner/compact?x=1",
                body),
            new OwnerRequest(
                "backup.example",
                user,
                3,
                nonce,
                1700000000123L,
                "POST",
                "/v1/owner/compact?x=2",
                body),
            new OwnerRequest(
                "backup.example",
                user,
                3,
                nonce,
                1700000000123L,
                "POST",
                "/v1/owner/compact?x=1",
                nonce))) {
      assertFalse(other.isSignedBy(author.publicKey(), signedRequest), other::toString);
    }
  }

  private AuthorKey author() {
    try (BackupKey key = BackupKey.takeOwnershipOf(golden.get("backupKey").toByteArray())) {
      return key.deriveKeys(user, 3).author();
    }
  }

  @Test
  void wrongSizesAndRanges() {
    Bytes b = binding();
    Bytes id = counting(0, 16);
    assertThrows(
        IllegalArgumentException.class,
        () -> new PossessionStatement("s", user, 0, id, b, nonce, 1, "p", body));
    assertThrows(
        IllegalArgumentException.class,
        () -> new PossessionStatement("s", user, 1, b, b, nonce, 1, "p", body));
    assertThrows(
        IllegalArgumentException.class,
        () -> new PossessionStatement("s", user, 1, id, id, nonce, 1, "p", body));
    assertThrows(
        IllegalArgumentException.class,
        () -> new PossessionStatement("s", user, 1, id, b, id, 1, "p", body));
    assertThrows(
        IllegalArgumentException.class,
        () -> new PossessionStatement("s", user, 1, id, b, nonce, -1, "p", body));
    assertThrows(
        IllegalArgumentException.class,
        () -> new PossessionStatement("s", user, 1, id, b, nonce, 1, "p", id));
    assertThrows(
        IllegalArgumentException.class,
        () -> new OwnerRequest("s", user, 0, nonce, 1, "GET", "/", body));
    assertThrows(
        IllegalArgumentException.class,
        () -> new OwnerRequest("s", user, 1, id, 1, "GET", "/", body));
    assertThrows(
        IllegalArgumentException.class,
        () -> new OwnerRequest("s", user, 1, nonce, -1, "GET", "/", body));
    assertThrows(
        IllegalArgumentException.class,
        () -> new OwnerRequest("s", user, 1, nonce, 1, "GET", "/", Bytes.EMPTY));
  }
}
