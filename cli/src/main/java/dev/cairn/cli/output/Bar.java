package dev.cairn.cli.output;

import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar with rate and time to go, on standard error. */
public final class Bar implements AutoCloseable {
  /** What is counted. */
  public enum Unit {
    BYTES(" MiB", 1L << 20),
    ITEMS("", 1);

    private final String name;
    private final long size;

    Unit(String name, long size) {
      this.name = name;
      this.size = size;
    }
  }

  private static final int UPDATE_MILLIS = 200;
  private static final int WIDTH = 100;

  private final ProgressBar bar;

  private Bar(ProgressBar bar) {
    this.bar = bar;
  }

  /** Starts one. */
  public static Bar start(Streams streams, String task, Unit unit, long total) {
    return new Bar(
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(total)
            .setUnit(unit.name, unit.size)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(UPDATE_MILLIS)
            .setConsumer(new ConsoleProgressBarConsumer(streams.err(), WIDTH))
            .showSpeed()
            .setEtaFunction(state ->
                state.getCurrent() <= 0
                    ? java.util.Optional.empty()
                    : java.util.Optional.of(
                        Duration.ofMillis(
                            state.getElapsedAfterStart().toMillis()
                                * (state.getMax() - state.getCurrent())
                                / state.getCurrent())))
            .build());
  }

  /** How far it is. */
  public void to(long done, long total) {
    bar.maxHint(total);
    bar.stepTo(done);
  }

  @Override
  public void close() {
    bar.close();
  }
}
