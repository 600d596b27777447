package dev.cairn.recovery.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.crypto.Xaes256Gcm;
import dev.cairn.crypto.opaque.KsfParameters;
import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.provider.store.InMemoryObjectStore;
import dev.cairn.recovery.accounts.Account;
import dev.cairn.recovery.accounts.AccountObjects;
import dev.cairn.recovery.accounts.Accounts;
import dev.cairn.recovery.accounts.AuditEvent;
import dev.cairn.recovery.accounts.Command;
import dev.cairn.recovery.accounts.Credentials;
import dev.cairn.recovery.accounts.InMemoryTopic;
import dev.cairn.recovery.accounts.Outcome;
import dev.cairn.recovery.accounts.StoredVersion;
import dev.cairn.recovery.provision.OwnerBroker;
import dev.cairn.recovery.provision.ProvisioningException;
import dev.cairn.schemas.names.ObjectKeys;
import dev.cairn.schemas.wire.SchemaIds;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What accounts hold, and how fast they may write because of it. */
class StoredQuotaTest {
  private static final long NOW = 1_700_000_000_000L;
  private static final UserId ALICE = UserId.parse("alicealicealicealicealicea");
  private static final UserId BOB = UserId.parse("bobbobbobbobbobbobbobbobba");
  private static final int QUOTA = 1 << 20;

  private final InMemoryTopic topic = new InMemoryTopic(() -> NOW);
  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final List<String> limited = new ArrayList<>();
  private Accounts accounts;
  private WriteRates rates;
  private StoredQuota quota;
  private boolean brokerAnswers = true;

  private final OwnerBroker broker =
      new OwnerBroker() {
        @Override
        public void provide(UserId userId, String cell, long epoch) {
          throw new AssertionError("nobody connects");
        }

        @Override
        public void revoke(UserId userId, String cell, long epoch) {
          throw new AssertionError("nobody is refused");
        }

        @Override
        public void limit(UserId userId, long epoch) throws ProvisioningException {
          if (!brokerAnswers) {
            throw new ProvisioningException("away");
          }
          limited.add(userId + " " + epoch + " " + rates.of(userId));
        }

        @Override
        public long endOffset(UserId userId, String cell) {
          throw new AssertionError("nobody asks");
        }
      };

  @BeforeEach
  void open() throws Exception {
    accounts =
        Accounts.open(
            topic.open(),
            store,
            new AccountObjects(
                store,
                Xaes256Gcm.takeOwnershipOf(
                    Bytes.utf8("a key of accounts, 32 bytes long").toByteArray())),
            SchemaIds.builtIn(),
            1000);
    rates = new WriteRates(config("quota.log.bytes.per.second", "1000000"));
    quota =
        new StoredQuota(
            QUOTA,
            rates,
            accounts,
            store,
            broker,
            Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC));
    register(ALICE, "alice");
    register(BOB, "bob");
  }

  @AfterEach
  void close() {
    quota.close();
    accounts.close();
  }

  private static ProviderConfig config(String key, String value) throws Exception {
    Properties properties = new Properties();
    for (String required :
        List.of(
            "server.name",
            "secrets.dir",
            "state.dir",
            "kafka.username",
            "kafka.password",
            "s3.access.key",
            "s3.secret.key")) {
      properties.setProperty(required, "unused");
    }
    properties.setProperty("bootstrap.servers", "127.0.0.1:1");
    properties.setProperty("s3.endpoint", "http://127.0.0.1:1");
    properties.setProperty(key, value);
    return ProviderConfig.of("test", properties);
  }

  private void register(UserId userId, String name) throws Exception {
    StoredVersion version = new StoredVersion(1, Bytes.wrap(new byte[32]));
    assertInstanceOf(
        Outcome.Registered.class,
        accounts.submit(
            new Command.Register(
                Bytes.utf8("lookup key of " + name),
                name,
                userId,
                Bytes.wrap(new byte[32]),
                Credentials.ofPassword(version, KsfParameters.DEFAULT),
                version,
                List.of("c0"),
                10,
                Optional.empty())));
  }

  private void hold(UserId userId, int bytes) {
    store.put(ObjectKeys.user(userId.value()) + "snapshots/x", Bytes.wrap(new byte[bytes]));
  }

  private List<AuditEvent> trail(UserId userId) throws Exception {
    return accounts.read(state -> state.byId(userId)).map(Account::audit).orElseThrow().stream()
        .filter(event -> event.event().equals("over quota"))
        .toList();
  }

  @Test
  void whoHoldsMoreIsSlowedDownAndToldAndNobodyElse() throws Exception {
    hold(ALICE, QUOTA + 1);
    hold(BOB, QUOTA / 2);
    quota.look();
    assertEquals(List.of(ALICE + " 1 " + OptionalLong.of(16_384)), limited);
    assertEquals(OptionalLong.of(1_000_000), rates.of(BOB));
    assertEquals(Set.of(ALICE), rates.lowered());
    assertEquals(1, trail(ALICE).size());
    assertEquals(List.of(), trail(BOB));

    quota.look();
    assertEquals(1, trail(ALICE).size(), "once a day");

    hold(ALICE, 1);
    limited.clear();
    quota.look();
    assertEquals(List.of(ALICE + " 1 " + OptionalLong.of(1_000_000)), limited);
    quota.look();
    assertEquals(1, limited.size(), "who is as before is left alone");
  }

  @Test
  void aBrokerThatIsAwayChangesNothingForGood() throws Exception {
    hold(ALICE, QUOTA + 1);
    brokerAnswers = false;
    quota.look();
    assertEquals(List.of(), limited);
    brokerAnswers = true;
    quota.look();
    assertEquals(1, limited.size());
  }

  @Test
  void whoIsDisabledIsNotLookedAt() throws Exception {
    hold(ALICE, QUOTA + 1);
    accounts.submit(new Command.SetStatus(ALICE, Account.Status.DISABLED));
    quota.look();
    assertEquals(List.of(), limited);
    assertEquals(Set.of(), rates.lowered());
  }

  @Test
  void theLowerRateIsNeverAboveTheUsualOne() throws Exception {
    WriteRates slow = new WriteRates(config("quota.log.bytes.per.second", "16384"));
    slow.lowerFor(Set.of(ALICE));
    assertEquals(OptionalLong.of(16_384), slow.of(ALICE));
    WriteRates none = new WriteRates(config("cell", "c0"));
    assertEquals(OptionalLong.empty(), none.of(ALICE));
  }
}
