package dev.cairn.cli.keyserver;

import dev.cairn.cli.input.Waiting;
import dev.cairn.cli.output.CommandFailedException;
import dev.cairn.cli.output.ExitCodes;
import dev.cairn.cli.output.Failure;
import dev.cairn.cli.output.Failures;
import dev.cairn.cli.output.Json;
import dev.cairn.cli.output.JsonOption;
import dev.cairn.cli.output.Streams;
import dev.cairn.keyserver.KeyserverOptions;
import dev.cairn.keyserver.KeyserverStatus;
import dev.cairn.keyserver.TransactionFeed;
import dev.cairn.keyserver.api.ProcessGoneException;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.error.UnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Applies transactions and returns when they are backed up. */
@Command(
    name = "apply",
    mixinStandardHelpOptions = true,
    description = {
      "Applies transactions, one JSON object a line, and returns when all of them are backed up.",
      "Without any line it waits for what is still queued.",
      "A bad line ends it with 2: the lines before it are backed up, those after it are not"
          + " applied.",
      "Line: {\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"i\",\"value\":any JSON}},",
      "      {\"put\":{\"collection\":\"c\",\"id\":\"i\",\"base64\":\"...\"}},",
      "      {\"delete\":{\"collection\":\"c\",\"id\":\"i\"}}]}"
    })
public final class ApplyCommand implements Callable<Integer> {
  private final Streams streams;

  @Mixin private HomeOption home;
  @Mixin private JsonOption json;

  @Parameters(paramLabel = "FILE", description = "File of lines; - reads standard input.")
  private String file;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "60s",
      converter = Waiting.class,
      description = "How long to wait while nothing becomes backed up (default: ${DEFAULT-VALUE}).")
  private Duration timeout;

  public ApplyCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (InputLines lines = new InputLines(input())) {
      KeyserverStatus status =
          KeyserverAccess.use(
              home.home,
              KeyserverOptions.of(home.home),
              keyserver -> {
                applyAll(lines, keyserver);
                return keyserver.localStatus();
              });
      report(lines.number(), status);
      return ExitCodes.DONE;
    }
  }

  private void applyAll(InputLines lines, OpenKeyserver keyserver)
      throws IOException, ProcessGoneException, InterruptedException {
    Optional<TransactionFeed.Refusal> refused = keyserver.feed(lines);
    if (refused.isPresent() && refused.get().line() == 1) {
      throw failure(refused.get()); // nothing was submitted: nothing to wait for
    }
    try {
      // With nothing queued nothing is sent, and so nobody says that this keyserver is fenced.
      keyserver.drain(timeout, lines.number() == 0);
    } catch (UnavailableException e) {
      if (refused.isPresent()) {
        throw new UnavailableException(
            e.getMessage()
                + ". Besides, line "
                + refused.get().line()
                + " is bad and was not applied, nor were those after it: "
                + refused.get().cause().getMessage(),
            e);
      }
      throw e;
    }
    if (refused.isPresent()) {
      throw failure(refused.get());
    }
  }

  private InputStream input() throws IOException {
    return file.equals("-") ? streams.in() : Files.newInputStream(Path.of(file));
  }

  private static CommandFailedException failure(TransactionFeed.Refusal refused) {
    Failure failure = Failures.of(refused.cause()).orElseThrow();
    String data =
        refused.cause() instanceof MalformedInputException
            ? "The lines before it are backed up; it and those after it were not applied."
            : failure.data();
    return new CommandFailedException(
        new Failure(
            failure.exitCode(),
            "Line " + refused.line() + ": " + failure.what(),
            data,
            refused.cause() instanceof MalformedInputException
                ? "Correct line " + refused.line() + " and apply the file from there on."
                : failure.advice()),
        refused.cause());
  }

  private void report(long transactions, KeyserverStatus status) throws IOException {
    streams.line(
        json.json
            ? Json.object()
                .put("transactions", transactions)
                .put("sequence", status.sequence())
                .put("backedUpSequence", status.backedUpSequence())
                .put("checkpoint", status.checkpoint())
                .toString()
            : transactions
                + (transactions == 1 ? " transaction" : " transactions")
                + " backed up, sequence "
                + status.backedUpSequence());
    streams.flushed();
  }
}
