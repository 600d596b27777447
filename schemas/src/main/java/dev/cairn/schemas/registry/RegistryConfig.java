package dev.cairn.schemas.registry;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How to reach a schema registry, under the names that Confluent's clients use.
 *
 * <table>
 * <caption>Options</caption>
 * <tr><th>name</th><th>meaning</th></tr>
 * <tr><td>{@code schema.registry.url}</td><td>one or more addresses, separated by commas; the next
 *     one is asked where one does not answer</td></tr>
 * <tr><td>{@code basic.auth.credentials.source}</td><td>{@code URL} (the default) or
 *     {@code USER_INFO}</td></tr>
 * <tr><td>{@code basic.auth.user.info}</td><td>{@code user:password}, for {@code USER_INFO}</td></tr>
 * <tr><td>{@code auto.register.schemas}</td><td>{@code true} (the default) or {@code false}: then a
 *     schema must be there already</td></tr>
 * <tr><td>{@code schema.registry.ssl.truststore.location}, {@code …password}, {@code …type}</td>
 *     <td>whom to believe; the type is {@code JKS}, {@code PKCS12} or {@code PEM}</td></tr>
 * <tr><td>{@code schema.registry.ssl.keystore.location}, {@code …password}, {@code …type}, {@code
 *     schema.registry.ssl.key.password}</td><td>who we are, for mutual TLS</td></tr>
 * </table>
 *
 * <p>{@code toString} leaves secrets out.
 */
public final class RegistryConfig {
  public static final String URL = "schema.registry.url";
  public static final String CREDENTIALS_SOURCE = "basic.auth.credentials.source";
  public static final String USER_INFO = "basic.auth.user.info";
  public static final String AUTO_REGISTER = "auto.register.schemas";
  public static final String SSL = "schema.registry.ssl.";
  public static final String TRUSTSTORE_LOCATION = SSL + "truststore.location";
  public static final String TRUSTSTORE_PASSWORD = SSL + "truststore.password";
  public static final String TRUSTSTORE_TYPE = SSL + "truststore.type";
  public static final String KEYSTORE_LOCATION = SSL + "keystore.location";
  public static final String KEYSTORE_PASSWORD = SSL + "keystore.password";
  public static final String KEYSTORE_TYPE = SSL + "keystore.type";
  public static final String KEY_PASSWORD = SSL + "key.password";

  /** Every option there is. */
  public static final Set<String> OPTIONS =
      Set.of(
          URL,
          CREDENTIALS_SOURCE,
          USER_INFO,
          AUTO_REGISTER,
          TRUSTSTORE_LOCATION,
          TRUSTSTORE_PASSWORD,
          TRUSTSTORE_TYPE,
          KEYSTORE_LOCATION,
          KEYSTORE_PASSWORD,
          KEYSTORE_TYPE,
          KEY_PASSWORD);

  private final List<Endpoint> endpoints;
  private final boolean autoRegister;
  private final Map<String, String> options;

  /** An address without credentials, and the credentials that go with it. */
  record Endpoint(URI address, Optional<String> userInfo) {
    @Override
    public String toString() {
      return address.toString();
    }
  }

  private RegistryConfig(
      List<Endpoint> endpoints, boolean autoRegister, Map<String, String> options) {
    this.endpoints = List.copyOf(endpoints);
    this.autoRegister = autoRegister;
    this.options = Map.copyOf(options);
  }

  /**
   * Reads the options; without an address there is no registry, and that is fine.
   *
   * @throws IllegalArgumentException naming everything that is wrong, without a secret
   */
  public static Optional<RegistryConfig> of(Map<String, String> given) {
    Map<String, String> options = new TreeMap<>();
    given.forEach((name, value) -> {
      if (!value.isBlank()) {
        options.put(name, value.strip());
      }
    });
    List<String> wrong = new ArrayList<>();
    for (String name : options.keySet()) {
      if (!OPTIONS.contains(name)) {
        wrong.add("unknown option " + name);
      }
    }
    String source = options.getOrDefault(CREDENTIALS_SOURCE, "URL");
    Optional<String> userInfo = Optional.empty();
    switch (source) {
      case "URL" -> {}
      case "USER_INFO" -> {
        userInfo = Optional.ofNullable(options.get(USER_INFO)).filter(info -> info.contains(":"));
        if (userInfo.isEmpty()) {
          wrong.add(
              USER_INFO + " must be user:password where the credentials' source is USER_INFO");
        }
      }
      default -> wrong.add(CREDENTIALS_SOURCE + " must be URL or USER_INFO");
    }
    String auto = options.getOrDefault(AUTO_REGISTER, "true");
    if (!auto.equals("true") && !auto.equals("false")) {
      wrong.add(AUTO_REGISTER + " must be true or false");
    }
    List<Endpoint> endpoints = new ArrayList<>();
    for (String text : options.getOrDefault(URL, "").split(",", -1)) {
      if (!text.isBlank()) {
        endpoint(text.strip(), userInfo)
            .ifPresentOrElse(
                endpoints::add, () -> wrong.add(URL + " must hold http or https addresses"));
      }
    }
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(
          "The schema registry's options cannot be used: " + String.join("; ", wrong));
    }
    return endpoints.isEmpty()
        ? Optional.empty()
        : Optional.of(new RegistryConfig(endpoints, auto.equals("true"), options));
  }

  private static Optional<Endpoint> endpoint(String text, Optional<String> userInfo) {
    try {
      URI uri = new URI(text);
      String scheme = uri.getScheme();
      if (scheme == null
          || !(scheme.equals("http") || scheme.equals("https"))
          || uri.getHost() == null
          || uri.getRawQuery() != null
          || uri.getRawFragment() != null) {
        return Optional.empty();
      }
      String path = uri.getRawPath() == null ? "" : uri.getRawPath();
      while (path.endsWith("/")) {
        path = path.substring(0, path.length() - 1);
      }
      String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
      Optional<String> own = Optional.ofNullable(uri.getUserInfo());
      return Optional.of(
          new Endpoint(
              new URI(scheme + "://" + uri.getHost() + port + path), userInfo.or(() -> own)));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  List<Endpoint> endpoints() {
    return endpoints;
  }

  /** Whether a schema that the registry lacks may be registered. */
  public boolean autoRegister() {
    return autoRegister;
  }

  Optional<String> option(String name) {
    return Optional.ofNullable(options.get(name));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RegistryConfig that && options.equals(that.options);
  }

  @Override
  public int hashCode() {
    return options.hashCode();
  }

  @Override
  public String toString() {
    return "RegistryConfig" + endpoints + (autoRegister ? "" : ", registers nothing");
  }
}
