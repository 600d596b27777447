package dev.cairn.cli.keyserver;

import dev.cairn.cli.output.ExitCodes;
import dev.cairn.cli.output.Streams;
import dev.cairn.keyserver.KeyserverOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints everything. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = {
      "Prints every object, one JSON line each, sorted by unsigned UTF-8 bytes of collection, then"
          + " id.",
      "With --unbacked: the transactions that are not backed up, in order, as lines that apply"
          + " accepts."
    })
public final class ExportCommand implements Callable<Integer> {
  private static final int CHECK_EVERY = 1024;

  private final Streams streams;
  private int printed;

  @Mixin private HomeOption home;

  @Option(names = "--unbacked", description = "Transactions that nobody else has.")
  private boolean unbacked;

  public ExportCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    KeyserverAccess.use(
        home.home,
        KeyserverOptions.reading(),
        keyserver -> {
          if (unbacked) {
            keyserver.exportUnbacked(this::print);
          } else {
            keyserver.export(this::print);
          }
          return ExitCodes.DONE;
        });
    streams.flushed();
    return ExitCodes.DONE;
  }

  /** A reader that went away, or a full disk, ends a long export early. */
  private void print(String line) {
    streams.line(line);
    printed++;
    if (printed % CHECK_EVERY == 0) {
      try {
        streams.flushed();
      } catch (IOException e) {
        throw new UncheckedIOException("The export broke off", e);
      }
    }
  }
}
