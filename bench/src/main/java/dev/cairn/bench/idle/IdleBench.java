package dev.cairn.bench.idle;

import dev.cairn.bench.Report;
import dev.cairn.bench.stack.BenchStack;
import dev.cairn.bench.stack.Owner;
import dev.cairn.bench.stack.ProcessFigures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Users who have registered and do nothing: what each of them costs the provider. */
public final class IdleBench {
  private final BenchStack stack;
  private final Report report;
  private final Path work;
  private final boolean quick;

  public IdleBench(BenchStack stack, Report report, Path work, boolean quick) {
    this.stack = stack;
    this.report = report;
    this.work = work;
    this.quick = quick;
  }

  /** Runs it. */
  public void run() throws IOException, InterruptedException {
    int users = quick ? 20 : 200;
    int seconds = quick ? 10 : 60;
    report.section("idle users (broker, storage, compactor and recovery service in one process)");
    idle(seconds); // what the start still has to do is over
    double before = idle(seconds);
    ProcessFigures empty = ProcessFigures.of(stack.process());
    long began = System.nanoTime();
    for (int i = 0; i < users; i++) {
      Owner.register(stack, "idle-" + i, work.resolve("idle-" + i));
    }
    report.figure(
        "registrations, one after the other", users / ((System.nanoTime() - began) / 1e9), "/s");
    idle(seconds);
    double after = idle(seconds);
    ProcessFigures full = ProcessFigures.of(stack.process());
    report.figure("users", users, "");
    report.figure("processor, without users", before * 100, "% of a core");
    report.figure("processor, with them", after * 100, "% of a core");
    report.figure(
        "resident memory for each",
        (double) (full.memoryKiB() - empty.memoryKiB()) / users,
        "KiB (a heap that grew is in it)");
    report.figure(
        "open descriptors for each",
        (double) (full.descriptors() - empty.descriptors()) / users,
        "");
  }

  /** Processor time for each second. */
  private double idle(int seconds) throws IOException, InterruptedException {
    ProcessFigures before = ProcessFigures.of(stack.process());
    if (new CountDownLatch(1).await(seconds, TimeUnit.SECONDS)) {
      throw new IllegalStateException("nobody counts down");
    }
    ProcessFigures after = ProcessFigures.of(stack.process());
    return after.cpu().minus(before.cpu()).toMillis() / 1e3 / seconds;
  }
}
