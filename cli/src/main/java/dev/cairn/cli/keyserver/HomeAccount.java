package dev.cairn.cli.keyserver;

import dev.cairn.crypto.BackupKey;
import dev.cairn.crypto.KeyRing;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.keyserver.home.HomeIdentity;
import dev.cairn.keyserver.home.HomeView;
import dev.cairn.keyserver.recover.Enrolment;
import dev.cairn.keyserver.recover.RecoveryKeyChoice;
import dev.cairn.keyserver.recover.SecretChange;
import dev.cairn.keyserver.service.OwnerConfig;
import dev.cairn.keyserver.service.OwnerPort;
import dev.cairn.keyserver.service.OwnerSigner;
import dev.cairn.keyserver.service.ServiceClient;
import java.nio.file.Path;
import java.util.function.BiFunction;

/** The account of a home, which may be open elsewhere: nothing of the home is changed. */
final class HomeAccount {
  private final HomeView home;

  HomeAccount(Path home) {
    this.home = HomeView.of(home);
  }

  /** Changes what opens the account. */
  void change(SecretChange.Change change) {
    HomeIdentity identity = home.identity();
    SecretChange.at(config(identity), identity.username(), change);
  }

  /** Asks as the owner, by the home's own signature. */
  <T> T ask(BiFunction<OwnerPort, OwnerSigner, T> question) {
    HomeIdentity identity = home.identity();
    try (ServiceClient client = new ServiceClient(config(identity));
        BackupKey key = home.readBackupKey(identity.keyVersion());
        KeyRing keys = key.deriveKeys(identity.userId(), identity.keyVersion())) {
      return question.apply(
          client.owner(), new OwnerSigner(identity.userId(), identity.keyVersion(), keys.author()));
    }
  }

  /** Makes what the provider has lost again. */
  void enrolAgain(SecretBytes password, RecoveryKeyChoice recoveryKey) {
    HomeIdentity identity = home.identity();
    try (ServiceClient client = new ServiceClient(config(identity));
        BackupKey key = home.readBackupKey(identity.keyVersion());
        KeyRing keys = key.deriveKeys(identity.userId(), identity.keyVersion())) {
      new Enrolment(home, client)
          .again(
              new OwnerSigner(identity.userId(), identity.keyVersion(), keys.author()),
              password,
              recoveryKey);
    }
  }

  String name() {
    return home.identity().username();
  }

  /** The service, by the name that the home has pinned. */
  String serverName() {
    return home.identity().serverName();
  }

  private static OwnerConfig config(HomeIdentity identity) {
    return new OwnerConfig(
        identity.serviceUrl(), identity.serverName(), identity.certificateAuthority());
  }
}
