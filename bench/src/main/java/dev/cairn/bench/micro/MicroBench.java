package dev.cairn.bench.micro;

import dev.cairn.bench.Report;
import java.io.IOException;
import java.util.Collection;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs this package's benchmarks, one thread each. */
public final class MicroBench {
  private final Report report;
  private final boolean quick;

  public MicroBench(Report report, boolean quick) {
    this.report = report;
    this.quick = quick;
  }

  /** Runs all of them. */
  public void run() throws RunnerException, IOException {
    report.section("single operations, one thread (JMH)");
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include("dev\\.cairn\\.bench\\.micro\\..*")
                    .mode(Mode.Throughput)
                    .forks(1)
                    .warmupIterations(quick ? 1 : 3)
                    .measurementIterations(quick ? 2 : 5)
                    .warmupTime(TimeValue.seconds(1))
                    .measurementTime(TimeValue.seconds(1))
                    .jvmArgsAppend("--enable-native-access=ALL-UNNAMED")
                    .verbosity(VerboseMode.SILENT)
                    .shouldFailOnError(true)
                    .build())
            .run();
    for (RunResult result : results) {
      String benchmark = result.getParams().getBenchmark();
      String parameters =
          result.getParams().getParamsKeys().stream()
              .map(key -> " " + key + "=" + result.getParams().getParam(key))
              .collect(Collectors.joining());
      String name =
          benchmark.substring(benchmark.lastIndexOf('.', benchmark.lastIndexOf('.') - 1) + 1);
      report.figure(name + parameters, result.getPrimaryResult().getScore(), "/s");
    }
  }
}
