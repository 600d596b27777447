package dev.cairn.e2e.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/** Keeps what simulated machines log out of the log: they fail all the time. */
final class Silence implements AutoCloseable {
  static final String THREADS = "sim-";

  private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
  private final TurboFilter filter = new OfSimulatedThreads();

  void begin() {
    context.addTurboFilter(filter);
  }

  @Override
  public void close() {
    context.getTurboFilterList().remove(filter);
  }

  private static final class OfSimulatedThreads extends TurboFilter {
    @Override
    public FilterReply decide(
        @Nullable Marker marker,
        Logger logger,
        Level level,
        @Nullable String format,
        Object @Nullable [] parameters,
        @Nullable Throwable thrown) {
      return Thread.currentThread().getName().startsWith(THREADS)
          ? FilterReply.DENY
          : FilterReply.NEUTRAL;
    }
  }
}
