package dev.cairn.cli.output;

import picocli.CommandLine.Option;

/** Whether a program reads the result. */
public final class JsonOption {
  @Option(names = "--json", description = "Print the result as one JSON object.")
  public boolean json;
}
