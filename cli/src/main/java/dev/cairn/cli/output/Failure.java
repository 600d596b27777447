package dev.cairn.cli.output;

import java.io.PrintStream;

/**
 * Why a command failed, for the person who ran it.
 *
 * @param exitCode what the process ends with
 * @param what happened
 * @param data what it means for the data
 * @param advice what to do
 */
public record Failure(int exitCode, String what, String data, String advice) {
  /** Prints the three parts. */
  public void print(PrintStream err) {
    err.println("cairn: " + indented(what));
    err.println("  data: " + indented(data));
    err.println("  next: " + indented(advice));
    err.flush();
  }

  private static String indented(String text) {
    return text.strip().replace("\r", "").replace("\n", "\n        ");
  }
}
