package dev.cairn.e2e.disaster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cairn.e2e.support.CairnProcess;
import dev.cairn.e2e.support.LocalProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything in the bucket is gone: snapshots, bundles, login records. The keyserver has all. */
final class BucketLostIT {
  private static final String LINE =
      "{\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"%s\",\"value\":\"kept\"}}]}\n";

  @TempDir Path directory;
  private Path logs = Path.of("");
  private String config = "";

  private String path(String name) {
    return directory.resolve(name).toString();
  }

  private String file(String name, String content) throws Exception {
    return Files.writeString(directory.resolve(name), content).toString();
  }

  private CairnProcess.Outcome cairn(String... arguments) throws Exception {
    return CairnProcess.run(logs, arguments);
  }

  private CairnProcess.Outcome recover(String home, String option, String file) throws Exception {
    return cairn(
        "keyserver",
        "recover",
        "--home",
        path(home),
        "--config",
        config,
        "--username",
        "owner",
        option,
        file,
        "--read-only");
  }

  private CairnProcess.Outcome reEnrol(String passwordFile, String... more) throws Exception {
    return cairn(
        Stream.concat(
                Stream.of(
                    "keyserver",
                    "passwd",
                    "--home",
                    path("home"),
                    "--re-enrol",
                    "--new-password-file",
                    passwordFile),
                Stream.of(more))
            .toArray(String[]::new));
  }

  @Test
  void whoeverStillHasTheKeyserverMakesItAllAgain() throws Exception {
    logs = Files.createDirectories(directory.resolve("logs"));
    Path data = directory.resolve("stack");
    String first = file("first", "zanzibar-quokka-marmalade-1947");
    String second = file("second", "lantern-okapi-tangerine-2061");
    String printed = path("printed");
    try (LocalProcess stack = LocalProcess.start(data, logs)) {
      config = stack.ownerProperties();
      cairn(
              "keyserver",
              "init",
              "--home",
              path("home"),
              "--config",
              config,
              "--username",
              "owner",
              "--password-file",
              first,
              "--recovery-key-file",
              printed)
          .expect(0);
      write("before");
      cairn("keyserver", "compact", "--home", path("home"), "--wait").expect(0);

      // While nothing is lost, the keys of a home are not enough: a thief of it changes nothing.
      assertFalse(reEnrol(second).exit() == 0);
      recover("drill", "--password-file", first).expect(0);
      assertFalse(recover("none", "--password-file", second).exit() == 0);

      for (Path lost : stored(data)) {
        Files.delete(lost);
      }
      recover("none", "--password-file", first).expect(6);
      write("after"); // the keyserver does not notice

      cairn("keyserver", "compact", "--home", path("home"), "--rebase").expect(0);
      String printedAgain = path("printed-again");
      reEnrol(second, "--new-recovery-key-file", printedAgain).expect(0);
      assertFalse(reEnrol(first).exit() == 0, "once it is there again, it is refused again");

      recover("none", "--password-file", first).expect(3);
      recover("none", "--recovery-key-file", printed).expect(3);
      recover("two", "--password-file", second).expect(0);
      recover("three", "--recovery-key-file", printedAgain).expect(0);
      for (String home : List.of("two", "three")) {
        for (String id : List.of("before", "after")) {
          assertEquals(
              "\"kept\"",
              cairn("keyserver", "get", "--home", path(home), "c", id).expect(0).out().strip());
        }
      }
      assertTrue(
          cairn("keyserver", "audit", "--home", path("home"))
              .expect(0)
              .out()
              .contains("enrolled again"));
    }
  }

  private void write(String id) throws Exception {
    CairnProcess.runWithInput(
            logs, LINE.replace("%s", id), "keyserver", "apply", "--home", path("home"), "-")
        .expect(0);
  }

  private static List<Path> stored(Path data) throws Exception {
    try (Stream<Path> files = Files.walk(data.resolve("objects/cairn"))) {
      return files.filter(Files::isRegularFile).toList();
    }
  }
}
