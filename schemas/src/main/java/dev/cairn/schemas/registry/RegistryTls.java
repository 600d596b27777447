package dev.cairn.schemas.registry;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Makes a TLS context of the registry's options; host names are always checked. */
final class RegistryTls {
  private RegistryTls() {}

  /** Empty where the options say nothing: then the platform's own authorities are believed. */
  static Optional<SSLContext> context(RegistryConfig config) {
    Optional<String> trust = config.option(RegistryConfig.TRUSTSTORE_LOCATION);
    Optional<String> key = config.option(RegistryConfig.KEYSTORE_LOCATION);
    if (trust.isEmpty() && key.isEmpty()) {
      return Optional.empty();
    }
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          key.isPresent() ? keyManagers(config, key.get()) : null,
          trust.isPresent() ? trustManagers(config, trust.get()) : null,
          null);
      return Optional.of(context);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "The schema registry's TLS options cannot be used: " + e.getMessage(), e);
    }
  }

  private static TrustManager[] trustManagers(RegistryConfig config, String location)
      throws IOException, GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(
        store(
            location,
            config.option(RegistryConfig.TRUSTSTORE_TYPE),
            config.option(RegistryConfig.TRUSTSTORE_PASSWORD)));
    return factory.getTrustManagers();
  }

  private static KeyManager[] keyManagers(RegistryConfig config, String location)
      throws IOException, GeneralSecurityException {
    Optional<String> storePassword = config.option(RegistryConfig.KEYSTORE_PASSWORD);
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(
        store(location, config.option(RegistryConfig.KEYSTORE_TYPE), storePassword),
        characters(config.option(RegistryConfig.KEY_PASSWORD).or(() -> storePassword)));
    return factory.getKeyManagers();
  }

  private static KeyStore store(String location, Optional<String> type, Optional<String> password)
      throws IOException, GeneralSecurityException {
    String kind = type.orElse("PKCS12").toUpperCase(Locale.ROOT);
    try (InputStream in = Files.newInputStream(Path.of(location))) {
      if (!kind.equals("PEM")) {
        KeyStore store = KeyStore.getInstance(kind);
        store.load(in, characters(password));
        return store;
      }
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      int number = 0;
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca-" + number++, certificate);
      }
      if (number == 0) {
        throw new IOException(location + " holds no certificate");
      }
      return store;
    }
  }

  private static char @Nullable [] characters(Optional<String> password) {
    return password.map(String::toCharArray).orElse(null);
  }
}
