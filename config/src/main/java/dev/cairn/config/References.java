package dev.cairn.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.provider.ConfigProvider;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;
import org.apache.kafka.common.config.provider.FileConfigProvider;

/**
 * Replaces references in Kafka's own syntax, by Kafka's own providers: {@code
 * ${dir:DIRECTORY:FILE}} is what a file holds, {@code ${file:PROPERTIES:KEY}} one value of a
 * properties file, {@code ${env:NAME}} a variable. Other than Kafka's clients it refuses a
 * reference to something that is not there: a password must not be the text of a reference.
 */
final class References implements AutoCloseable {
  private static final Pattern REFERENCE =
      Pattern.compile("\\$\\{(file|dir|env):(?:([^:}]*):)?([^}]*)}");

  private final Map<String, ConfigProvider> providers;

  References(Map<String, String> environment) {
    providers =
        Map.of(
            "file", new FileConfigProvider(),
            "dir", new DirectoryConfigProvider(),
            "env", new EnvVarConfigProvider(environment));
    providers.values().forEach(provider -> provider.configure(Map.of()));
  }

  /** The value with all its references replaced; what cannot be is added to the errors. */
  String resolve(String name, String value, List<String> errors) {
    Matcher matcher = REFERENCE.matcher(value);
    StringBuilder resolved = new StringBuilder();
    while (matcher.find()) {
      matcher.appendReplacement(resolved, "");
      resolved.append(value(name, matcher, errors));
    }
    return matcher.appendTail(resolved).toString();
  }

  private String value(String name, Matcher reference, List<String> errors) {
    String path = reference.group(2) == null ? "" : reference.group(2);
    ConfigProvider provider = providers.get(reference.group(1));
    try {
      String found =
          provider == null
              ? null
              : provider.get(path, Set.of(reference.group(3))).data().get(reference.group(3));
      if (found != null) {
        return found.strip();
      }
      errors.add(name + " refers to " + reference.group() + ", and that is not there");
    } catch (ConfigException e) {
      errors.add(name + " refers to " + reference.group() + ", and that cannot be read");
    }
    return "";
  }

  @Override
  public void close() {
    try {
      for (ConfigProvider provider : providers.values()) {
        provider.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("closing a configuration provider", e);
    }
  }
}
