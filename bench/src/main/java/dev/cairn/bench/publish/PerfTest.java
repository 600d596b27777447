package dev.cairn.bench.publish;

import dev.cairn.bench.stack.JavaProgram;
import dev.cairn.provider.config.ProviderConfig;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code kafka-producer-perf-test} itself, as a program of its own. */
final class PerfTest {
  private static final Pattern SUMMARY =
      Pattern.compile("(\\d+) records sent, ([\\d.]+) records/sec .*99th");

  private final Path work;
  private final Path clientConfig;

  PerfTest(ProviderConfig config, Path work) throws IOException {
    this.work = work;
    this.clientConfig = work.resolve("perf-test.properties");
    Properties properties = new Properties();
    properties.putAll(config.kafkaClientProperties());
    try (Writer writer = Files.newBufferedWriter(clientConfig, StandardCharsets.UTF_8)) {
      properties.store(writer, null);
    }
  }

  /** Records per second with {@code acks=all} and these further settings. */
  double run(String topic, int size, int count, List<String> settings)
      throws IOException, InterruptedException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--topic",
                topic,
                "--num-records",
                Integer.toString(count),
                "--record-size",
                Integer.toString(size),
                "--throughput",
                "-1",
                "--command-config",
                clientConfig.toString(),
                "--command-property",
                "acks=all"));
    arguments.addAll(settings);
    Path output = Files.createTempFile(work, "perf-test", ".out");
    Process process =
        JavaProgram.start(
            "org.apache.kafka.tools.ProducerPerformance", List.of("-Xmx1g"), arguments, output);
    int code = process.waitFor();
    String said = Files.readString(output);
    Matcher summary = SUMMARY.matcher(said);
    if (code != 0 || !summary.find()) {
      throw new IOException("kafka-producer-perf-test ended with " + code + ": " + said);
    }
    return Double.parseDouble(summary.group(2));
  }
}
