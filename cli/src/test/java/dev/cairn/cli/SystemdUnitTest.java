package dev.cairn.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.cli.input.Waiting;
import dev.cairn.cli.output.ExitCodes;
import dev.cairn.cli.output.Streams;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The units start the program as the program is, and systemd understands them. */
final class SystemdUnitTest {
  private static final Path UNITS = Path.of("..", "packaging", "systemd");
  private static final String KEYSERVER = "cairn-keyserver.service";

  /** Section and key to value; the sections and keys once each. */
  private static Map<String, String> unit(String name, Set<String> expected) throws IOException {
    Map<String, String> settings = new TreeMap<>();
    Set<String> sections = new HashSet<>();
    String section = "";
    for (String line : Files.readAllLines(UNITS.resolve(name))) {
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      if (line.matches("\\[[A-Z][a-z]+\\]")) {
        section = line.substring(1, line.length() - 1);
        assertTrue(sections.add(section), line);
        continue;
      }
      assertTrue(line.matches("[A-Z][A-Za-z]+=.*"), line);
      int equals = line.indexOf('=');
      String key = section + "." + line.substring(0, equals);
      assertFalse(settings.containsKey(key), key);
      settings.put(key, line.substring(equals + 1));
    }
    assertEquals(expected, sections);
    return settings;
  }

  private static Map<String, String> unit() throws IOException {
    return unit(KEYSERVER, Set.of("Unit", "Service", "Install"));
  }

  private static CommandLine.ParseResult parsed(Map<String, String> unit) {
    List<String> command = List.of(value(unit, "Service.ExecStart").split(" ", -1));
    assertEquals("/usr/bin/cairn", command.getFirst());
    return Cairn.commandLine(Streams.ofProcess())
        .parseArgs(command.subList(1, command.size()).toArray(String[]::new));
  }

  private static String value(Map<String, String> unit, String key) {
    return Optional.ofNullable(unit.get(key))
        .orElseThrow(() -> new AssertionError("the unit has no " + key));
  }

  @Test
  void itStartsTheProgramWithOptionsThatThereAre() throws IOException {
    Map<String, String> unit = unit();
    CommandLine.ParseResult run = parsed(unit).subcommand().subcommand();
    assertEquals("run", run.commandSpec().name());
    Path home = run.matchedOptionValue("--home", Path.of(""));
    assertTrue(
        home.startsWith(Path.of("/var/lib", value(unit, "Service.StateDirectory"))),
        "the only place that it may write to");
  }

  @Test
  void itIsNotKilledWhileItDrainsAndNotStartedAgainInVain() throws Exception {
    Map<String, String> unit = unit();
    String start = value(unit, "Service.ExecStart");
    String drain = start.substring(start.indexOf("--drain-timeout ") + 16);
    Waiting waiting = new Waiting();
    assertTrue(
        waiting
                .convert(value(unit, "Service.TimeoutStopSec"))
                .compareTo(waiting.convert(drain).plusSeconds(20))
            > 0);
    assertEquals(
        ExitCodes.MALFORMED + " " + ExitCodes.INTEGRITY + " " + ExitCodes.FENCED,
        value(unit, "Service.RestartPreventExitStatus"));
    assertEquals("on-failure", value(unit, "Service.Restart"));
    assertEquals("0700", value(unit, "Service.StateDirectoryMode"));
  }

  @Test
  void theTimersStartWhatThereIs() throws IOException {
    for (String name : List.of("cairn-drill", "cairn-verify")) {
      Map<String, String> timer = unit(name + ".timer", Set.of("Unit", "Timer", "Install"));
      assertEquals("timers.target", value(timer, "Install.WantedBy"));
      assertEquals("yes", value(timer, "Timer.Persistent"), "also after a night that was off");
      Map<String, String> service = unit(name + ".service", Set.of("Unit", "Service"));
      assertEquals("oneshot", value(service, "Service.Type"));
      assertFalse(service.containsKey("Service.Restart"), "a finding is not tried away");
    }
    CommandLine.ParseResult drill =
        parsed(unit("cairn-drill.service", Set.of("Unit", "Service"))).subcommand().subcommand();
    assertEquals("drill", drill.commandSpec().name());
    CommandLine.ParseResult verify =
        parsed(unit("cairn-verify.service", Set.of("Unit", "Service"))).subcommand();
    assertEquals("verify", verify.commandSpec().name());
    assertTrue(verify.hasMatchedOption("--sample"));
    // The drill is of the home that the keyserver runs.
    assertEquals(
        parsed(unit()).subcommand().subcommand().matchedOptionValue("--home", Path.of("")),
        drill.matchedOptionValue("--home", Path.of("other")));
  }

  @Test
  void systemdUnderstandsThem(@TempDir Path directory) throws Exception {
    Optional<Path> analyze =
        Stream.of("/usr/bin", "/bin")
            .map(place -> Path.of(place, "systemd-analyze"))
            .filter(Files::isExecutable)
            .findFirst();
    Assumptions.assumeTrue(analyze.isPresent(), "systemd is not on this machine");
    // The program need not be installed, nor its user be there, to look at the rest.
    List<String> command =
        new ArrayList<>(List.of(analyze.get().toString(), "verify", "--recursive-errors=no"));
    try (DirectoryStream<Path> units = Files.newDirectoryStream(UNITS)) {
      for (Path unit : units) {
        Path copy = directory.resolve(unit.getFileName().toString());
        Files.writeString(
            copy,
            Files.readString(unit)
                .replace("/usr/bin/cairn", "/bin/true")
                .replace("User=cairn", "User=root")
                .replace("Group=cairn", "Group=root"));
        command.add(copy.toString());
      }
    }
    assertEquals(3 + 5, command.size());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(1, TimeUnit.MINUTES), said);
    // It also looks at units of the machine itself, which are not ours to judge.
    assertFalse(said.contains("cairn-"), said);
    assertEquals(0, process.exitValue(), said);
  }
}
