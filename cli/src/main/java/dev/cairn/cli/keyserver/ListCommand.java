package dev.cairn.cli.keyserver;

import dev.cairn.cli.output.ExitCodes;
import dev.cairn.cli.output.Streams;
import dev.cairn.keyserver.KeyserverOptions;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Prints the names of objects. */
@Command(
    name = "ls",
    mixinStandardHelpOptions = true,
    description = {
      "Prints the names of all objects, or of one collection's, one JSON line each,",
      "sorted by unsigned UTF-8 bytes."
    })
public final class ListCommand implements Callable<Integer> {
  private final Streams streams;

  @Mixin private HomeOption home;

  @Parameters(arity = "0..1", paramLabel = "COLLECTION", description = "Only this collection.")
  private @Nullable String collection;

  public ListCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    KeyserverAccess.use(
        home.home,
        KeyserverOptions.reading(),
        keyserver -> {
          keyserver.list(Optional.ofNullable(collection), streams::line);
          return ExitCodes.DONE;
        });
    streams.flushed();
    return ExitCodes.DONE;
  }
}
