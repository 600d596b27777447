package dev.cairn.cli.keyserver;

import dev.cairn.keyserver.Keyserver;
import dev.cairn.keyserver.KeyserverStatus;
import dev.cairn.keyserver.TransactionFeed;
import dev.cairn.keyserver.TransactionJson;
import dev.cairn.keyserver.error.UnavailableException;
import dev.cairn.keyserver.object.Value;
import dev.cairn.keyserver.publish.CompactionWait;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The home, opened in this process. */
final class DirectKeyserver implements OpenKeyserver {
  private static final Logger LOG = LoggerFactory.getLogger(DirectKeyserver.class);

  private final Keyserver keyserver;

  DirectKeyserver(Keyserver keyserver) {
    this.keyserver = keyserver;
  }

  @Override
  public Optional<Value> get(String collection, String id) {
    return keyserver.get(collection, id);
  }

  @Override
  public void list(Optional<String> collection, Consumer<String> line) {
    keyserver.list(collection, name -> line.accept(TransactionJson.format(name)));
  }

  @Override
  public void export(Consumer<String> line) {
    keyserver.export(object -> line.accept(TransactionJson.format(object)));
  }

  @Override
  public void exportUnbacked(Consumer<String> line) {
    keyserver.exportUnbacked(transaction -> line.accept(TransactionJson.format(transaction)));
  }

  @Override
  public KeyserverStatus status() {
    return keyserver.status();
  }

  @Override
  public KeyserverStatus localStatus() {
    return keyserver.localStatus();
  }

  @Override
  public Optional<TransactionFeed.Refusal> feed(InputLines lines) throws IOException {
    if (lines.refusal().isEmpty()) {
      TransactionFeed.feed(lines, keyserver::transact).ifPresent(lines::refuse);
    }
    return lines.refusal();
  }

  @Override
  public void drain(Duration withoutProgress, boolean confirmWriter) throws InterruptedException {
    keyserver.drain(withoutProgress);
    if (confirmWriter) {
      try {
        keyserver.requireWriter();
      } catch (UnavailableException e) {
        LOG.debug("The service does not say who writes", e);
      }
    }
  }

  @Override
  public CompactionWait.Outcome compact(Optional<Duration> timeout) throws InterruptedException {
    return keyserver.compact(timeout);
  }

  @Override
  public void close() {
    keyserver.close();
  }
}
