package dev.cairn.bench;

import dev.cairn.bench.idle.IdleBench;
import dev.cairn.bench.micro.MicroBench;
import dev.cairn.bench.publish.PublishBench;
import dev.cairn.bench.recover.RecoverBench;
import dev.cairn.bench.stack.BenchStack;
import dev.cairn.cli.logging.Logging;
import dev.cairn.cli.output.Streams;
import dev.cairn.keyserver.home.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The benchmarks. What is compared runs in turns, in one run, on one broker and one disk. */
@Command(
    name = "bench/run",
    mixinStandardHelpOptions = true,
    description = {
      "Measures what Cairn costs beside what it is built on, and prints ratios.",
      "Without a name all parts run; about half an hour on two cores."
    })
public final class Bench implements Callable<Integer> {
  /** A part of the benchmarks. */
  enum Part {
    MICRO,
    PUBLISH,
    RECOVER,
    IDLE
  }

  private final Streams streams;

  @Parameters(paramLabel = "PART", description = "micro, publish, recover, idle")
  private @Nullable List<Part> parts;

  @Option(
      names = "--quick",
      description = "A tenth of the work: whether it runs, not what it comes to.")
  private boolean quick;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "All figures as JSON. Default: bench/target/figures.json")
  private Path out = Path.of("bench", "target", "figures.json");

  private Bench(Streams streams) {
    this.streams = streams;
  }

  /** Runs it. */
  public static void main(String[] arguments) {
    Logging.configure(new String[0], System.getenv());
    System.exit(
        new CommandLine(new Bench(Streams.ofProcess()))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    Set<Part> chosen = parts == null ? EnumSet.allOf(Part.class) : EnumSet.copyOf(parts);
    Report report = new Report(streams);
    conditions(report);
    if (chosen.contains(Part.MICRO)) {
      new MicroBench(report, quick).run();
    }
    Path work = Files.createTempDirectory("cairn-bench");
    try {
      for (Part part : chosen) {
        if (part != Part.MICRO) {
          // A fresh provider for each: no part pays for what another has left.
          Path own = Files.createDirectory(work.resolve(part.name()));
          try (BenchStack stack = BenchStack.start(own.resolve("stack"))) {
            run(part, stack, report, own);
          }
        }
      }
    } finally {
      DurableFiles.removeTree(work);
    }
    report.write(out);
    return 0;
  }

  private void run(Part part, BenchStack stack, Report report, Path work) throws Exception {
    switch (part) {
      case PUBLISH -> new PublishBench(stack, report, work, quick).run();
      case RECOVER -> new RecoverBench(stack, report, work, quick).run();
      case IDLE -> new IdleBench(stack, report, work, quick).run();
      case MICRO -> throw new IllegalStateException("needs no provider");
    }
  }

  private void conditions(Report report) throws IOException {
    report.section("conditions");
    Runtime runtime = Runtime.getRuntime();
    report.note(
        runtime.availableProcessors()
            + " cores, "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + ", JDK "
            + Runtime.version());
    report.note("provider: one broker, one copy, every append of a log flushed; all on loopback");
    if (quick) {
      report.note("QUICK: a tenth of the work; these figures are not to be quoted");
    }
  }
}
