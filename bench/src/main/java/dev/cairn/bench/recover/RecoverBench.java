package dev.cairn.bench.recover;

import dev.cairn.bench.Report;
import dev.cairn.bench.stack.BenchStack;
import dev.cairn.bench.stack.Owner;
import dev.cairn.bench.stack.Profile;
import dev.cairn.compactor.CompactionRequests;
import dev.cairn.keyserver.Keyserver;
import dev.cairn.keyserver.Transaction;
import dev.cairn.keyserver.recover.ProgressListener;
import dev.cairn.keyserver.recover.RecoveryReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;

/**
 * A state, compacted and recovered: beside the bare download of the same objects, the bare database
 * and restic; then with ten times its history behind it, and with a hundredth of it changed.
 */
public final class RecoverBench {
  private static final int SIZE = 1024;
  private static final int HISTORY = 9;
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final int METHODS = 10;

  private final BenchStack stack;
  private final Report report;
  private final Path work;
  private final boolean quick;
  private final Random random = new Random(0x5EED);
  private int drills;

  public RecoverBench(BenchStack stack, Report report, Path work, boolean quick) {
    this.stack = stack;
    this.report = report;
    this.work = work;
    this.quick = quick;
  }

  private record Drill(RecoveryReport report, double seconds, double cpuSeconds) {}

  /** Runs all of it. */
  public void run() throws Exception {
    int objects = quick ? 20_000 : 300_000;
    Owner owner = Owner.register(stack, "recovering", work.resolve("recovering"));
    report.section("compaction, " + objects + " objects of " + SIZE + " bytes");
    double first;
    try (Keyserver keyserver = Keyserver.open(owner.home())) {
      write(keyserver, 0, objects);
      first = compact(owner);
      report.figure("the first snapshot", first, "s");
    }
    recovery(owner, objects);
    history(owner, objects);
    churn(owner, objects, first);
  }

  private void recovery(Owner owner, int objects) throws Exception {
    report.section("recovery of that state");
    BareDownload.run(stack.provider().s3(), owner.userId());
    drill(owner); // both have read the files once: what follows is fair
    BareDownload.Fetched bare = BareDownload.run(stack.provider().s3(), owner.userId());
    Drill drill;
    try (Profile profile = Profile.start()) {
      drill = drill(owner);
      for (Profile.Share share : profile.top(METHODS)) {
        report.note(Math.round(share.share() * 100) + " % of samples: " + share.method());
      }
    }
    double database = database(objects);
    int cores = Runtime.getRuntime().availableProcessors();
    report.figure("recovered", drill.report().snapshotBytes() / 1e6 / drill.seconds(), "MB/s");
    report.figure("recovery", drill.seconds(), "s");
    report.figure("its processor time", drill.cpuSeconds(), "s");
    report.figure("bare download of the segments", bare.seconds(), "s");
    report.figure("bare database, same rows", database, "s");
    double limit = Math.max(Math.max(bare.seconds(), database), drill.cpuSeconds() / cores);
    report.ratio(
        "binding limit (download, database, processor) / recovery",
        limit / drill.seconds(),
        Optional.of(">= 0.9"));
    Optional<Restic> restic = Restic.find(stack.provider().s3(), work);
    if (restic.isEmpty()) {
      report.note("restic is not installed: not compared");
      return;
    }
    double asFile = restic.get().restore("restic-file", database(owner));
    report.figure("restic, the database as one file", asFile, "s");
    report.ratio("restic / recovery", asFile / drill.seconds(), Optional.of(">= 3"));
    double asFiles = restic.get().restore("restic-files", files(owner));
    report.figure("restic, one file for each object", asFiles, "s");
    report.ratio("restic / recovery", asFiles / drill.seconds(), Optional.empty());
  }

  private void history(Owner owner, int objects) throws Exception {
    report.section("the same live state after ten times the history");
    Drill before = drill(owner);
    try (Keyserver keyserver = Keyserver.open(owner.home())) {
      for (int round = 0; round < HISTORY; round++) {
        write(keyserver, 0, objects);
        compact(owner);
      }
    }
    Drill after = drill(owner);
    report.figure("recovery before", before.seconds(), "s");
    report.figure("recovery after", after.seconds(), "s");
    report.ratio("after / before", after.seconds() / before.seconds(), Optional.of("<= 1.1"));
  }

  private void churn(Owner owner, int objects, double first) throws Exception {
    report.section("compaction with one object in a hundred changed");
    double changed;
    try (Keyserver keyserver = Keyserver.open(owner.home())) {
      write(keyserver, 0, objects / 100);
      changed = compact(owner);
    }
    report.figure("compaction", changed, "s");
    report.ratio("compaction / the first snapshot", changed / first, Optional.empty());
  }

  private void write(Keyserver keyserver, int from, int count) throws InterruptedException {
    for (int i = from; i < from + count; i++) {
      byte[] value = new byte[SIZE];
      random.nextBytes(value);
      keyserver.transact(Transaction.builder().put("c", Integer.toString(i), value).build());
    }
    keyserver.drain(PATIENCE);
  }

  private double compact(Owner owner) throws Exception {
    long began = System.nanoTime();
    CompactionRequests.Requested requested =
        CompactionRequests.request(stack.provider(), owner.userId(), Optional.of(PATIENCE));
    if (requested.result().isEmpty()) {
      throw new IOException("The compaction took too long");
    }
    return (System.nanoTime() - began) / 1e9;
  }

  private Drill drill(Owner owner) {
    double cpu = processorSeconds();
    long began = System.nanoTime();
    RecoveryReport recovered =
        owner.drill(work.resolve("drill-" + drills++), ProgressListener.NONE);
    return new Drill(recovered, (System.nanoTime() - began) / 1e9, processorSeconds() - cpu);
  }

  private static double processorSeconds() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis() / 1e3;
  }

  private double database(int objects) throws SQLException {
    return BareDatabase.load(work.resolve("bare-" + drills + ".db"), objects, SIZE + 64);
  }

  private Path database(Owner owner) throws IOException {
    Path directory = Files.createDirectories(work.resolve("as-file"));
    Files.copy(owner.home().resolve("store.db"), directory.resolve("store.db"));
    return directory;
  }

  private Path files(Owner owner) throws IOException {
    Path directory = Files.createDirectories(work.resolve("as-files"));
    try (Keyserver keyserver = Keyserver.open(owner.home())) {
      keyserver.export(object -> {
        try {
          Path bucket =
              Files.createDirectories(
                  directory.resolve(
                      Integer.toString(Integer.parseInt(object.name().id()) / 1_000)));
          Files.write(bucket.resolve(object.name().id()), object.value().content().toByteArray());
        } catch (IOException e) {
          throw new java.io.UncheckedIOException(e);
        }
      });
    }
    return directory;
  }
}
