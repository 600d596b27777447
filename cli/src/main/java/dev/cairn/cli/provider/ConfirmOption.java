package dev.cairn.cli.provider;

import picocli.CommandLine.Option;

/** What changes something says first what it would do. */
final class ConfirmOption {
  @Option(names = "--confirm", description = "Do it; without this nothing is changed.")
  boolean confirmed;
}
