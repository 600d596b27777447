package dev.cairn.e2e.rebase;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Lines that survive a halt: nothing buffers them. */
final class HaltLines {
  private static final PrintStream OUT =
      new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

  private HaltLines() {}

  static synchronized void print(String line) {
    OUT.println(line);
  }

  /** The greatest number of a line that begins with that letter, or -1. */
  static int greatest(String out, char letter) {
    return out.lines()
        .filter(line -> line.matches(letter + " [0-9]+"))
        .mapToInt(line -> Integer.parseInt(line.substring(2)))
        .max()
        .orElse(-1);
  }
}
