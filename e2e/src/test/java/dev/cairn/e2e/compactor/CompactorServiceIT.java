package dev.cairn.e2e.compactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.compactor.CompactionRequests;
import dev.cairn.compactor.CompactorService;
import dev.cairn.compactor.LogVerification;
import dev.cairn.compactor.VerificationReport;
import dev.cairn.compactor.log.LogAbsentException;
import dev.cairn.compactor.work.CompactionResult;
import dev.cairn.compactor.work.CompactionResult.Kind;
import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.UserId;
import dev.cairn.e2e.support.Await;
import dev.cairn.provider.store.MinioObjectStore;
import dev.cairn.provider.store.ObjectStat;
import dev.cairn.schemas.names.ObjectKeys;
import dev.cairn.schemas.names.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CompactorServiceIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir static Path directory;
  private Optional<ProviderBench> started = Optional.empty();
  private Optional<CompactorService> service = Optional.empty();

  @BeforeAll
  void start() throws Exception {
    Properties overrides = new Properties();
    overrides.setProperty("compaction.min.bytes", "40000");
    started = Optional.of(ProviderBench.start(directory.resolve("data"), overrides));
    service = Optional.of(CompactorService.start(bench().config));
  }

  @AfterAll
  void stop() throws Exception {
    if (service.isPresent()) {
      service.get().close();
    }
    if (started.isPresent()) {
      started.get().close();
    }
  }

  private ProviderBench bench() {
    return started.orElseThrow();
  }

  @Test
  void thePolicyCompactsByItselfAndTruncatesOnceTwoSnapshotsHold() throws Exception {
    Random random = new Random(1);
    ModelOwner owner = bench().newOwner(101);
    bench().commits(owner, random, 60, 2_000);
    Await.until("a first snapshot", LIMIT, () -> snapshots(owner.userId()) == 1);
    assertEquals(0, bench().logStart(owner.userId()));
    long firstEnd = bench().logEnd(owner.userId());
    bench().commits(owner, random, 120, 2_000);
    Await.until("the log is truncated", LIMIT, () -> bench().logStart(owner.userId()) > 0);
    assertTrue(bench().logStart(owner.userId()) <= firstEnd);
    CompactionResult result = request(owner.userId());
    assertTrue(
        result.kind() == Kind.PUBLISHED || result.kind() == Kind.UNCHANGED, result.describe());
    assertEquals(owner.index(), result.newest().orElseThrow().index());
    assertEquals(owner.state().size(), result.newest().orElseThrow().entries());
    Await.until(
        "the compacted position shows no lag",
        LIMIT,
        () -> compacted(owner.userId()) == bench().logEnd(owner.userId()));
    VerificationReport report = LogVerification.verify(bench().config, owner.userId());
    assertEquals(List.of(), report.problems());
    assertEquals(owner.index(), report.chain().orElseThrow().index());
    assertTrue(report.snapshots().size() >= 2);
    assertTrue(service.orElseThrow().isHealthy());
  }

  @Test
  void aWrongLogIsQuarantinedAlsoAfterARestart() throws Exception {
    ModelOwner owner = bench().newOwner(102);
    bench().commits(owner, new Random(2), 5, 100);
    assertEquals(Kind.PUBLISHED, request(owner.userId()).kind());
    bench()
        .append(
            owner,
            List.of(
                owner.wrongCommit(
                    new ModelOwner.Change(
                        ModelOwner.tag(7777), Optional.of(ModelOwner.random(new Random(3), 60))),
                    true)));
    CompactionResult result = request(owner.userId());
    assertEquals(Kind.QUARANTINED, result.kind());
    service.orElseThrow().close();
    service = Optional.of(CompactorService.start(bench().config));
    assertEquals(Kind.QUARANTINED, request(owner.userId()).kind());
    assertEquals(0, bench().logStart(owner.userId()));
    VerificationReport report = LogVerification.verify(bench().config, owner.userId());
    assertFalse(report.isSound());
    assertTrue(report.problems().toString().contains("quarantined"), report.problems().toString());
  }

  @Test
  void aDamagedLogIsReportedAndHeals() throws Exception {
    ModelOwner owner = bench().newOwner(103);
    bench().commits(owner, new Random(4), 5, 100);
    bench().send(owner.userId(), Bytes.utf8("not a record")).get(30, TimeUnit.SECONDS);
    CompactionResult result = request(owner.userId());
    assertEquals(Kind.DAMAGED, result.kind());
    assertEquals(0, snapshots(owner.userId()));
    assertFalse(LogVerification.verify(bench().config, owner.userId()).isSound());
    bench().commits(owner, new Random(5), 1, 100);
    assertEquals(Kind.PUBLISHED, request(owner.userId()).kind());
    assertTrue(LogVerification.verify(bench().config, owner.userId()).isSound());
  }

  @Test
  void aFlippedByteOfASnapshotIsNamedByVerify() throws Exception {
    ModelOwner owner = bench().newOwner(104);
    bench().commits(owner, new Random(6), 10, 100);
    assertEquals(Kind.PUBLISHED, request(owner.userId()).kind());
    try (MinioObjectStore store = bench().stack.openStore()) {
      ObjectStat segment =
          store.list(ObjectKeys.user(owner.userId().value())).stream()
              .filter(it -> it.key().contains("/segment-"))
              .findFirst()
              .orElseThrow();
      byte[] bytes = store.get(segment.key(), segment.size()).orElseThrow().toByteArray();
      bytes[bytes.length - 60] ^= 1;
      store.put(segment.key(), Bytes.wrap(bytes));
      VerificationReport report = LogVerification.verify(bench().config, owner.userId());
      assertFalse(report.isSound());
      assertTrue(report.problems().toString().contains("segment-00000"));
    }
  }

  @Test
  void aUserWithoutLogIsAbsent() {
    UserId nobody = UserId.parse("22222222222222222222222222");
    assertThrows(
        LogAbsentException.class,
        () -> CompactionRequests.request(bench().config, nobody, Optional.of(LIMIT)));
    assertThrows(LogAbsentException.class, () -> LogVerification.verify(bench().config, nobody));
  }

  private CompactionResult request(UserId userId) throws Exception {
    return CompactionRequests.request(bench().config, userId, Optional.of(LIMIT))
        .result()
        .orElseThrow();
  }

  private long snapshots(UserId userId) throws Exception {
    try (MinioObjectStore store = bench().stack.openStore()) {
      return store.list(ObjectKeys.user(userId.value())).stream()
          .filter(it -> it.key().endsWith("/" + ObjectKeys.MANIFEST))
          .count();
    }
  }

  private long compacted(UserId userId) throws Exception {
    OffsetAndMetadata offset =
        bench()
            .admin
            .listConsumerGroupOffsets(Topics.compactedGroup(bench().config.cell()))
            .partitionsToOffsetAndMetadata()
            .get(30, TimeUnit.SECONDS)
            .get(bench().partition(userId));
    return offset == null ? -1 : offset.offset();
  }
}
