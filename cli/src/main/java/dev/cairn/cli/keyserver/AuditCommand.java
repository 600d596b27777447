package dev.cairn.cli.keyserver;

import dev.cairn.cli.output.ExitCodes;
import dev.cairn.cli.output.Json;
import dev.cairn.cli.output.JsonOption;
import dev.cairn.cli.output.Streams;
import dev.cairn.keyserver.service.AuditEntry;
import dev.cairn.keyserver.service.OwnerPort;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What happened to the account. */
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    description = {
      "Prints what happened to the account, oldest first, as the provider has kept it: attempts,",
      "logins, takeovers, changes of secrets."
    })
final class AuditCommand implements Callable<Integer> {
  private final Streams streams;

  @Mixin private HomeOption home;
  @Mixin private JsonOption json;

  AuditCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    List<AuditEntry> entries = new HomeAccount(home.home).ask(OwnerPort::audit);
    for (AuditEntry entry : entries) {
      streams.line(
          json.json
              ? Json.object()
                  .put("time", entry.time().toString())
                  .put("event", entry.event())
                  .put("detail", entry.detail())
                  .toString()
              : printable(
                  entry.time()
                      + "  "
                      + entry.event()
                      + (entry.detail().isEmpty() ? "" : ": " + entry.detail())));
    }
    streams.flushed();
    return ExitCodes.DONE;
  }

  // The provider's words go to a terminal.
  private static String printable(String text) {
    return text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]+", " ");
  }
}
