package dev.cairn.e2e.compactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.cli.local.ServerStackFiles;
import dev.cairn.compactor.LogVerification;
import dev.cairn.compactor.VerificationReport;
import dev.cairn.compactor.work.CompactionResult;
import dev.cairn.compactor.work.CrashPoint;
import dev.cairn.compactor.work.CrashPoints;
import dev.cairn.compactor.work.HaltingCompaction;
import dev.cairn.e2e.support.CairnProcess;
import dev.cairn.provider.topics.InternalTopics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A compactor process that dies at each arrow of the publishing order, on a real broker and real
 * storage.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CompactorCrashIT {
  @TempDir static Path directory;
  private Optional<ProviderBench> started = Optional.empty();

  @BeforeAll
  void start() throws Exception {
    Properties overrides = new Properties();
    overrides.setProperty("sweep.grace.ms", "0");
    ProviderBench bench = ProviderBench.start(directory.resolve("data"), overrides);
    started = Optional.of(bench);
    ServerStackFiles.write(bench.stack, properties(), overrides);
    try (Admin admin = Admin.create(bench.config.kafkaClientProperties())) {
      new InternalTopics(admin, bench.config.replicationFactor()).ensureCell(bench.config.cell());
    }
  }

  @AfterAll
  void stop() throws Exception {
    if (started.isPresent()) {
      started.get().close();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = CrashPoint.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"QUARANTINE_MARKED"})
  void aHaltAtAnyArrowLosesNothing(CrashPoint point) throws Exception {
    ProviderBench bench = started.orElseThrow();
    Random random = new Random(point.name().hashCode());
    ModelOwner owner = bench.newOwner(point.name().hashCode());
    for (int i = 0; i < 2; i++) {
      bench.commits(owner, random, 20, 500);
      compact(bench, owner);
    }
    bench.commits(owner, random, 20, 500);
    halt(owner, point);
    assertSound(bench, owner, point);
    compact(bench, owner);
    assertSound(bench, owner, point);
    bench.commits(owner, random, 5, 500);
    compact(bench, owner);
    VerificationReport report = assertSound(bench, owner, point);
    assertEquals(2, report.snapshots().size(), point.name());
    assertTrue(report.log().start() >= 41, point + ": " + report.log());
  }

  private static VerificationReport assertSound(
      ProviderBench bench, ModelOwner owner, CrashPoint point) throws Exception {
    VerificationReport report = LogVerification.verify(bench.config, owner.userId());
    assertEquals(List.of(), report.problems(), point.name());
    assertEquals(owner.index(), report.chain().orElseThrow().index(), point.name());
    assertEquals(
        owner.accumulator().digest(), report.chain().orElseThrow().stateDigest(), point.name());
    return report;
  }

  private static void compact(ProviderBench bench, ModelOwner owner) throws Exception {
    CompactionResult result = HaltingCompaction.run(bench.config, owner.userId(), CrashPoints.NONE);
    assertEquals(owner.index(), result.newest().orElseThrow().index(), result.describe());
  }

  private void halt(ModelOwner owner, CrashPoint point) throws Exception {
    try (CairnProcess child =
        CairnProcess.startClass(
            directory.resolve("logs"),
            HaltingCompaction.class.getName(),
            List.of("-Xmx256m"),
            List.of(properties().toString(), owner.userId().value(), point.name()))) {
      child.await(Duration.ofSeconds(90)).expect(HaltingCompaction.HALTED);
    }
  }

  private Path properties() {
    return directory.resolve("provider.properties");
  }
}
