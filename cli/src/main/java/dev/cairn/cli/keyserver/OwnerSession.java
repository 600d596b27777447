package dev.cairn.cli.keyserver;

import dev.cairn.crypto.BackupKey;
import dev.cairn.crypto.KeyRing;
import dev.cairn.keyserver.error.FencedException;
import dev.cairn.keyserver.home.Home;
import dev.cairn.keyserver.home.HomeIdentity;
import dev.cairn.keyserver.service.OwnerConfig;
import dev.cairn.keyserver.service.OwnerSigner;
import dev.cairn.keyserver.service.ServiceClient;
import java.nio.file.Path;

/** A home, its keys and its provider's service, for requests that the owner signs. */
final class OwnerSession implements AutoCloseable {
  private final Home home;
  private final KeyRing keys;
  private final ServiceClient service;

  private OwnerSession(Home home, KeyRing keys, ServiceClient service) {
    this.home = home;
    this.keys = keys;
    this.service = service;
  }

  static OwnerSession open(Path directory) {
    Home home = Home.open(directory);
    boolean done = false;
    try (BackupKey key = home.readBackupKey()) {
      HomeIdentity identity = home.identity();
      ServiceClient service =
          new ServiceClient(
              new OwnerConfig(
                  identity.serviceUrl(), identity.serverName(), identity.certificateAuthority()));
      OwnerSession session =
          new OwnerSession(home, key.deriveKeys(identity.userId(), identity.keyVersion()), service);
      done = true;
      return session;
    } finally {
      if (!done) {
        home.close();
      }
    }
  }

  ServiceClient service() {
    return service;
  }

  OwnerSigner signer() {
    return new OwnerSigner(home.identity().userId(), home.identity().keyVersion(), keys.author());
  }

  /** Throws where the service has granted the log to another keyserver. */
  void requireWriter() {
    if (!home.identity().readOnly()) {
      service.connect(signer(), home.identity().epoch());
    }
  }

  /** Whether the service has granted the log to another keyserver. */
  boolean isFenced() {
    try {
      requireWriter();
      return false;
    } catch (FencedException e) {
      return true;
    }
  }

  @Override
  public void close() {
    service.close();
    keys.close();
    home.close();
  }
}
