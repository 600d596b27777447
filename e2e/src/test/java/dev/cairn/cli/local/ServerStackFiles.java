package dev.cairn.cli.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Properties;

/** Lets tests hand the configuration of an embedded stack to a child process. */
public final class ServerStackFiles {
  private ServerStackFiles() {}

  /** Writes {@code provider.properties} with some keys of the test's own. */
  public static void write(ServerStack stack, Path file, Properties overrides) throws IOException {
    Properties properties = stack.properties();
    properties.putAll(overrides);
    PrivateFiles.write(file, properties);
  }
}
