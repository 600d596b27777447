package dev.cairn.cli.keyserver;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd how far the process is, where systemd started it with {@code Type=notify}. Java has
 * no datagram sockets of the local kind, so systemd's own {@code systemd-notify} does it; the unit
 * needs {@code NotifyAccess=all}.
 */
final class ServiceManager {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceManager.class);
  private static final int PATIENCE_SECONDS = 10;

  private ServiceManager() {}

  /** It can be used. */
  static void ready() {
    tell("--ready");
  }

  /** It has begun to stop. */
  static void stopping() {
    tell("STOPPING=1");
  }

  private static void tell(String what) {
    if (Optional.ofNullable(System.getenv("NOTIFY_SOCKET")).orElse("").isEmpty()) {
      return;
    }
    try {
      Process notify =
          new ProcessBuilder("systemd-notify", what)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      notify.getOutputStream().close();
      if (!notify.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        notify.destroyForcibly();
        LOG.warn("systemd-notify does not come back: systemd was not told '{}'", what);
      } else if (notify.exitValue() != 0) {
        LOG.warn(
            "systemd-notify ended with {}: systemd was not told '{}'", notify.exitValue(), what);
      }
    } catch (IOException e) {
      LOG.warn("systemd was not told '{}': {}", what, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
