package dev.cairn.cli.config;

import dev.cairn.config.Reference;
import dev.cairn.keyserver.KeyserverKey;
import dev.cairn.provider.config.ProviderConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The page that says what can be configured: an introduction, and tables made of the options. */
final class ConfigurationReference {
  private ConfigurationReference() {}

  static String markdown() throws IOException {
    return part("introduction.md")
        + "\n## provider.properties\n\n"
        + part("provider.md")
        + "\n"
        + Reference.markdown(ProviderConfig.DEFINITION).stripTrailing()
        + "\n\n## keyserver.properties\n\n"
        + part("keyserver.md")
        + "\n"
        + Reference.markdown(KeyserverKey.DEFINITION).stripTrailing()
        + "\n";
  }

  private static String part(String name) throws IOException {
    try (InputStream in = ConfigurationReference.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException(name + " is not in the program");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
