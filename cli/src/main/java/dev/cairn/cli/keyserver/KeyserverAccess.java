package dev.cairn.cli.keyserver;

import dev.cairn.keyserver.Keyserver;
import dev.cairn.keyserver.KeyserverOptions;
import dev.cairn.keyserver.api.ApiFile;
import dev.cairn.keyserver.api.LocalClient;
import dev.cairn.keyserver.api.ProcessGoneException;
import dev.cairn.keyserver.error.HomeInUseException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.home.Home;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Finds the keyserver of a home: opens the home, or where that is open elsewhere asks the process
 * that has it. A process that starts, stops or is killed in this very moment is waited for a while;
 * what it has not taken is done again with whoever has the home then.
 */
final class KeyserverAccess {
  /** A process starts or stops within this time, or has become a matter for its owner. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  /**
   * What a command does with a keyserver. Run again when the process went away; it then goes on
   * with what is left.
   */
  interface Use<T> {
    T with(OpenKeyserver keyserver) throws IOException, ProcessGoneException, InterruptedException;
  }

  private KeyserverAccess() {}

  /** Does it with the keyserver of that home. */
  static <T> T use(Path home, KeyserverOptions options, Use<T> use)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try (OpenKeyserver opened = open(home, options, deadline)) {
        return use.with(opened);
      } catch (ProcessGoneException e) {
        if (System.nanoTime() - deadline > 0) {
          throw new UnavailableException(
              "The keyserver's process went away, and went away again: " + e.getMessage(), e);
        }
      }
      pause(LOOK_AGAIN);
    }
  }

  private static OpenKeyserver open(Path home, KeyserverOptions options, long deadline)
      throws IOException, InterruptedException {
    while (true) {
      try {
        return new DirectKeyserver(Keyserver.open(home, options));
      } catch (HomeInUseException e) {
        Optional<LocalClient> running = running(home);
        if (running.isPresent()) {
          return new RemoteKeyserver(running.get());
        }
        if (System.nanoTime() - deadline > 0) {
          throw new HomeInUseException(
              "The home "
                  + home
                  + " is open elsewhere, and no keyserver process answers for it: another command"
                  + " is at work, or a process is starting or stopping. Nothing was changed; try"
                  + " again",
              e);
        }
      }
      pause(LOOK_AGAIN);
    }
  }

  /**
   * The process that serves a home which is locked; empty if none answers. The caller closes it.
   */
  static Optional<LocalClient> running(Path home) throws IOException, InterruptedException {
    Optional<ApiFile> api = ApiFile.read(home);
    if (api.isEmpty()) {
      return Optional.empty();
    }
    LocalClient client = new LocalClient(api.get());
    boolean answered = false;
    try {
      answered = client.identity().userId().equals(Home.readIdentity(home).userId().value());
      return answered ? Optional.of(client) : Optional.empty();
    } catch (ProcessGoneException e) {
      return Optional.empty();
    } finally {
      if (!answered) {
        client.close();
      }
    }
  }

  /** Between two attempts. */
  static void pause(Duration length) throws InterruptedException {
    LockSupport.parkNanos(length.toNanos());
    if (Thread.interrupted()) {
      throw new InterruptedException("waiting for the keyserver's process");
    }
  }
}
