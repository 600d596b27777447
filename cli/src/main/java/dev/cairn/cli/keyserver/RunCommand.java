package dev.cairn.cli.keyserver;

import dev.cairn.cli.input.Waiting;
import dev.cairn.cli.output.ExitCodes;
import dev.cairn.cli.output.Failure;
import dev.cairn.cli.output.Failures;
import dev.cairn.cli.output.Streams;
import dev.cairn.keyserver.KeyserverOptions;
import dev.cairn.keyserver.KeyserverStatus;
import dev.cairn.keyserver.api.LocalClient;
import dev.cairn.keyserver.daemon.Daemon;
import dev.cairn.keyserver.daemon.DaemonOptions;
import dev.cairn.keyserver.error.CairnException;
import dev.cairn.keyserver.error.FencedException;
import dev.cairn.keyserver.error.HomeInUseException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The always-online process. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the keyserver until told to stop: publishes in the background, and serves an HTTP",
      "interface on this machine's loopback, for programs in any language. When it is ready it"
          + " writes",
      "api.properties (url, token) into the home. The other commands talk to it while it runs.",
      "SIGTERM or Ctrl-C: takes nothing more, goes on publishing for a while, and ends with 0.",
      "When another keyserver has taken the log over it goes on serving reads, and ends with 7."
    })
public final class RunCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);
  private static final Duration HOME_PATIENCE = Duration.ofSeconds(20);

  /** Short: commands that follow one another at once leave the home free for a moment only. */
  private static final Duration LOOK_AGAIN = Duration.ofMillis(1);

  private static final int LOOK_MILLIS = 500;

  private final Streams streams;

  @Mixin private HomeOption home;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "0",
      description = "Port at 127.0.0.1 (default: any free one).")
  private int port;

  @Option(
      names = "--drain-timeout",
      paramLabel = "DURATION",
      defaultValue = "30s",
      converter = Waiting.class,
      description = {
        "How long to go on publishing at most when told to stop (default: ${DEFAULT-VALUE});",
        "what is not backed up by then stays queued."
      })
  private Duration drainTimeout;

  public RunCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Daemon daemon = start();
    streams.line("keyserver on " + daemon.url());
    streams.flushed();
    ServiceManager.ready();
    return untilToldToStop(daemon);
  }

  /** A command that is at work in the home is waited for; another keyserver's process is not. */
  private Daemon start() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + HOME_PATIENCE.toNanos();
    while (true) {
      try {
        return Daemon.start(
            home.home,
            DaemonOptions.defaults().withKeyserver(KeyserverOptions.of(home.home)).withPort(port));
      } catch (HomeInUseException e) {
        Optional<LocalClient> running = KeyserverAccess.running(home.home);
        if (running.isPresent()) {
          running.get().close();
          throw new HomeInUseException(
              "Another keyserver process serves the home "
                  + home.home
                  + " already. Nothing was changed; stop that one first",
              e);
        }
        if (System.nanoTime() - deadline > 0) {
          throw e;
        }
      }
      KeyserverAccess.pause(LOOK_AGAIN);
    }
  }

  private int untilToldToStop(Daemon daemon) throws InterruptedException {
    CountDownLatch stopped = new CountDownLatch(1);
    Thread hook =
        new Thread(
            () -> {
              int code = ExitCodes.FAILED;
              try {
                code = stop(daemon);
              } catch (RuntimeException e) {
                LOG.error("Stopping failed; what was acknowledged is safe", e);
              } finally {
                stopped.countDown();
                // Being told to stop is no failure: without this the JVM would end with 143.
                Runtime.getRuntime().halt(code);
              }
            },
            "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    boolean saidFenced = false;
    while (!stopped.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
      if (!saidFenced && daemon.status().fenced()) {
        saidFenced = true;
        fenced(daemon.status()).print(streams.err());
      }
      Optional<CairnException> failure = daemon.failure();
      if (failure.isPresent() && remove(hook)) {
        daemon.close();
        throw failure.get();
      }
    }
    return ExitCodes.DONE;
  }

  /** Whether this thread may end the process: nobody else does so already. */
  private static boolean remove(Thread hook) {
    try {
      return Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException alreadyStopping) {
      return false;
    }
  }

  private int stop(Daemon daemon) {
    ServiceManager.stopping();
    KeyserverStatus end = daemon.stop(drainTimeout);
    if (end.outboxTransactions() > 0) {
      streams
          .err()
          .println(
              end.outboxTransactions()
                  + " transactions are durable here and not backed up: "
                  + (end.fenced()
                      ? "'cairn keyserver export --unbacked' gives them out"
                      : "they stay queued and are sent after the next start"));
    }
    streams.err().println("stopped");
    streams.err().flush();
    return end.fenced() ? ExitCodes.FENCED : ExitCodes.DONE;
  }

  private static Failure fenced(KeyserverStatus status) {
    Failure known =
        Failures.of(
                new FencedException(
                    "Another keyserver has taken the log over: this one takes no transaction any"
                        + " more. Reads are still served"))
            .orElseThrow();
    return new Failure(
        known.exitCode(),
        known.what(),
        status.outboxTransactions() == 0
            ? "Everything that was durable here had been backed up."
            : status.outboxTransactions()
                + " transactions are durable here and not backed up: they exist only here.",
        known.advice());
  }
}
