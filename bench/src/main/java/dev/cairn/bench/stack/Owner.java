package dev.cairn.bench.stack;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.UserId;
import dev.cairn.keyserver.recover.ProgressListener;
import dev.cairn.keyserver.recover.RecoverOptions;
import dev.cairn.keyserver.recover.Recovery;
import dev.cairn.keyserver.recover.RecoveryReport;
import dev.cairn.keyserver.service.OwnerConfig;
import dev.cairn.keyserver.setup.Registration;
import java.nio.file.Path;

/** One user of the provider, whose only data are made up. */
public record Owner(OwnerConfig config, String username, UserId userId, Path home) {
  private static final String PASSWORD = "correct horse battery staple walnut";

  /** Registers. */
  public static Owner register(BenchStack stack, String username, Path home) {
    OwnerConfig config = stack.owner();
    try (SecretBytes password = password()) {
      return new Owner(config, username, Registration.init(home, config, username, password), home);
    }
  }

  /** A whole recovery, without taking over. */
  public RecoveryReport drill(Path target, ProgressListener listener) {
    try (SecretBytes password = password()) {
      return Recovery.recover(
          RecoverOptions.of(target, config, username).withReadOnly(true), password, listener);
    }
  }

  private static SecretBytes password() {
    return SecretBytes.takeOwnershipOf(Bytes.utf8(PASSWORD).toByteArray());
  }
}
