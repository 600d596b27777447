package dev.cairn.cli.keyserver;

import dev.cairn.keyserver.KeyserverStatus;
import dev.cairn.keyserver.TransactionFeed;
import dev.cairn.keyserver.api.CompactionAsked;
import dev.cairn.keyserver.api.LocalClient;
import dev.cairn.keyserver.api.ProcessGoneException;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.object.Value;
import dev.cairn.keyserver.publish.CompactionWait;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The keyserver's process that has the home open, asked over its HTTP interface. */
final class RemoteKeyserver implements OpenKeyserver {
  private final LocalClient client;

  RemoteKeyserver(LocalClient client) {
    this.client = client;
  }

  @Override
  public Optional<Value> get(String collection, String id)
      throws ProcessGoneException, InterruptedException {
    return client.get(collection, id);
  }

  @Override
  public void list(Optional<String> collection, Consumer<String> line)
      throws ProcessGoneException, InterruptedException {
    client.list(collection, line);
  }

  @Override
  public void export(Consumer<String> line) throws ProcessGoneException, InterruptedException {
    client.export(line);
  }

  @Override
  public void exportUnbacked(Consumer<String> line)
      throws ProcessGoneException, InterruptedException {
    client.exportUnbacked(line);
  }

  @Override
  public KeyserverStatus status() throws ProcessGoneException, InterruptedException {
    return client.status(/* local= */ false);
  }

  @Override
  public KeyserverStatus localStatus() throws ProcessGoneException, InterruptedException {
    return client.status(/* local= */ true);
  }

  @Override
  public Optional<TransactionFeed.Refusal> feed(InputLines lines)
      throws IOException, ProcessGoneException, InterruptedException {
    for (List<InputLines.Line> batch = lines.batch(); !batch.isEmpty(); batch = lines.batch()) {
      long first = batch.getFirst().number();
      LocalClient.Fed fed = feed(batch);
      lines.taken(fed.taken());
      fed.refusal()
          .ifPresent(refused ->
              lines.refuse(
                  new TransactionFeed.Refusal(first + refused.line() - 1, refused.cause())));
      if (fed.refusal().isEmpty() && fed.taken() < batch.size()) {
        throw ProcessGoneException.stopping();
      }
    }
    return lines.refusal();
  }

  private LocalClient.Fed feed(List<InputLines.Line> batch)
      throws ProcessGoneException, InterruptedException {
    StringBuilder text = new StringBuilder();
    for (InputLines.Line line : batch) {
      text.append(line.text()).append('\n');
    }
    try {
      return client.feed(text.toString().getBytes(StandardCharsets.UTF_8), batch.size());
    } catch (ProcessGoneException e) {
      if (!e.isUndecided()) {
        throw e;
      }
      long first = batch.getFirst().number();
      throw new UnavailableException(
          "The keyserver's process went away while it was given lines "
              + first
              + " to "
              + batch.getLast().number()
              + ". The lines before them are durable; these may be or not. Apply the file again"
              + " from line "
              + first
              + " on: what was put or deleted already stays as it is",
          e);
    }
  }

  @Override
  public void drain(Duration withoutProgress, boolean confirmWriter)
      throws ProcessGoneException, InterruptedException {
    client.drain(withoutProgress, confirmWriter);
  }

  @Override
  public CompactionWait.Outcome compact(Optional<Duration> timeout)
      throws ProcessGoneException, InterruptedException {
    CompactionAsked asked = client.compact(timeout);
    return new CompactionWait.Outcome(asked.jobId(), asked.snapshot());
  }

  @Override
  public void close() {
    client.close();
  }
}
