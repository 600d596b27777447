package dev.cairn.e2e.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.cli.local.ServerStack;
import dev.cairn.crypto.Bytes;
import dev.cairn.e2e.recovery.TestOwner.Session;
import dev.cairn.journal.bundle.BundleCodec;
import dev.cairn.journal.record.EpochDraft;
import dev.cairn.journal.record.RecordCodec;
import dev.cairn.keyserver.error.FencedException;
import dev.cairn.keyserver.error.LockedOutException;
import dev.cairn.keyserver.error.WrongSecretException;
import dev.cairn.keyserver.publish.LogExtent;
import dev.cairn.keyserver.service.AccessToken;
import dev.cairn.keyserver.service.AuditEntry;
import dev.cairn.keyserver.service.BrokerConnection;
import dev.cairn.keyserver.service.LogPage;
import dev.cairn.keyserver.service.LogRecordBytes;
import dev.cairn.keyserver.service.LogTruncatedException;
import dev.cairn.keyserver.service.OwnerConfig;
import dev.cairn.keyserver.service.ServiceClient;
import dev.cairn.keyserver.service.TakeoverGrant;
import dev.cairn.keyserver.service.UsernameTakenException;
import dev.cairn.provider.config.ProviderConfig;
import dev.cairn.recovery.RecoveryService;
import dev.cairn.recovery.RecoveryStartException;
import dev.cairn.recovery.secrets.ServiceSecrets;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialDeletion;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecoveryServiceIT {
  private static final int SECONDS = 30;
  private static final String TAKEOVER_ID = "0123456789abcdef0123456789abcdef";

  @TempDir static Path directory;
  private static ServerStack stack;

  @BeforeAll
  static void start() throws Exception {
    stack = ServerStack.start(directory.resolve("stack"));
  }

  @AfterAll
  static void stop() throws Exception {
    stack.close();
  }

  private static ProviderConfig config(String... more) throws Exception {
    Properties overrides = new Properties();
    overrides.setProperty("service.port", "0");
    for (int i = 0; i < more.length; i += 2) {
      overrides.setProperty(more[i], more[i + 1]);
    }
    return stack.config(overrides);
  }

  private static ServiceClient client(RecoveryService service) {
    return new ServiceClient(
        new OwnerConfig(
            URI.create("http://127.0.0.1:" + service.port()),
            TestOwner.SERVER_NAME,
            Optional.empty()));
  }

  @Test
  void fromThePasswordToATakeoverThatShutsTheLiveWriterOut() throws Exception {
    try (RecoveryService one = RecoveryService.start(config());
        RecoveryService two = RecoveryService.start(config());
        ServiceClient here = client(one);
        ServiceClient there = client(two)) {
      TestOwner owner = TestOwner.register(here, "alice");
      BrokerConnection first = there.owner().connect(owner.signer(), 1);
      try (KafkaProducer<byte[], byte[]> old = producer(first)) {
        append(old, first, genesis(owner));
        assertThrows(UsernameTakenException.class, () -> TestOwner.register(here, "alice"));

        Session session = owner.login(here, there);
        assertEquals(
            owner.signer().userId(),
            BundleCodec.withBuiltInSchemas()
                .decode(here.recovery().bundle(session.secret()))
                .userId());
        AccessToken possession =
            there.recovery().provePossession(session.secret(), session.signer());
        assertEquals(List.of(), here.recovery().snapshots(possession));
        assertEquals(new LogExtent(0, 1), here.recovery().log(possession));
        List<LogRecordBytes> records = here.recovery().records(possession, 0).records();
        assertEquals(1, records.size());
        assertEquals(genesis(owner).size(), records.get(0).value().size());

        TakeoverGrant.Issued issued =
            assertInstanceOf(
                TakeoverGrant.Issued.class,
                there.recovery().takeOver(possession, session.signer(), TAKEOVER_ID));
        assertEquals(2, issued.epoch());
        assertEquals(1, issued.finalEndOffset());

        // The connection that was open all the while is refused, not only new ones.
        ExecutionException refused =
            assertThrows(ExecutionException.class, () -> append(old, first, Bytes.utf8("late")));
        assertInstanceOf(TopicAuthorizationException.class, refused.getCause());
        assertEquals(new LogExtent(0, 1), here.recovery().log(possession));
        assertThrows(SaslAuthenticationException.class, () -> end(first));
        assertThrows(FencedException.class, () -> here.owner().connect(owner.signer(), 1));

        // Asked again, elsewhere, after everything: the same.
        TakeoverGrant.Issued again =
            assertInstanceOf(
                TakeoverGrant.Issued.class,
                here.recovery().takeOver(possession, session.signer(), TAKEOVER_ID));
        assertEquals(issued.epoch(), again.epoch());
        assertEquals(issued.finalEndOffset(), again.finalEndOffset());

        BrokerConnection second = here.owner().connect(owner.signer(), 2);
        try (KafkaProducer<byte[], byte[]> next = producer(second)) {
          append(next, second, Bytes.utf8("whatever the new one writes"));
        }
        assertEquals(new LogExtent(0, 2), there.recovery().log(possession));
      }
      List<String> events =
          here.owner().audit(owner.signer()).stream().map(AuditEntry::event).toList();
      assertTrue(
          events.containsAll(
              List.of(
                  "registered",
                  "connected",
                  "login started",
                  "login succeeded",
                  "bundle given out",
                  "possession proven",
                  "takeover granted",
                  "takeover issued")),
          events.toString());
    }
  }

  @Test
  void aPrincipalReachesItsOwnTopicOnly() throws Exception {
    try (RecoveryService service = RecoveryService.start(config());
        ServiceClient client = client(service)) {
      BrokerConnection a =
          client.owner().connect(TestOwner.register(client, "owner-a").signer(), 1);
      BrokerConnection b =
          client.owner().connect(TestOwner.register(client, "owner-b").signer(), 1);
      try (KafkaProducer<byte[], byte[]> producer = producer(a)) {
        for (String topic : List.of(b.topic(), "cairn.accounts", "cairn.jobs.c0")) {
          ExecutionException refused =
              assertThrows(
                  ExecutionException.class,
                  () ->
                      producer
                          .send(new ProducerRecord<>(topic, 0, null, new byte[1]))
                          .get(SECONDS, TimeUnit.SECONDS));
          assertInstanceOf(AuthorizationException.class, refused.getCause(), topic);
        }
      }
    }
  }

  @Test
  void guessesAreCountedAcrossInstancesAndRestarts() throws Exception {
    RecoveryService one = RecoveryService.start(config());
    try (RecoveryService two = RecoveryService.start(config())) {
      try (ServiceClient here = client(one);
          ServiceClient there = client(two)) {
        TestOwner.register(here, "bob");
        for (String name : List.of("bob", "nobody-of-this-name")) {
          for (int i = 0; i < 5; i++) {
            TestOwner.guess(here, name);
            TestOwner.guess(there, name);
          }
          assertThrows(LockedOutException.class, () -> TestOwner.guess(here, name));
          assertThrows(LockedOutException.class, () -> TestOwner.guess(there, name));
        }
      }
    } finally {
      one.close();
    }
    try (RecoveryService restarted = RecoveryService.start(config());
        ServiceClient client = client(restarted)) {
      for (String name : List.of("bob", "nobody-of-this-name")) {
        assertThrows(LockedOutException.class, () -> TestOwner.guess(client, name));
      }
    }
  }

  @Test
  void aWrongProofIsAWrongSecretAlsoForANameOfNobody() throws Exception {
    try (RecoveryService service = RecoveryService.start(config());
        ServiceClient client = client(service)) {
      TestOwner owner = TestOwner.register(client, "carol");
      for (String name : List.of("carol", "nobody-either")) {
        Bytes sessionId = TestOwner.started(client, name);
        assertThrows(
            WrongSecretException.class,
            () -> client.recovery().finishLogin(sessionId, Bytes.wrap(new byte[32])));
      }
      owner.login(client, client);
    }
  }

  @Test
  void theLogComesInPagesAndSaysWhenItWasTruncated() throws Exception {
    try (RecoveryService service = RecoveryService.start(config());
        ServiceClient client = client(service);
        Admin admin = Admin.create(config().kafkaClientProperties())) {
      TestOwner owner = TestOwner.register(client, "dave");
      BrokerConnection connection = client.owner().connect(owner.signer(), 1);
      List<Bytes> written = new ArrayList<>();
      try (KafkaProducer<byte[], byte[]> producer = producer(connection)) {
        for (int i = 0; i < 22; i++) {
          byte[] value = new byte[900_000];
          Arrays.fill(value, (byte) i);
          written.add(Bytes.copyOf(value));
          append(producer, connection, Bytes.wrap(value));
        }
      }
      Session session = owner.login(client, client);
      AccessToken possession =
          client.recovery().provePossession(session.secret(), session.signer());
      List<Bytes> read = new ArrayList<>();
      int pages = 0;
      for (long next = 0; next < written.size(); pages++) {
        LogPage page = client.recovery().records(possession, next);
        assertEquals(written.size(), page.endOffset());
        page.records().forEach(record -> read.add(record.value()));
        next = page.nextOffset();
      }
      assertEquals(written, read);
      assertTrue(pages >= 3, "a page has at most 8 MiB");
      assertEquals(List.of(), client.recovery().records(possession, written.size()).records());

      TopicPartition partition = new TopicPartition(connection.topic(), 0);
      admin
          .deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(10)))
          .all()
          .get(SECONDS, TimeUnit.SECONDS);
      assertThrows(LogTruncatedException.class, () -> client.recovery().records(possession, 9));
      assertEquals(10, client.recovery().records(possession, 10).records().get(0).offset());
    }
  }

  @Test
  void credentialsThatTheBrokerLostAreThereAgainAfterAConnect() throws Exception {
    try (RecoveryService service = RecoveryService.start(config());
        ServiceClient client = client(service);
        Admin admin = Admin.create(config().kafkaClientProperties())) {
      TestOwner owner = TestOwner.register(client, "erin");
      BrokerConnection connection = client.owner().connect(owner.signer(), 1);
      assertEquals(0, end(connection));
      admin
          .alterUserScramCredentials(
              List.of(
                  new UserScramCredentialDeletion(
                      connection.principal(), ScramMechanism.SCRAM_SHA_256)))
          .all()
          .get(SECONDS, TimeUnit.SECONDS);
      BrokerConnection again = client.owner().connect(owner.signer(), 1);
      assertEquals(connection.principal(), again.principal());
      assertEquals(0, end(again));
    }
  }

  @Test
  void anInstanceWithOtherSecretsDoesNotStart() throws Exception {
    RecoveryService.start(config()).close();
    Path others = directory.resolve("other-secrets");
    ServiceSecrets.createIfAbsent(others);
    RecoveryStartException refused =
        assertThrows(
            RecoveryStartException.class,
            () -> RecoveryService.start(config("secrets.dir", others.toString())));
    assertTrue(refused.toString().contains("secrets"), refused.toString());
    // Nor does one that would make new ones beside old accounts.
    try (RecoveryService service = RecoveryService.start(config());
        ServiceClient client = client(service)) {
      TestOwner.guess(client, "anybody-at-all");
    }
    assertThrows(
        RecoveryStartException.class,
        () -> RecoveryService.start(config("secrets.dir", directory.resolve("none").toString())));
  }

  private static Bytes genesis(TestOwner owner) {
    return RecordCodec.withBuiltInSchemas()
        .encode(
            EpochDraft.genesis(owner.signer().userId(), owner.signer().author().publicKey(), 1)
                .sign(owner.signer().author()));
  }

  private static KafkaProducer<byte[], byte[]> producer(BrokerConnection connection) {
    Map<String, Object> properties = new HashMap<>(connection.kafkaClientProperties());
    properties.put("acks", "all");
    properties.put("linger.ms", "0");
    properties.put("max.block.ms", "20000");
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static void append(
      KafkaProducer<byte[], byte[]> producer, BrokerConnection connection, Bytes value)
      throws Exception {
    producer
        .send(new ProducerRecord<>(connection.topic(), 0, null, value.toByteArray()))
        .get(SECONDS, TimeUnit.SECONDS);
  }

  private static long end(BrokerConnection connection) {
    Map<String, Object> properties = new HashMap<>(connection.kafkaClientProperties());
    properties.put("auto.offset.reset", "none");
    properties.put("enable.auto.commit", "false");
    TopicPartition partition = new TopicPartition(connection.topic(), 0);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      return consumer.endOffsets(List.of(partition)).getOrDefault(partition, -1L);
    }
  }
}
