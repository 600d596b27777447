package dev.cairn.keyserver.daemon;

import dev.cairn.keyserver.KeyserverOptions;
import java.time.Duration;

/**
 * How a keyserver's process serves.
 *
 * @param keyserver bounds of the keyserver itself
 * @param port to listen on at 127.0.0.1; 0: any free one
 * @param idleTimeout a connection on which nothing moves for so long is closed, and what it held is
 *     free again
 */
public record DaemonOptions(KeyserverOptions keyserver, int port, Duration idleTimeout) {
  /** Longer than clients keep an idle connection, so that they close it first. */
  private static final Duration IDLE = Duration.ofSeconds(60);

  /** Checks the ranges. */
  public DaemonOptions {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("A port is 0 to 65535");
    }
    if (idleTimeout.isNegative() || idleTimeout.isZero()) {
      throw new IllegalArgumentException("The idle timeout must be positive");
    }
  }

  /** Any free port. */
  public static DaemonOptions defaults() {
    return new DaemonOptions(KeyserverOptions.defaults(), 0, IDLE);
  }

  public DaemonOptions withKeyserver(KeyserverOptions options) {
    return new DaemonOptions(options, port, idleTimeout);
  }

  public DaemonOptions withPort(int number) {
    return new DaemonOptions(keyserver, number, idleTimeout);
  }

  public DaemonOptions withIdleTimeout(Duration timeout) {
    return new DaemonOptions(keyserver, port, timeout);
  }
}
