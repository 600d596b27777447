package dev.cairn.bench.stack;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Another program of this class path, in a JVM of its own. */
public final class JavaProgram {
  private static final List<String> FLAGS =
      List.of("--enable-native-access=ALL-UNNAMED", "-Djava.awt.headless=true");

  private JavaProgram() {}

  /** Starts it; what it says goes to a file. */
  public static Process start(
      String mainClass, List<String> jvmFlags, List<String> arguments, Path output)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    command.addAll(jvmFlags);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(mainClass);
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }
}
