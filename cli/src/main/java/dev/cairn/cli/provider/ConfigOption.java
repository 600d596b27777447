package dev.cairn.cli.provider;

import dev.cairn.cli.output.CommandFailedException;
import dev.cairn.compactor.ProviderFile;
import dev.cairn.config.InvalidConfigException;
import dev.cairn.crypto.UserId;
import dev.cairn.provider.config.ProviderConfig;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The provider's configuration. */
final class ConfigOption {
  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "provider.properties: Kafka, storage, secrets.")
  private Path file;

  ProviderConfig load() throws IOException, InvalidConfigException {
    return ProviderFile.load(file);
  }

  /** Reads a user id of the command line. */
  static UserId userId(String text) {
    try {
      return UserId.parse(text);
    } catch (IllegalArgumentException e) {
      throw CommandFailedException.malformed(
          "'" + text + "' is not a user id: " + e.getMessage(),
          "Give the 26 characters that init and status print.");
    }
  }
}
