package dev.cairn.cli.keyserver;

import dev.cairn.cli.output.ExitCodes;
import dev.cairn.cli.output.Streams;
import dev.cairn.crypto.ValueKind;
import dev.cairn.keyserver.KeyserverOptions;
import dev.cairn.keyserver.error.AbsentException;
import dev.cairn.keyserver.object.Value;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Prints one value. */
@Command(
    name = "get",
    mixinStandardHelpOptions = true,
    description = "Prints one value: its bytes, or its JSON text, exactly; 8 if there is none.")
public final class GetCommand implements Callable<Integer> {
  private final Streams streams;

  @Mixin private HomeOption home;

  @Parameters(index = "0", paramLabel = "COLLECTION", description = "Collection of the object.")
  private String collection;

  @Parameters(index = "1", paramLabel = "ID", description = "Id of the object.")
  private String id;

  public GetCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Value value =
        KeyserverAccess.use(
                home.home, KeyserverOptions.reading(), keyserver -> keyserver.get(collection, id))
            .orElseThrow(() ->
                new AbsentException(
                    "There is no object '" + id + "' in collection '" + collection + "'"));
    streams.write(value.content().toByteArray());
    if (streams.terminalOut() && value.kind() == ValueKind.JSON) {
      streams.line("");
    }
    streams.flushed();
    return ExitCodes.DONE;
  }
}
