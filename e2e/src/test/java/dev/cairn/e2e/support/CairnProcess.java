package dev.cairn.e2e.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One child JVM, by default of the program itself ({@code dev.cairn.cli.Cairn}). Its output goes to
 * files, so that a full pipe never stops it and everything it said can be searched afterwards.
 */
public final class CairnProcess implements AutoCloseable {
  private static final String PROGRAM = "dev.cairn.cli.Cairn";

  /** What a finished run came to. */
  public record Outcome(int exit, String out, String err) {
    /** Throws unless the run ended with {@code expected}; the error shows what it said. */
    public Outcome expect(int expected) {
      if (exit != expected) {
        throw new AssertionError(
            "exit " + exit + " instead of " + expected + "\n--- out\n" + out + "\n--- err\n" + err);
      }
      return this;
    }
  }

  private final Process process;
  private final Path out;
  private final Path err;

  private CairnProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** Starts the program with {@code arguments}. */
  public static CairnProcess start(Path logs, List<String> arguments) throws IOException {
    return startClass(logs, PROGRAM, List.of("-Xmx512m"), arguments);
  }

  /** Starts any main class of the test's class path. */
  public static CairnProcess startClass(
      Path logs, String mainClass, List<String> jvmOptions, List<String> arguments)
      throws IOException {
    Files.createDirectories(logs);
    Path out = Files.createTempFile(logs, "run-", ".out");
    Path err = Path.of(out.toString().replaceAll("\\.out$", ".err"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("--enable-native-access=ALL-UNNAMED");
    if (Runtime.version().feature() >= 23) {
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.addAll(jvmOptions);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(mainClass);
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    return new CairnProcess(process, out, err);
  }

  /** Runs the program to its end, without input. */
  public static Outcome run(Path logs, String... arguments) throws Exception {
    return runWithInput(logs, "", arguments);
  }

  /** Runs the program to its end with {@code input} on standard input. */
  public static Outcome runWithInput(Path logs, String input, String... arguments)
      throws Exception {
    try (CairnProcess run = start(logs, List.of(arguments))) {
      try (var stdin = run.process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException endedBeforeReading) {
        // The program may refuse its arguments before it reads; its exit code says so.
      }
      return run.await(Duration.ofMinutes(3));
    }
  }

  /** Waits for the end; a run that outlives {@code limit} is killed and fails the test. */
  public Outcome await(Duration limit) throws InterruptedException {
    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      process.destroyForcibly().waitFor();
      throw new AssertionError("still running after " + limit + "\n" + out() + "\n" + err());
    }
    return new Outcome(process.exitValue(), out(), err());
  }

  /** What it has printed so far. */
  public String out() {
    return read(out);
  }

  /** What it has said on standard error so far. */
  public String err() {
    return read(err);
  }

  public Process process() {
    return process;
  }

  /** Sends SIGKILL and waits until the process is gone: nothing of it runs on. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Asks it to end, and makes it end when it does not. */
  @Override
  public void close() {
    try {
      process.destroy();
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
