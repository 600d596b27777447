package dev.cairn.e2e.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.e2e.support.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Prometheus' own tool checks its configuration and tries every alert. */
class AlertRulesIT {
  private static final Path PROMETHEUS = Path.of("..", "docker", "prometheus");
  private static final Pattern ALERT = Pattern.compile("(?m)^ *- alert: (\\w+)$");

  @TempDir Path directory;

  @Test
  void theConfigurationHolds() throws Exception {
    promtool("check", "config", "prometheus.yml");
  }

  @ParameterizedTest
  @ValueSource(strings = {"alerts_test.yml", "alerts_days_test.yml"})
  void alertsFireWhereTheyMustAndNowhereElse(String tests) throws Exception {
    promtool("test", "rules", tests);
  }

  @Test
  void everyAlertIsTriedAndHasItsPageInTheHandbook() throws Exception {
    Set<String> alerts = new TreeSet<>();
    Matcher matcher = ALERT.matcher(Files.readString(PROMETHEUS.resolve("alerts.yml")));
    while (matcher.find()) {
      alerts.add(matcher.group(1));
    }
    assertTrue(alerts.size() > 20, alerts.toString());
    String tests =
        Files.readString(PROMETHEUS.resolve("alerts_test.yml"))
            + Files.readString(PROMETHEUS.resolve("alerts_days_test.yml"));
    String handbook = Files.readString(Path.of("..", "docs", "operations.md"));
    for (String alert : alerts) {
      assertTrue(tests.contains("name: " + alert + " fires"), alert + " is not tried");
      assertTrue(tests.contains("name: " + alert + " is quiet"), alert + " is not tried");
      assertTrue(handbook.contains("\n### " + alert + "\n"), alert + " is not in operations.md");
    }
  }

  private void promtool(String... arguments) throws Exception {
    Path out = directory.resolve("out.txt");
    ProcessBuilder builder = new ProcessBuilder(Tools.program("promtool").toString());
    builder.command().addAll(java.util.List.of(arguments));
    int exit =
        builder
            .directory(PROMETHEUS.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start()
            .waitFor();
    assertEquals(0, exit, () -> read(out));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
