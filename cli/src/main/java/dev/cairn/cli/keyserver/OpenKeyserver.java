package dev.cairn.cli.keyserver;

import dev.cairn.keyserver.KeyserverStatus;
import dev.cairn.keyserver.TransactionFeed;
import dev.cairn.keyserver.api.ProcessGoneException;
import dev.cairn.keyserver.object.Value;
import dev.cairn.keyserver.publish.CompactionWait;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A keyserver as the commands use it: opened here, or asked where its process runs. Both do the
 * same; where the process goes away, {@link ProcessGoneException} says so before anything was given
 * out, and the command may start again.
 */
interface OpenKeyserver extends AutoCloseable {
  Optional<Value> get(String collection, String id)
      throws ProcessGoneException, InterruptedException;

  /** Names, as lines. */
  void list(Optional<String> collection, Consumer<String> line)
      throws ProcessGoneException, InterruptedException;

  /** Objects, as lines. */
  void export(Consumer<String> line) throws ProcessGoneException, InterruptedException;

  /** Transactions that are not backed up, as lines. */
  void exportUnbacked(Consumer<String> line) throws ProcessGoneException, InterruptedException;

  /** With what the provider says. */
  KeyserverStatus status() throws ProcessGoneException, InterruptedException;

  /** As known here. */
  KeyserverStatus localStatus() throws ProcessGoneException, InterruptedException;

  /** Submits what is left of the lines; the first that is not taken ends it. */
  Optional<TransactionFeed.Refusal> feed(InputLines lines)
      throws IOException, ProcessGoneException, InterruptedException;

  /** See {@link dev.cairn.keyserver.Keyserver#drain}; asks who may write where that is wanted. */
  void drain(Duration withoutProgress, boolean confirmWriter)
      throws ProcessGoneException, InterruptedException;

  CompactionWait.Outcome compact(Optional<Duration> timeout)
      throws ProcessGoneException, InterruptedException;

  @Override
  void close();
}
