package dev.cairn.recovery.access;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.Xaes256Gcm;
import dev.cairn.provider.store.InMemoryObjectStore;
import dev.cairn.recovery.accounts.AccountObjects;
import dev.cairn.recovery.accounts.Accounts;
import dev.cairn.recovery.accounts.InMemoryTopic;
import dev.cairn.recovery.refusal.Refusal;
import dev.cairn.recovery.secrets.ServiceSecrets;
import dev.cairn.schemas.http.NonceIssued;
import dev.cairn.schemas.wire.SchemaIds;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NoncesTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir Path directory;
  private ServiceSecrets secrets;
  private Accounts accounts;

  @BeforeEach
  void open() throws Exception {
    ServiceSecrets.createIfAbsent(directory.resolve("secrets"));
    secrets = ServiceSecrets.load(directory.resolve("secrets"));
    InMemoryObjectStore store = new InMemoryObjectStore();
    Xaes256Gcm cipher =
        Xaes256Gcm.takeOwnershipOf(Bytes.utf8("a key of accounts, 32 bytes long").toByteArray());
    accounts =
        Accounts.open(
            new InMemoryTopic(NOW::toEpochMilli).open(),
            store,
            new AccountObjects(store, cipher),
            SchemaIds.builtIn(),
            1000);
  }

  @AfterEach
  void close() {
    accounts.close();
    secrets.close();
  }

  private Nonces at(Instant time) {
    return new Nonces(secrets, accounts, Clock.fixed(time, ZoneOffset.UTC));
  }

  @Test
  void isOverAtItsTimeAndNotLater() throws Exception {
    NonceIssued issued = at(NOW).issue();
    Bytes nonce = Bytes.fromBase64Url(issued.nonce());
    Instant expiry = Instant.ofEpochMilli(issued.expiry());
    at(expiry).check(nonce, issued.expiry());
    assertThrows(Refusal.class, () -> at(expiry.plusMillis(1)).check(nonce, issued.expiry()));
    // A longer life is not to be had by saying so.
    for (long said : new long[] {issued.expiry() + 1, Long.MAX_VALUE, 0}) {
      assertThrows(Refusal.class, () -> at(NOW).check(nonce, said));
    }
  }

  @Test
  void servesOnceOnEveryInstance() throws Exception {
    NonceIssued issued = at(NOW).issue();
    Bytes nonce = Bytes.fromBase64Url(issued.nonce());
    at(NOW).use(nonce, issued.expiry());
    assertThrows(Refusal.class, () -> at(NOW).use(nonce, issued.expiry()));
    assertThrows(
        Refusal.class, () -> at(NOW.plus(Duration.ofSeconds(1))).use(nonce, issued.expiry()));
  }

  @Test
  void isOfThisServiceAlone() throws Exception {
    ServiceSecrets.createIfAbsent(directory.resolve("others"));
    try (ServiceSecrets others = ServiceSecrets.load(directory.resolve("others"))) {
      NonceIssued foreign = new Nonces(others, accounts, Clock.fixed(NOW, ZoneOffset.UTC)).issue();
      assertThrows(
          Refusal.class,
          () -> at(NOW).check(Bytes.fromBase64Url(foreign.nonce()), foreign.expiry()));
    }
    assertThrows(
        Refusal.class,
        () -> at(NOW).check(Bytes.wrap(new byte[32]), NOW.plusSeconds(60).toEpochMilli()));
  }
}
