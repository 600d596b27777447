package dev.cairn.compactor;

import dev.cairn.config.InvalidConfigException;
import dev.cairn.provider.config.ProviderConfig;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.kafka.streams.StreamsConfig;

/** Reads {@code provider.properties} where Kafka Streams is there to say what it knows. */
public final class ProviderFile {
  private ProviderFile() {}

  /**
   * Reads a file, and the environment over it.
   *
   * @throws InvalidConfigException names all that is wrong at once, {@code streams.} included
   */
  public static ProviderConfig load(Path file) throws IOException, InvalidConfigException {
    return ProviderConfig.load(file, System.getenv(), StreamsConfig.configDef());
  }
}
