package dev.cairn.cli.provider;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs something until the process is told to stop, then closes it and ends with 0. */
final class Service {
  private static final Logger LOG = LoggerFactory.getLogger(Service.class);
  private static final int LOOK_SECONDS = 1;

  private Service() {}

  /**
   * Waits for SIGTERM, SIGINT, or the end of its health.
   *
   * @return whether it was still healthy; closing is the caller's then
   */
  static boolean untilToldToStop(AutoCloseable service, BooleanSupplier healthy)
      throws InterruptedException {
    CountDownLatch stopped = new CountDownLatch(1);
    Thread hook =
        new Thread(
            () -> {
              try {
                service.close();
              } catch (Exception e) {
                LOG.error("Stopping failed; what was acknowledged is safe", e);
                Runtime.getRuntime().halt(1);
              } finally {
                stopped.countDown();
              }
              // Being told to stop is no failure: without this the JVM would end with 143.
              Runtime.getRuntime().halt(0);
            },
            "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    while (!stopped.await(LOOK_SECONDS, TimeUnit.SECONDS)) {
      if (!healthy.getAsBoolean()) {
        try {
          Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException alreadyStopping) {
          return true;
        }
        return false;
      }
    }
    return true;
  }
}
