package dev.cairn.bench.publish;

import dev.cairn.bench.Report;
import dev.cairn.bench.stack.BenchStack;
import dev.cairn.bench.stack.Latencies;
import dev.cairn.bench.stack.Owner;
import dev.cairn.keyserver.CommitPosition;
import dev.cairn.keyserver.Keyserver;
import dev.cairn.keyserver.Receipt;
import dev.cairn.keyserver.Transaction;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/**
 * Transactions until they are backed up, beside {@code kafka-producer-perf-test} with the same
 * payload and {@code acks=all} on the same broker, in turns.
 *
 * <p>Values are random: nothing of them compresses.
 */
public final class PublishBench {
  private static final int[] SIZES = {100, 1024, 10 * 1024};
  private static final int[] WINDOWS = {1, 10, 1000};
  private static final long SEED = 0x5EED;

  /** What fits into the overlay before the database must follow. */
  private static final long BURST_BYTES = 24L << 20;

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final BenchStack stack;
  private final Report report;
  private final Path work;
  private final boolean quick;
  private int owners;

  public PublishBench(BenchStack stack, Report report, Path work, boolean quick) {
    this.stack = stack;
    this.report = report;
    this.work = work;
    this.quick = quick;
  }

  /** Runs all of it. */
  public void run() throws IOException, InterruptedException {
    BareProducer bare = new BareProducer(stack.provider());
    PerfTest perfTest = new PerfTest(stack.provider(), work);
    for (int size : SIZES) {
      report.section(String.format(Locale.ROOT, "publish, values of %,d bytes", size));
      int records = count(size, 64L << 20, 300_000);
      String topic = "bench-" + size;
      bare.createTopic(topic);
      perfTest.run(topic, size, records / 4, List.of()); // a broker that is warm
      double defaults = perfTest.run(topic, size, records, List.of());
      double tuned =
          perfTest.run(
              topic,
              size,
              records,
              List.of("--command-property", "batch.size=262144", "linger.ms=5"));
      report.figure("kafka-producer-perf-test, defaults", defaults, "records/s");
      report.figure("kafka-producer-perf-test, batches of 256 KiB", tuned, "records/s");

      double burst = burst(size);
      report.figure("Cairn, a burst that the overlay absorbs", burst, "transactions/s");
      report.ratio("burst / perf-test defaults", burst / defaults, Optional.of(">= 1.2"));
      double sustained = sustained(size, records);
      report.figure("Cairn, sustained, database behind it", sustained, "transactions/s");
      report.ratio("sustained / perf-test defaults", sustained / defaults, Optional.of(">= 0.6"));
      report.ratio("sustained / perf-test, 256 KiB", sustained / tuned, Optional.empty());

      int singles = quick ? 300 : 3_000;
      Latencies alone = bare.oneAtATime(topic, value(size, new Random(SEED)), singles);
      report.figure("bare producer, one at a time, p50", alone.millis(0.5), "ms");
      report.figure("bare producer, one at a time, p99", alone.millis(0.99), "ms");
      for (int window : WINDOWS) {
        inFlight(size, window, alone);
      }
    }
  }

  private int count(int size, long bytes, int most) {
    long count = Math.min(most, bytes / size);
    return Math.toIntExact(quick ? Math.max(count / 10, 1_000) : count);
  }

  private Owner owner() {
    int number = owners++;
    return Owner.register(stack, "publisher-" + number, work.resolve("publisher-" + number));
  }

  private double burst(int size) throws InterruptedException {
    int count = count(size, BURST_BYTES, 100_000);
    try (Keyserver keyserver = Keyserver.open(owner().home())) {
      warm(keyserver, size);
      Transaction[] transactions = transactions("burst", size, count);
      long began = System.nanoTime();
      Receipt last = keyserver.transact(transactions[0]);
      for (int i = 1; i < count; i++) {
        last = keyserver.transact(transactions[i]);
      }
      last.backedUp().join();
      return count / ((System.nanoTime() - began) / 1e9);
    }
  }

  private double sustained(int size, int least) throws InterruptedException {
    // Several times the overlay, so that the database sets the pace.
    int count = Math.max(least, count(size, 256L << 20, 600_000));
    try (Keyserver keyserver = Keyserver.open(owner().home())) {
      warm(keyserver, size);
      Transaction[] transactions = transactions("sustained", size, count);
      long began = System.nanoTime();
      for (Transaction transaction : transactions) {
        keyserver.transact(transaction);
      }
      keyserver.drain(PATIENCE);
      return count / ((System.nanoTime() - began) / 1e9);
    }
  }

  private void inFlight(int size, int window, Latencies bare)
      throws IOException, InterruptedException {
    int count = window == 1 ? (quick ? 300 : 3_000) : count(size, 32L << 20, 50_000);
    try (Keyserver keyserver = Keyserver.open(owner().home())) {
      warm(keyserver, size);
      Transaction[] transactions = transactions("window", size, count);
      Semaphore free = new Semaphore(window);
      Latencies latencies = new Latencies(count);
      List<CompletableFuture<CommitPosition>> all = new ArrayList<>(count);
      long began = System.nanoTime();
      for (Transaction transaction : transactions) {
        free.acquire();
        long sent = System.nanoTime();
        all.add(
            keyserver
                .transact(transaction)
                .backedUp()
                .whenComplete((position, failure) -> {
                  latencies.add(System.nanoTime() - sent);
                  free.release();
                }));
      }
      free.acquire(window);
      double rate = count / ((System.nanoTime() - began) / 1e9);
      all.forEach(CompletableFuture::join); // one that failed is no measurement
      String name = "Cairn, " + window + " in flight, ";
      report.figure(name + "rate", rate, "transactions/s");
      report.figure(name + "p50", latencies.millis(0.5), "ms");
      report.figure(name + "p99", latencies.millis(0.99), "ms");
      if (window == 1) {
        report.figure(
            "p99 beyond the bare producer's",
            latencies.millis(0.99) - bare.millis(0.99),
            "ms (bar: <= 1)");
      }
    }
  }

  private void warm(Keyserver keyserver, int size) throws InterruptedException {
    for (Transaction transaction : transactions("warm", size, quick ? 200 : 2_000)) {
      keyserver.transact(transaction);
    }
    keyserver.drain(PATIENCE);
  }

  private static Transaction[] transactions(String collection, int size, int count) {
    Random random = new Random(SEED);
    Transaction[] transactions = new Transaction[count];
    for (int i = 0; i < count; i++) {
      transactions[i] =
          Transaction.builder().put(collection, Integer.toString(i), value(size, random)).build();
    }
    return transactions;
  }

  private static byte[] value(int size, Random random) {
    byte[] value = new byte[size];
    random.nextBytes(value);
    return value;
  }
}
