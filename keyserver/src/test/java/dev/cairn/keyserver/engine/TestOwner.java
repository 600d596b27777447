package dev.cairn.keyserver.engine;

import dev.cairn.crypto.BackupKey;
import dev.cairn.crypto.KeyRing;
import dev.cairn.crypto.UserId;
import dev.cairn.keyserver.home.HomeIdentity;
import java.net.URI;
import java.util.Optional;

/** One owner with fixed keys. */
public final class TestOwner {
  public static final UserId USER = new UserId("abcdefghijklmnopqrstuvwxyz");

  private TestOwner() {}

  public static BackupKey backupKey() {
    byte[] key = new byte[BackupKey.SIZE];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (i * 7 + 3);
    }
    return BackupKey.takeOwnershipOf(key);
  }

  public static KeyRing keys() {
    try (BackupKey key = backupKey()) {
      return key.deriveKeys(USER, 1);
    }
  }

  public static HomeIdentity identity(long epoch) {
    return new HomeIdentity(
        USER,
        "ada",
        "example.org",
        URI.create("http://127.0.0.1:1"),
        Optional.empty(),
        1,
        epoch,
        false);
  }
}
