package dev.cairn.keyserver.daemon;

import dev.cairn.crypto.BackupKey;
import dev.cairn.crypto.KeyRing;
import dev.cairn.crypto.UserId;
import dev.cairn.journal.record.EpochDraft;
import dev.cairn.journal.record.RecordCodec;
import dev.cairn.keyserver.home.HomeBuilder;
import dev.cairn.keyserver.home.HomeIdentity;
import dev.cairn.keyserver.setup.OpenedEpoch;
import dev.cairn.keyserver.state.StateStore;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;

/** A home as registration leaves it behind; nothing listens at its provider's address. */
final class TestHome {
  private TestHome() {}

  static Path create(Path path, boolean readOnly) {
    SecureRandom random = new SecureRandom();
    UserId user = UserId.random(random);
    try (HomeBuilder builder = HomeBuilder.begin(path);
        BackupKey key = BackupKey.generate(random);
        KeyRing ring = key.deriveKeys(user, 1)) {
      builder.writeIdentity(
          new HomeIdentity(
              user,
              "owner",
              "test",
              URI.create("http://127.0.0.1:1"),
              Optional.empty(),
              1,
              1,
              readOnly));
      builder.writeBackupKey(1, key);
      StateStore.createEmpty(builder.storeFile(), user);
      new OpenedEpoch(
              0,
              RecordCodec.withBuiltInSchemas()
                  .encode(
                      EpochDraft.genesis(user, ring.author().publicKey(), 1).sign(ring.author())),
              0)
          .writeTo(builder);
      builder.complete();
    }
    return path;
  }
}
