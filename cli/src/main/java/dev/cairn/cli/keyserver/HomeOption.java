package dev.cairn.cli.keyserver;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which keyserver a command is about. */
final class HomeOption {
  @Option(
      names = "--home",
      required = true,
      paramLabel = "DIR",
      description = "Directory that the keyserver lives in.")
  Path home;
}
