package dev.cairn.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher, between JDKs and a Maven that only say how they were called. */
@DisabledOnOs(OS.WINDOWS)
final class LauncherTest {
  private static final List<String> MODULES =
      List.of(
          "schemas",
          "crypto",
          "journal",
          "metrics",
          "provider",
          "broker",
          "keyserver",
          "compactor",
          "recovery",
          "cli");

  @TempDir private Path directory;
  private Path checkout = Path.of("");
  private Path bin = Path.of("");
  private Path jdks = Path.of("");

  private record Said(int exit, String out, String err) {}

  @BeforeEach
  void checkout() throws IOException {
    checkout = Files.createDirectory(directory.resolve("a checkout"));
    Path launcher = checkout.resolve("cairn");
    Files.copy(Path.of("..").resolve("cairn"), launcher);
    executable(launcher);
    Instant past = Instant.now().minusSeconds(3600);
    for (String module : MODULES) {
      Path pom = checkout.resolve(module).resolve("pom.xml");
      Files.createDirectories(checkout.resolve(module).resolve("src/main"));
      Files.writeString(pom, "");
      Files.setLastModifiedTime(pom, FileTime.from(past));
    }
    Files.writeString(checkout.resolve("pom.xml"), "");
    Files.setLastModifiedTime(checkout.resolve("pom.xml"), FileTime.from(past));
    // The tools that the launcher uses, and no java: what it finds is up to each test.
    bin = Files.createDirectory(directory.resolve("bin"));
    for (String tool :
        List.of(
            "sh",
            "sed",
            "head",
            "dirname",
            "readlink",
            "find",
            "mkdir",
            "rm",
            "mv",
            "cat",
            "tail",
            "grep",
            "awk",
            "tee",
            "mktemp",
            "sleep",
            "uname")) {
      for (String place : List.of("/usr/bin", "/bin")) {
        Path original = Path.of(place, tool);
        if (Files.exists(original) && Files.notExists(bin.resolve(tool))) {
          Files.createSymbolicLink(bin.resolve(tool), original);
        }
      }
    }
    jdks = Files.createDirectories(directory.resolve("home/.sdkman/candidates/java"));
  }

  private static void executable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void script(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + text);
    executable(file);
  }

  private Path jdk(String name, String version) throws IOException {
    Path home = jdks.resolve(name);
    script(home.resolve("bin/java"), "echo \"$0\"; printf '%s\\n' \"$@\"\n");
    script(home.resolve("bin/javac"), "exit 0\n");
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  private void built() throws IOException {
    Files.createDirectories(checkout.resolve("cli/target/lib"));
    Files.writeString(checkout.resolve("cli/target/cairn-cli-1.jar"), "");
  }

  private void maven(String version, String body) throws IOException {
    script(
        bin.resolve("mvn"),
        "if [ \"$1\" = -version ]; then echo 'Apache Maven "
            + version
            + " (x)'; exit 0; fi\n"
            + body);
  }

  private Said run(String javaHome, String... arguments) throws Exception {
    String[] command = new String[arguments.length + 1];
    command[0] = checkout.resolve("cairn").toString();
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    Path out = Files.createTempFile(directory, "out", "");
    Path err = Files.createTempFile(directory, "err", "");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", bin.toString());
    builder.environment().put("HOME", directory.resolve("home").toString());
    builder.environment().put("TMPDIR", directory.toString());
    if (!javaHome.isEmpty()) {
      builder.environment().put("JAVA_HOME", javaHome);
    }
    Process process = builder.start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    return new Said(
        process.exitValue(),
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }

  @Test
  void whatTheCallerChoseIsTaken() throws Exception {
    built();
    jdk("a", "27.0.1");
    Path chosen = jdk("b", "21.0.2");
    Said said = run(chosen.toString(), "keyserver", "get", "--home", "x y", "c", "i");
    assertEquals(0, said.exit(), said.err());
    List<String> lines = said.out().lines().toList();
    assertEquals(chosen.resolve("bin/java").toString(), lines.get(0));
    assertTrue(lines.contains("--enable-native-access=ALL-UNNAMED"), said.out());
    assertFalse(said.out().contains("--sun-misc-unsafe-memory-access"), "unknown before 23");
    assertTrue(lines.contains("-Dcairn.terminal.out=false"), said.out());
    assertEquals(
        List.of("dev.cairn.cli.Cairn", "keyserver", "get", "--home", "x y", "c", "i"),
        lines.subList(lines.size() - 7, lines.size()));
  }

  @Test
  void anOldJdkIsPassedOverForTheNewest() throws Exception {
    built();
    Path old = jdk("old", "17.0.1");
    jdk("a", "21");
    Path newest = jdk("b", "999.0.3");
    jdk("c", "1.8.0_402");
    Said said = run(old.toString());
    assertEquals(0, said.exit(), said.err());
    assertTrue(said.out().startsWith(newest.toString()), said.out());
    assertTrue(said.out().contains("--sun-misc-unsafe-memory-access=allow"), said.out());
  }

  @Test
  void anOldMavenIsNamed() throws Exception {
    jdk("a", "999");
    maven("3.6.3", "exit 0\n");
    Said said = run("");
    assertEquals(1, said.exit());
    assertTrue(said.err().contains("Maven 3.6.3 is too old"), said.err());
    assertTrue(said.err().contains("next: "), said.err());
  }

  @Test
  void aMissingMavenIsNamed() throws Exception {
    jdk("a", "999");
    Said said = run("");
    assertEquals(1, said.exit());
    assertTrue(said.err().contains("Maven was not found"), said.err());
  }

  @Test
  void itBuildsOnceAndAgainWhenASourceIsNewer() throws Exception {
    Path home = jdk("a", "999");
    maven(
        "3.8.7",
        "echo \"JAVA_HOME=$JAVA_HOME\" >>'"
            + directory
            + "/builds'\n"
            + "echo '[INFO] Building Cairn crypto 0.1 [2/9]'\n"
            + "echo '[INFO] Downloaded from central: https://x/y.jar (1.5 MB at 2 MB/s)'\n"
            + "mkdir -p '"
            + checkout
            + "/cli/target/lib'\n"
            + ": >'"
            + checkout
            + "/cli/target/cairn-cli-1.jar'\n");
    Said said = run("");
    assertEquals(0, said.exit(), said.err());
    assertTrue(said.err().contains("Cairn crypto"), said.err());
    assertEquals("", run("").err(), "built already");
    Path source = checkout.resolve("crypto/src/main/New.java");
    Files.writeString(source, "");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(2)));
    assertTrue(run("").err().contains("building"));
    assertEquals(
        List.of("JAVA_HOME=" + home, "JAVA_HOME=" + home),
        Files.readAllLines(directory.resolve("builds")));
  }

  @Test
  void aFailedBuildSaysWhatMavenSaid() throws Exception {
    jdk("a", "999");
    maven("3.9.9", "echo '[ERROR] no such artifact'; exit 1\n");
    Said said = run("");
    assertEquals(1, said.exit());
    assertTrue(said.err().contains("no such artifact"), said.err());
    assertTrue(said.err().contains("The build failed"), said.err());
    assertFalse(Files.exists(checkout.resolve("cli/target/.cairn-building")), "the lock is gone");
  }

  @Test
  void anArchiveRunsWithoutMavenAndWithoutACompiler() throws Exception {
    Files.delete(checkout.resolve("pom.xml"));
    Files.createDirectories(checkout.resolve("lib"));
    Path jar = Files.writeString(checkout.resolve("lib/cairn-cli-1.jar"), "");
    Path runtime = jdk("a", "999");
    Files.delete(runtime.resolve("bin/javac"));
    Said said = run("", "--version");
    assertEquals(0, said.exit(), said.err());
    assertTrue(said.out().startsWith(runtime.toString()), said.out());
    assertTrue(said.out().contains(checkout.resolve("lib") + "/*"), said.out());
    assertEquals("", said.err());
    Files.delete(jar);
    Said broken = run("", "--version");
    assertEquals(1, broken.exit());
    assertTrue(broken.err().contains("Unpack the archive again"), broken.err());
  }
}
