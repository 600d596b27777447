package dev.cairn.keyserver.service;

import dev.cairn.keyserver.error.MalformedInputException;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/**
 * All that an owner configures: where the service is, what it is called, and, if it is private, who
 * vouches for it.
 *
 * <table>
 * <caption>Keys of {@code owner.properties}</caption>
 * <tr><th>key</th><th>meaning</th></tr>
 * <tr><td>{@code service.url}</td><td>http or https address of the recovery service; may change</td></tr>
 * <tr><td>{@code server.name}</td><td>the name that enters the password's key; never changes</td></tr>
 * <tr><td>{@code service.ca.file}</td><td>optional: PEM certificates of a private CA, relative to this file</td></tr>
 * </table>
 *
 * @param serviceUrl without a slash at its end
 * @param serverName the pinned name; a service that gives another one is refused
 * @param certificateAuthority PEM text of a private CA
 */
public record OwnerConfig(
    URI serviceUrl, String serverName, Optional<String> certificateAuthority) {
  private static final String URL = "service.url";
  private static final String NAME = "server.name";
  private static final String CA = "service.ca.file";
  private static final Set<String> KEYS = Set.of(URL, NAME, CA);
  private static final int MAX_NAME = 255;
  private static final long MAX_CA_BYTES = 1 << 20;

  /**
   * Checks the forms.
   *
   * @throws MalformedInputException if the address is not http or https, or the name is empty or
   *     too long
   */
  public OwnerConfig {
    serviceUrl = requireServiceUrl(serviceUrl);
    if (serverName.isBlank() || serverName.length() > MAX_NAME) {
      throw new MalformedInputException(
          NAME
              + " has 1 to "
              + MAX_NAME
              + " characters; it is the name that your provider gave you");
    }
  }

  /**
   * Reads the file; all that is wrong with it is said at once.
   *
   * @throws MalformedInputException if the file is missing, or a key is missing, unknown or
   *     malformed
   */
  public static OwnerConfig read(Path file) {
    Properties properties = load(file);
    List<String> wrong = new ArrayList<>();
    for (String key : new TreeSet<>(properties.stringPropertyNames())) {
      if (!KEYS.contains(key)) {
        wrong.add("unknown key " + key + " (known: " + new TreeSet<>(KEYS) + ")");
      }
    }
    Optional<URI> url = Optional.empty();
    try {
      url = Optional.of(requireServiceUrl(new URI(required(properties, URL, wrong))));
    } catch (URISyntaxException | MalformedInputException e) {
      if (!properties.getProperty(URL, "").isBlank()) {
        wrong.add(URL + ": " + e.getMessage());
      }
    }
    String name = required(properties, NAME, wrong);
    Optional<String> authority = Optional.empty();
    String authorityFile = properties.getProperty(CA, "").strip();
    if (!authorityFile.isEmpty()) {
      try {
        authority = Optional.of(readAuthority(file.toAbsolutePath().resolveSibling(authorityFile)));
      } catch (IOException e) {
        wrong.add(CA + ": " + authorityFile + " cannot be read (" + e.getMessage() + ")");
      }
    }
    if (!wrong.isEmpty() || url.isEmpty()) {
      throw new MalformedInputException(
          "The configuration " + file + " cannot be used: " + String.join("; ", wrong));
    }
    return new OwnerConfig(url.get(), name, authority);
  }

  private static Properties load(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
      return properties;
    } catch (NoSuchFileException e) {
      throw new MalformedInputException(
          "There is no configuration "
              + file
              + ": it names the service ("
              + URL
              + ", "
              + NAME
              + ")",
          e);
    } catch (IOException | IllegalArgumentException e) {
      throw new MalformedInputException(
          "The configuration " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static String required(Properties properties, String key, List<String> wrong) {
    String value = properties.getProperty(key, "").strip();
    if (value.isEmpty()) {
      wrong.add(key + " is missing");
    }
    return value;
  }

  private static String readAuthority(Path file) throws IOException {
    if (Files.size(file) > MAX_CA_BYTES) {
      throw new IOException("more than " + MAX_CA_BYTES + " bytes");
    }
    return Files.readString(file, StandardCharsets.UTF_8);
  }

  private static URI requireServiceUrl(URI url) {
    String scheme = url.getScheme();
    if (scheme == null
        || !(scheme.equals("http") || scheme.equals("https"))
        || url.getHost() == null
        || url.getRawQuery() != null
        || url.getRawFragment() != null
        || url.getRawUserInfo() != null) {
      throw new MalformedInputException(
          "'" + url + "' is not the address of a service: http://host:port or https://host");
    }
    String text = url.toString();
    return text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : url;
  }
}
