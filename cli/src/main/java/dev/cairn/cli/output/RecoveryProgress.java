package dev.cairn.cli.output;

import dev.cairn.keyserver.recover.Phase;
import dev.cairn.keyserver.recover.Progress;
import dev.cairn.keyserver.recover.ProgressListener;
import org.jspecify.annotations.Nullable;

/** Shows a recovery's progress: a bar on a terminal, a line for each phase elsewhere. */
public final class RecoveryProgress implements ProgressListener, AutoCloseable {
  private final Streams streams;
  private @Nullable Phase phase;
  private @Nullable Bar bar;

  public RecoveryProgress(Streams streams) {
    this.streams = streams;
  }

  @Override
  public void progress(Progress progress) {
    if (progress.phase() != phase) {
      phase = progress.phase();
      close();
      if (streams.terminalErr() && progress.total() > 0) {
        bar = Bar.start(streams, words(progress.phase()), unit(progress.phase()), progress.total());
      } else {
        streams.err().println(words(progress.phase()) + " …");
      }
    } else if (bar == null && streams.terminalErr() && progress.total() > 0) {
      bar = Bar.start(streams, words(progress.phase()), unit(progress.phase()), progress.total());
    }
    if (bar != null) {
      bar.to(progress.done(), progress.total());
    }
  }

  @Override
  public void warning(String message) {
    streams.err().println("warning: " + message);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }

  private static String words(Phase phase) {
    return switch (phase) {
      case LOGIN -> "proving password and key";
      case PLAN -> "choosing a snapshot";
      case SNAPSHOT -> "snapshot: fetching, verifying, opening";
      case LOG -> "log: reading, judging, applying";
      case TAKEOVER -> "taking the log over";
      case FINISH -> "finishing the home";
    };
  }

  private static Bar.Unit unit(Phase phase) {
    return phase == Phase.SNAPSHOT ? Bar.Unit.BYTES : Bar.Unit.ITEMS;
  }
}
