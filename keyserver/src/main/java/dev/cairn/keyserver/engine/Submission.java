package dev.cairn.keyserver.engine;

import dev.cairn.keyserver.CommitPosition;
import dev.cairn.keyserver.Receipt;
import dev.cairn.keyserver.Transaction;
import dev.cairn.keyserver.error.CairnException;
import java.util.concurrent.CompletableFuture;

/** A transaction on its way, and who waits for it. */
record Submission(
    Transaction transaction,
    CompletableFuture<CommitPosition> durable,
    CompletableFuture<CommitPosition> backedUp) {
  static Submission of(Transaction transaction) {
    return new Submission(transaction, new CompletableFuture<>(), new CompletableFuture<>());
  }

  Receipt receipt() {
    return new Receipt(durable, backedUp);
  }

  void fail(CairnException cause) {
    durable.completeExceptionally(cause);
    backedUp.completeExceptionally(cause);
  }
}
