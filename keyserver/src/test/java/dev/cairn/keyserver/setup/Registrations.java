package dev.cairn.keyserver.setup;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.UserId;
import dev.cairn.keyserver.recover.FakeProvider;
import dev.cairn.keyserver.service.OwnerConfig;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/** Registers against the provider in memory. */
public final class Registrations {
  public static final OwnerConfig CONFIG =
      new OwnerConfig(URI.create("http://127.0.0.1:1"), FakeProvider.NAME, Optional.empty());
  public static final String USERNAME = "ada.lovelace";
  public static final String PASSWORD = "correct horse battery staple walnut";

  private Registrations() {}

  public static SecretBytes password(String text) {
    return SecretBytes.takeOwnershipOf(Bytes.utf8(text).toByteArray());
  }

  public static UserId register(FakeProvider provider, Path home, String username, String text) {
    try (SecretBytes password = password(text)) {
      return new Registration(provider, provider, provider, FakeProvider.POLICY, Clock.systemUTC())
          .register(home, CONFIG, username, password);
    }
  }

  public static UserId register(FakeProvider provider, Path home) {
    return register(provider, home, USERNAME, PASSWORD);
  }
}
