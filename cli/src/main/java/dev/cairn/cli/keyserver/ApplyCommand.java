package dev.cairn.cli.keyserver;

import dev.cairn.cli.input.TransactionLines;
import dev.cairn.cli.input.Waiting;
import dev.cairn.cli.output.CommandFailedException;
import dev.cairn.cli.output.ExitCodes;
import dev.cairn.cli.output.Failure;
import dev.cairn.cli.output.Failures;
import dev.cairn.cli.output.Json;
import dev.cairn.cli.output.JsonOption;
import dev.cairn.cli.output.Streams;
import dev.cairn.keyserver.Keyserver;
import dev.cairn.keyserver.KeyserverStatus;
import dev.cairn.keyserver.Receipt;
import dev.cairn.keyserver.Transaction;
import dev.cairn.keyserver.error.CairnException;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.error.UnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
      "A bad line ends it with 2: the lines before it are backed up, those after it are not applied.",
      "Line: {\"ops\":[{\"put\":{\"collection\":\"c\",\"id\":\"i\",\"value\":any JSON}},",
      "      {\"put\":{\"collection\":\"c\",\"id\":\"i\",\"base64\":\"...\"}},",
      "      {\"delete\":{\"collection\":\"c\",\"id\":\"i\"}}]}"
    })
public final class ApplyCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ApplyCommand.class);
  private static final int LOOK_BACK = 1024;

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

  /** A line that was not applied, and why. */
  private record Refused(long line, CairnException why) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (TransactionLines lines = new TransactionLines(input())) {
      KeyserverStatus status;
      try (Keyserver keyserver = Keyserver.open(home.home)) {
        applyAll(lines, keyserver);
        status = keyserver.localStatus();
      }
      if (lines.number() == 0) {
        requireWriter();
      }
      report(lines.number(), status);
      return ExitCodes.DONE;
    }
  }

  private void applyAll(TransactionLines lines, Keyserver keyserver)
      throws IOException, InterruptedException {
    Deque<Numbered> pending = new ArrayDeque<>();
    Optional<Refused> refused = submitAll(lines, keyserver, pending);
    if (refused.isPresent() && refused.get().line() == 1) {
      throw failure(refused.get()); // nothing was submitted: nothing to wait for
    }
    try {
      keyserver.drain(timeout);
    } catch (UnavailableException e) {
      if (refused.isPresent()) {
        throw new UnavailableException(
            e.getMessage()
                + ". Besides, line "
                + refused.get().line()
                + " is bad and was not applied, nor were those after it: "
                + refused.get().why().getMessage(),
            e);
      }
      throw e;
    }
    if (refused.isEmpty()) {
      refused = settle(pending, 0);
    }
    if (refused.isPresent()) {
      throw failure(refused.get());
    }
  }

  /** With nothing queued nothing was sent, and so nobody has said yet that this one is fenced. */
  private void requireWriter() {
    try (OwnerSession session = OwnerSession.open(home.home)) {
      session.requireWriter();
    } catch (UnavailableException e) {
      LOG.debug("The service does not say who writes", e);
    }
  }

  private record Numbered(long line, Receipt receipt) {}

  private InputStream input() throws IOException {
    return file.equals("-") ? streams.in() : Files.newInputStream(Path.of(file));
  }

  private static Optional<Refused> submitAll(
      TransactionLines lines, Keyserver keyserver, Deque<Numbered> pending) throws IOException {
    while (true) {
      try {
        Optional<Transaction> transaction = lines.next();
        if (transaction.isEmpty()) {
          return Optional.empty();
        }
        pending.add(new Numbered(lines.number(), keyserver.transact(transaction.get())));
      } catch (CairnException e) {
        return Optional.of(new Refused(lines.number(), e));
      }
      Optional<Refused> refused = settle(pending, LOOK_BACK);
      if (refused.isPresent()) {
        return refused;
      }
    }
  }

  /** Looks at the oldest receipts until no more than so many are left; waits only for the disk. */
  private static Optional<Refused> settle(Deque<Numbered> pending, int leave) {
    while (pending.size() > leave) {
      Numbered oldest = pending.remove();
      try {
        oldest.receipt().durable().join();
      } catch (CompletionException e) {
        if (e.getCause() instanceof CairnException why) {
          return Optional.of(new Refused(oldest.line(), why));
        }
        throw e;
      }
    }
    return Optional.empty();
  }

  private static CommandFailedException failure(Refused refused) {
    Failure failure = Failures.of(refused.why()).orElseThrow();
    String data =
        refused.why() instanceof MalformedInputException
            ? "The lines before it are backed up; it and those after it were not applied."
            : failure.data();
    return new CommandFailedException(
        new Failure(
            failure.exitCode(),
            "Line " + refused.line() + ": " + failure.what(),
            data,
            refused.why() instanceof MalformedInputException
                ? "Correct line " + refused.line() + " and apply the file from there on."
                : failure.advice()),
        refused.why());
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
