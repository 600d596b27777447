package dev.cairn.cli.output;

import dev.cairn.cli.local.LocalStackException;
import dev.cairn.compactor.log.LogAbsentException;
import dev.cairn.compactor.log.LogUnavailableException;
import dev.cairn.config.InvalidConfigException;
import dev.cairn.keyserver.error.AbsentException;
import dev.cairn.keyserver.error.CairnException;
import dev.cairn.keyserver.error.FencedException;
import dev.cairn.keyserver.error.IntegrityException;
import dev.cairn.keyserver.error.LockedOutException;
import dev.cairn.keyserver.error.MalformedInputException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.error.WrongSecretException;
import dev.cairn.keyserver.service.ServiceRefusedException;
import dev.cairn.provider.store.StoreUnavailableException;
import dev.cairn.provider.topics.TopicSettingsException;
import dev.cairn.recovery.RecoveryStartException;
import dev.cairn.recovery.accounts.AccountsUnavailableException;
import dev.cairn.recovery.provision.ProvisioningException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;

/** Says what an exception means; empty for those that only a mistake of ours can cause. */
public final class Failures {
  private static final String NOT_LOST = "Nothing is lost.";
  private static final String AGAIN = "Try again when it can be reached; trying again is safe.";

  private Failures() {}

  /** The failure behind an exception. */
  public static Optional<Failure> of(Throwable thrown) {
    return Optional.ofNullable(
        switch (thrown) {
          case CommandFailedException e -> e.failure();
          case CairnException e -> ofCairn(e);
          case ServiceRefusedException e -> unavailable(e);
          case InvalidConfigException e ->
              new Failure(
                  ExitCodes.MALFORMED,
                  message(e),
                  "Nothing was started and nothing was changed.",
                  "Correct the file and run the command again.");
          case LogAbsentException e ->
              new Failure(
                  ExitCodes.ABSENT,
                  message(e),
                  "Nothing was changed.",
                  "Check the user id (keyserver status prints it); a log is made by the owner's"
                      + " init.");
          case LogUnavailableException e -> unavailable(e);
          case StoreUnavailableException e -> unavailable(e);
          case ConfigException e ->
              new Failure(
                  ExitCodes.MALFORMED,
                  message(e),
                  "Nothing was started and nothing was changed.",
                  "Correct what is handed on to Kafka's clients and run the command again.");
          case KafkaException e -> unavailable(e);
          case AccountsUnavailableException e -> unavailable(e);
          case ProvisioningException e -> unavailable(e);
          case TopicSettingsException e ->
              new Failure(
                  ExitCodes.FAILED,
                  message(e),
                  "Nothing was changed; under these settings data would be lost.",
                  "Correct the topic's settings with kafka-configs, then start again.");
          case RecoveryStartException e ->
              new Failure(
                  e.getCause() == null
                      ? ExitCodes.FAILED
                      : of(e.getCause()).map(Failure::exitCode).orElse(ExitCodes.FAILED),
                  message(e),
                  NOT_LOST,
                  "Remove the cause and start it again.");
          case LocalStackException e ->
              new Failure(
                  ExitCodes.FAILED,
                  message(e),
                  "What was stored before is untouched.",
                  "Remove the cause and start again.");
          case UncheckedIOException e when e.getCause() != null -> io(e, e.getCause());
          case IOException e -> io("", e);
          case CompletionException e when e.getCause() != null -> of(e.getCause()).orElse(null);
          case ExecutionException e when e.getCause() != null -> of(e.getCause()).orElse(null);
          case InterruptedException e ->
              new Failure(
                  ExitCodes.FAILED,
                  "The command was interrupted.",
                  "What is durable on this machine stays queued.",
                  "Run it again.");
          default -> null;
        });
  }

  private static Failure ofCairn(CairnException thrown) {
    return switch (thrown) {
      case MalformedInputException e ->
          failure(e, "Nothing was changed by it.", "Correct it and run the command again.");
      case WrongSecretException e ->
          failure(
              e,
              "The backup is untouched.",
              "Check username, secret and server.name; wrong passwords and codes are counted, and too many"
                  + " lock the account for a while.");
      case LockedOutException e ->
          failure(e, "The backup is untouched.", "Wait, then try again with the right password.");
      case IntegrityException e ->
          failure(
              e,
              "What does not verify was not used, and nothing of it was kept.",
              "Keep what is left of the old machine, and show this message to your provider.");
      case UnavailableException e ->
          failure(e, NOT_LOST + " What is durable on this machine stays queued.", AGAIN);
      case FencedException e ->
          failure(
              e,
              "Nothing that anybody reads was changed. Transactions that were not backed up exist"
                  + " only here.",
              "Save them with 'cairn keyserver export --unbacked', and go on with the newer"
                  + " keyserver.");
      case AbsentException e ->
          failure(e, "Nothing was changed.", "See what there is with 'cairn keyserver ls'.");
    };
  }

  private static Failure failure(CairnException e, String data, String advice) {
    return new Failure(e.exitCode(), message(e), data, advice);
  }

  private static Failure unavailable(Throwable e) {
    return new Failure(ExitCodes.UNAVAILABLE, message(e), NOT_LOST, AGAIN);
  }

  private static Failure io(String when, IOException cause) {
    String what =
        switch (cause) {
          case NoSuchFileException e -> "There is no file " + e.getFile();
          case AccessDeniedException e -> "No permission for " + e.getFile();
          default -> when + message(cause);
        };
    int code = cause instanceof NoSuchFileException ? ExitCodes.MALFORMED : ExitCodes.FAILED;
    return new Failure(
        code,
        what,
        "What was durable before stays as it is.",
        "Check path, permissions and free space, then run the command again.");
  }

  private static Failure io(UncheckedIOException e, IOException cause) {
    return io(message(e) + ": ", cause);
  }

  private static String message(Throwable e) {
    String message = e.getMessage();
    return message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
  }
}
