package dev.cairn.keyserver.recover;

import dev.cairn.crypto.SecretBytes;
import dev.cairn.crypto.opaque.KsfPolicy;
import dev.cairn.keyserver.service.RecoveryPort;
import dev.cairn.keyserver.setup.EpochAppender;
import java.time.Clock;

/** Opens the real recovery to a simulation. */
public final class SimulatedRecovery {
  private SimulatedRecovery() {}

  /** One recovery through these ports. */
  public static RecoveryReport recover(
      RecoveryPort port,
      EpochAppender appender,
      KsfPolicy policy,
      Clock clock,
      RecoverOptions options,
      SecretBytes password) {
    return new Recovery(port, appender, policy, clock)
        .recovered(options, password, ProgressListener.NONE);
  }
}
