package dev.cairn.e2e.daemon;

import dev.cairn.cli.Cairn;
import dev.cairn.cli.output.Streams;
import dev.cairn.e2e.support.CairnProcess.Outcome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Runs commands in this process, which is faster than a JVM for each. */
final class Commands {
  private Commands() {}

  static Outcome run(String... arguments) {
    return run(InputStream.nullInputStream(), arguments);
  }

  static Outcome withInput(String input, String... arguments) {
    return run(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), arguments);
  }

  static Outcome run(InputStream input, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exit =
        Cairn.run(
            arguments,
            new Streams(
                input,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                false,
                false));
    return new Outcome(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
