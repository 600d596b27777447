package dev.cairn.e2e.disaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.cli.local.ServerStack;
import dev.cairn.compactor.CompactionRequests;
import dev.cairn.compactor.CompactorService;
import dev.cairn.compactor.work.CompactionResult;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.UserId;
import dev.cairn.e2e.support.Await;
import dev.cairn.e2e.support.CairnProcess;
import dev.cairn.keyserver.Keyserver;
import dev.cairn.keyserver.KeyserverOptions;
import dev.cairn.keyserver.Put;
import dev.cairn.keyserver.Transaction;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.home.DurableFiles;
import dev.cairn.keyserver.object.ObjectName;
import dev.cairn.keyserver.object.Value;
import dev.cairn.keyserver.recover.ProgressListener;
import dev.cairn.keyserver.recover.RecoverOptions;
import dev.cairn.keyserver.recover.Recovery;
import dev.cairn.keyserver.recover.RecoveryReport;
import dev.cairn.keyserver.service.InvitationCode;
import dev.cairn.keyserver.service.OwnerConfig;
import dev.cairn.keyserver.setup.Registration;
import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.recovery.RecoveryService;
import dev.cairn.recovery.RecoveryStartException;
import dev.cairn.recovery.admin.AccountAdministration;
import dev.cairn.recovery.provision.Principals;
import dev.cairn.recovery.secrets.ServiceSecret;
import dev.cairn.schemas.names.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.apache.kafka.common.quota.ClientQuotaFilterComponent;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a provider does to accounts and what happens to a provider, on one stack: rows of
 * docs/disasters.md. Each test leaves the stack whole; a fixed order, because a restart of services
 * is the dearest step and serves the next one.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ProviderDisastersIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String PASSWORD = "correct horse battery staple walnut";

  @TempDir static Path root;
  private ServerStack stack;
  private ProviderConfig config;
  private Path file;
  private RecoveryService recovery;
  private CompactorService compactor;
  private OwnerConfig owner;
  private UserId bob;
  private int written;
  private int recoveries;

  @BeforeAll
  void start() throws Exception {
    stack = ServerStack.start(root.resolve("data"));
    file = stack.writeProviderProperties();
    Files.writeString(
        file,
        "registration = invitation\nquota.log.bytes.per.second = 5000000\n",
        StandardOpenOption.APPEND);
    config = ProviderConfig.load(file);
    recovery = RecoveryService.start(config);
    compactor = CompactorService.start(config);
    Path properties = root.resolve("owner.properties");
    Files.writeString(
        properties,
        "service.url = http://127.0.0.1:" + recovery.port() + "\nserver.name = cairn.local\n");
    owner = OwnerConfig.read(properties);
    bob = register("bob");
    write("bob");
    compact(bob);
  }

  @AfterAll
  void stop() throws Exception {
    if (compactor != null) {
      compactor.close();
    }
    if (recovery != null) {
      recovery.close();
    }
    if (stack != null) {
      stack.close();
    }
  }

  private static SecretBytes password() {
    return SecretBytes.takeOwnershipOf(Bytes.utf8(PASSWORD).toByteArray());
  }

  private Path home(String name) {
    return root.resolve("home-" + name);
  }

  private UserId register(String name) throws Exception {
    String code;
    try (AccountAdministration administration = AccountAdministration.open(config)) {
      code = administration.invite(Duration.ofHours(1));
    }
    try (SecretBytes password = password()) {
      return Registration.init(
          home(name),
          owner,
          name,
          password,
          Optional.of(InvitationCode.of(code)),
          Optional.empty());
    }
  }

  /** Some more, so that the next compaction has something to do. */
  private void write(String name) throws Exception {
    try (Keyserver keyserver = Keyserver.open(home(name))) {
      for (int i = 0; i < 5; i++) {
        keyserver.transact(
            Transaction.of(
                new Put(
                    new ObjectName("c", "" + written++),
                    Value.bytes(Bytes.utf8("value " + written)))));
      }
      keyserver.drain(PATIENCE);
    }
  }

  private void compact(UserId userId) throws Exception {
    CompactionResult result =
        CompactionRequests.request(config, userId, Optional.of(PATIENCE)).result().orElseThrow();
    assertEquals(CompactionResult.Kind.PUBLISHED, result.kind(), result::describe);
  }

  private static SortedMap<String, Bytes> contents(Path home) {
    SortedMap<String, Bytes> contents = new TreeMap<>();
    try (Keyserver keyserver = Keyserver.open(home, KeyserverOptions.reading())) {
      keyserver.export(object -> contents.put(object.name().id(), object.value().content()));
    }
    return contents;
  }

  /** Bob's backup opens with his name and his password, and is what he has. */
  private RecoveryReport recoverable() {
    Path elsewhere = root.resolve("recovered-" + recoveries++);
    RecoveryReport report;
    try (SecretBytes password = password()) {
      report =
          Recovery.recover(
              RecoverOptions.of(elsewhere, owner, "bob").withReadOnly(true),
              password,
              ProgressListener.NONE);
    }
    assertEquals(contents(home("bob")), contents(elsewhere));
    return report;
  }

  private CairnProcess.Outcome cairn(String... arguments) throws Exception {
    return CairnProcess.run(root.resolve("logs"), arguments);
  }

  private Set<String> topics() throws Exception {
    try (Admin admin = Admin.create(config.kafkaClients().admin())) {
      return admin.listTopics().names().get();
    }
  }

  /** The newest file of Bob's snapshots with such a name. */
  private Path stored(String begin) throws IOException {
    try (Stream<Path> files = Files.walk(root.resolve("data"))) {
      return files
          .filter(Files::isRegularFile)
          .filter(it -> it.toString().contains("/users/" + bob.value() + "/"))
          .filter(it -> it.getFileName().toString().startsWith(begin))
          .max(Comparator.comparing(Path::toString))
          .orElseThrow();
    }
  }

  @Test
  @Order(1)
  void onlyWhoIsInvitedRegistersAndKafkaKnowsTheRate() throws Exception {
    try (SecretBytes password = password()) {
      MalformedInputException refused =
          assertThrows(
              MalformedInputException.class,
              () -> Registration.init(home("carol"), owner, "carol", password));
      assertTrue(refused.getMessage().contains("by invitation only"), refused.getMessage());
    }
    assertFalse(Files.exists(home("carol")));
    try (Admin admin = Admin.create(config.kafkaClients().admin())) {
      Map<ClientQuotaEntity, Map<String, Double>> quotas =
          admin
              .describeClientQuotas(
                  ClientQuotaFilter.containsOnly(
                      List.of(
                          ClientQuotaFilterComponent.ofEntity(
                              ClientQuotaEntity.USER, Principals.of(bob, 1)))))
              .entities()
              .get();
      assertEquals(
          List.of(Map.of("producer_byte_rate", 5_000_000.0)), List.copyOf(quotas.values()));
    }
  }

  @Test
  @Order(2)
  void othersAreCompactedWhenAnAccountIsDeletedAndItsTopicGoesAtTheNextStart() throws Exception {
    UserId alice = register("alice");
    write("alice");
    compact(alice);
    String topic = Topics.log(config.cell(), alice.value());
    try (AccountAdministration administration = AccountAdministration.open(config)) {
      administration.delete(administration.find("alice").orElseThrow());
      assertEquals(Optional.empty(), administration.find("alice"));
    }
    assertTrue(topics().contains(topic), "a topic that vanishes takes the tracker's thread along");
    write("bob");
    compact(bob);
    assertTrue(compactor.isHealthy());

    compactor.close();
    compactor = CompactorService.start(config);
    assertFalse(topics().contains(topic), "the empty topic goes with the start");
    write("bob");
    compact(bob);
    Await.until("tracker and workers run", PATIENCE, compactor::isHealthy);
    recoverable();
  }

  @Test
  @Order(3)
  void aCompactorWithoutItsStateGoesOn() throws Exception {
    compactor.close();
    DurableFiles.removeTree(config.stateDir());
    Files.createDirectories(config.stateDir());
    compactor = CompactorService.start(config);
    write("bob");
    compact(bob);
    recoverable();
  }

  @Test
  @Order(4)
  void aBrokenSnapshotIsFoundPassedOverAndReplaced() throws Exception {
    assertEquals(0, cairn("verify", "--config", file.toString(), "--all").exit());
    // Each is the newest when it breaks: nothing may have been truncated because of it.
    for (String part : List.of("segment-", "index-", "manifest")) {
      write("bob");
      compact(bob);
      write("bob");
      Path broken = stored(part);
      byte[] bytes = Files.readAllBytes(broken);
      bytes[bytes.length / 2] ^= 1;
      Files.write(broken, bytes);
      RecoveryReport report = recoverable();
      assertFalse(report.warnings().isEmpty(), "recovery says that it fell back: " + part);
    }
    CairnProcess.Outcome found =
        cairn("verify", "--config", file.toString(), "--sample", "5", "--json").expect(5);
    assertTrue(found.out().contains("\"damaged\":[\"" + bob + "\"]"), found.out());
    assertTrue(found.out().contains("\"seed\":"), found.out());
    // What repairs: the next compaction.
    write("bob");
    compact(bob);
    assertEquals(List.of(), recoverable().warnings());
  }

  @Test
  @Order(5)
  void aLostTokenKeyIsMadeAnewAndALostSeedIsNot() throws Exception {
    recovery.close();
    Path seed = config.secretsDir().resolve(ServiceSecret.OPRF_SEED.file());
    Path aside = root.resolve("seed");
    Files.move(seed, aside);
    assertThrows(RecoveryStartException.class, () -> RecoveryService.start(config));
    cairn("recovery", "secrets", "init", "--config", file.toString(), "--replace", "oprf-seed")
        .expect(1);
    Files.move(aside, seed);

    for (ServiceSecret lost : List.of(ServiceSecret.TOKEN_KEY, ServiceSecret.SCRAM_KEY)) {
      Files.delete(config.secretsDir().resolve(lost.file()));
      assertThrows(RecoveryStartException.class, () -> RecoveryService.start(config));
      cairn("recovery", "secrets", "init", "--config", file.toString(), "--replace", lost.label())
          .expect(0);
    }
    recovery = RecoveryService.start(config);
    write("bob");
    recoverable();
  }

  @Test
  @Order(6)
  void theAccountsTopicAloneIsMadeAnewFromStorage() throws Exception {
    recovery.close();
    try (Admin admin = Admin.create(config.kafkaClients().admin())) {
      admin.deleteTopics(List.of(Topics.accounts())).all().get();
      Await.until(
          "the topic is gone",
          PATIENCE,
          () -> !admin.listTopics().names().get().contains(Topics.accounts()));
    }
    RecoveryStartException refused =
        assertThrows(RecoveryStartException.class, () -> RecoveryService.start(config));
    assertTrue(String.valueOf(refused.getMessage()).contains("recovery rebuild"));
    cairn("recovery", "rebuild", "--config", file.toString(), "--confirm").expect(0);
    recovery = RecoveryService.start(config);
    write("bob");
    compact(bob);
    try (AccountAdministration administration = AccountAdministration.open(config)) {
      assertEquals(1, administration.list().size(), "who was deleted stays deleted");
      assertEquals(bob, administration.find("bob").orElseThrow().userId());
    }
  }
}
