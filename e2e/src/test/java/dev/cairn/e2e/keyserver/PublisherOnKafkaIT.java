package dev.cairn.e2e.keyserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.cli.local.LocalStack;
import dev.cairn.crypto.BackupKey;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.KeyRing;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.e2e.support.Await;
import dev.cairn.journal.judge.Judge;
import dev.cairn.journal.judge.Judgement;
import dev.cairn.journal.record.LogRecord;
import dev.cairn.keyserver.Keyserver;
import dev.cairn.keyserver.KeyserverStatus;
import dev.cairn.keyserver.Receipt;
import dev.cairn.keyserver.Transaction;
import dev.cairn.keyserver.error.FencedException;
import dev.cairn.keyserver.home.Home;
import dev.cairn.keyserver.publish.KafkaLogPort;
import dev.cairn.keyserver.publish.LogExtent;
import dev.cairn.keyserver.publish.LogPort;
import dev.cairn.keyserver.publish.LogPort.LogBatch;
import dev.cairn.keyserver.publish.LogPort.LogEntry;
import dev.cairn.keyserver.publish.LogPort.SendListener;
import dev.cairn.keyserver.publish.LogPort.Sender;
import dev.cairn.keyserver.publish.LogUnavailableException;
import dev.cairn.keyserver.service.BrokerConnection;
import dev.cairn.keyserver.service.OwnerConfig;
import dev.cairn.keyserver.service.OwnerSigner;
import dev.cairn.keyserver.service.ServiceClient;
import dev.cairn.keyserver.setup.Registration;
import dev.cairn.provider.config.ProviderConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PublisherOnKafkaIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir static Path data;
  private static LocalStack stack;
  private static OwnerConfig config;
  private static int users;

  @TempDir Path directory;
  private Path home = Path.of("home");

  @BeforeAll
  static void start() throws Exception {
    stack = LocalStack.start(data.resolve("stack"));
    config = OwnerConfig.read(stack.ownerProperties());
  }

  @AfterAll
  static void stop() throws Exception {
    stack.close();
  }

  @BeforeEach
  void register() {
    home = directory.resolve("home");
    try (SecretBytes password =
        SecretBytes.takeOwnershipOf(
            "correct horse battery staple walnut".getBytes(StandardCharsets.UTF_8))) {
      Registration.init(home, config, "publisher-" + users++, password);
    }
  }

  private static Transaction numbered(int i) {
    return Transaction.builder().putJson("n", "" + i, "" + i).build();
  }

  private BrokerConnection connection() {
    try (Home opened = Home.open(home);
        BackupKey key = opened.readBackupKey();
        KeyRing keys = key.deriveKeys(opened.identity().userId(), 1);
        ServiceClient client = new ServiceClient(config)) {
      return client
          .owner()
          .connect(new OwnerSigner(opened.identity().userId(), 1, keys.author()), 1);
    }
  }

  private static void limitRecords(String topic, int bytes) throws Exception {
    try (Admin admin =
        Admin.create(ProviderConfig.load(stack.providerProperties()).kafkaClientProperties())) {
      ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
      Map<ConfigResource, Collection<AlterConfigOp>> change =
          Map.of(
              resource,
              List.of(
                  new AlterConfigOp(
                      new ConfigEntry("max.message.bytes", "" + bytes), AlterConfigOp.OpType.SET)));
      admin.incrementalAlterConfigs(change).all().get();
    }
  }

  private static List<LogEntry> readAll(LogPort log) {
    List<LogEntry> all = new ArrayList<>();
    LogExtent extent = log.extent();
    for (long at = extent.startOffset(); at < extent.endOffset(); ) {
      LogBatch batch = log.read(at, extent.endOffset());
      all.addAll(batch.entries());
      at = batch.nextOffset();
    }
    return all;
  }

  /** Hears everything; opens when the first failure has come. */
  private static final class Recorder implements SendListener {
    final ConcurrentLinkedQueue<Long> acknowledged = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<Long> failed = new ConcurrentLinkedQueue<>();
    final CountDownLatch failure = new CountDownLatch(1);

    @Override
    public void acknowledged(long index, OptionalLong offset) {
      acknowledged.add(index);
    }

    @Override
    public void failed(long index, RuntimeException cause) {
      assertInstanceOf(LogUnavailableException.class, cause);
      failed.add(index);
      failure.countDown();
    }
  }

  @Test
  void nothingQueuedBehindARefusedRecordReachesTheLog() throws Exception {
    BrokerConnection connection = connection();
    limitRecords(connection.topic(), 4096);
    try (LogPort log = new KafkaLogPort(connection)) {
      Await.until(
          "the broker has taken the limit over",
          Duration.ofSeconds(60),
          () -> {
            Recorder probe = new Recorder();
            try (Sender sender = log.openSender(probe)) {
              sender.send(0, Bytes.wrap(new byte[100_000]));
              return probe.failure.await(1, TimeUnit.SECONDS);
            }
          });
      long before = log.extent().endOffset();
      Recorder recorder = new Recorder();
      try (Sender sender = log.openSender(recorder)) {
        for (int i = 0; i < 100; i++) {
          sender.send(i, Bytes.wrap(new byte[i == 10 ? 100_000 : 100 + i]));
        }
        assertTrue(recorder.failure.await(60, TimeUnit.SECONDS));
      }
      List<LogEntry> landed =
          readAll(log).stream().filter(entry -> entry.offset() >= before).toList();
      for (int i = 0; i < landed.size(); i++) {
        assertTrue(
            i < 10, "record " + landed.get(i).value().size() + " landed behind the refused one");
        assertEquals(100 + i, landed.get(i).value().size());
      }
      assertTrue(
          recorder.acknowledged.stream().allMatch(index -> index < 10),
          recorder.acknowledged.toString());
    }
  }

  @Test
  void aRefusedRecordOfARunningKeyserverLeavesNoHole() throws Exception {
    BrokerConnection connection = connection();
    String topic = connection.topic();
    List<Receipt> receipts = new ArrayList<>();
    try (Keyserver keyserver = Keyserver.open(home)) {
      keyserver.transact(numbered(0)).backedUp().get(60, TimeUnit.SECONDS);
      limitRecords(topic, 4096);
      // Too large for the topic as it is now; what follows is small.
      Receipt large =
          keyserver.transact(Transaction.builder().put("n", "large", randomish(50_000)).build());
      large.durable().get(60, TimeUnit.SECONDS);
      for (int i = 1; i < 60; i++) {
        Receipt receipt = keyserver.transact(numbered(i));
        receipt.durable().get(60, TimeUnit.SECONDS);
        receipts.add(receipt);
      }
      assertThrows(Exception.class, () -> large.backedUp().get(2, TimeUnit.SECONDS));
      for (Receipt receipt : receipts) {
        assertFalse(receipt.backedUp().isDone(), "nothing behind it counts");
      }
      limitRecords(topic, 1024 * 1024);
      keyserver.drain(PATIENCE);
      for (Receipt receipt : receipts) {
        assertTrue(receipt.backedUp().isDone());
      }
      KeyserverStatus status = keyserver.status();
      assertEquals(0, status.outboxTransactions());
      assertEquals(61, status.backedUpSequence());
      assertTrue(status.log().isPresent());
    }
    try (LogPort log = new KafkaLogPort(connection)) {
      Judge judge = Judge.fromGenesis(Home.readIdentity(home).userId(), Optional.empty());
      long sequence = 0;
      int accepted = 0;
      List<LogEntry> entries = readAll(log);
      for (LogEntry entry : entries) {
        Judgement judgement = judge.judge(entry.offset(), entry.value());
        for (LogRecord record : judgement.accepted().stream().toList()) {
          sequence = record.sequenceAfter();
          accepted++;
        }
      }
      assertFalse(judge.isDamaged());
      assertEquals(61, sequence);
      assertEquals(entries.size(), accepted, "nothing was sent twice");
    }
  }

  private static byte[] randomish(int size) {
    byte[] bytes = new byte[size];
    new Random(5).nextBytes(bytes);
    return bytes;
  }

  @Test
  void aCloneOfTheHomeIsFencedAndItsTransactionsComeOut() throws Exception {
    try (Keyserver original = Keyserver.open(home)) {
      original.transact(numbered(0)).backedUp().get(60, TimeUnit.SECONDS);
    }
    Path clone = directory.resolve("clone");
    copy(home, clone);
    try (Keyserver original = Keyserver.open(home);
        Keyserver other = Keyserver.open(clone)) {
      other.drain(PATIENCE);
      original.transact(numbered(1)).backedUp().get(60, TimeUnit.SECONDS);
      Receipt lost = other.transact(numbered(2));
      ExecutionException e =
          assertThrows(ExecutionException.class, () -> lost.backedUp().get(60, TimeUnit.SECONDS));
      assertInstanceOf(FencedException.class, e.getCause());
      assertTrue(other.status().fenced());
      List<Transaction> stranded = new ArrayList<>();
      other.exportUnbacked(stranded::add);
      assertEquals(1, stranded.size());
      assertEquals(numbered(2).changes(), stranded.get(0).changes());
      original.transact(numbered(3)).backedUp().get(60, TimeUnit.SECONDS);
      assertFalse(original.status().fenced());
    }
    try (Keyserver restarted = Keyserver.open(clone)) {
      FencedException e =
          assertThrows(
              FencedException.class,
              () -> {
                restarted.transact(numbered(4));
                restarted.drain(PATIENCE);
              });
      assertTrue(e.getMessage().contains("transactions are durable here"), e.getMessage());
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(to.resolve(from.relativize(each)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path each, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(each, to.resolve(from.relativize(each)));
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
