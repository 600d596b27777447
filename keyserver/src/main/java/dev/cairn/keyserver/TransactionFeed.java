package dev.cairn.keyserver;

import dev.cairn.keyserver.error.CairnException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/**
 * Submits transactions in order up to the first that is not taken. Later ones are not submitted,
 * and when it returns everything that was taken is durable. Waits for the disk only: the backup
 * goes on behind it.
 */
public final class TransactionFeed {
  private static final int LOOK_BACK = 1024;

  private final Function<Transaction, Receipt> submit;
  private final Deque<Numbered> pending = new ArrayDeque<>();

  /** Where transactions come from. */
  public interface Source {
    /** The next one; empty at the end. */
    Optional<Transaction> next() throws IOException;

    /** Number of the line that was read last, from 1. */
    long number();
  }

  private record Numbered(long line, Receipt receipt) {}

  /**
   * The transaction that was not taken.
   *
   * @param line its number, from 1
   */
  public record Refusal(long line, CairnException cause) {}

  private TransactionFeed(Function<Transaction, Receipt> submit) {
    this.submit = submit;
  }

  /**
   * Submits every line.
   *
   * @param submit {@link Keyserver#transact}, or something before it
   * @return the first line that was not taken, malformed or refused by the keyserver; empty if all
   *     of them are durable
   * @throws IOException if the lines cannot be read; what was read before is submitted
   */
  public static Optional<Refusal> feed(Source lines, Function<Transaction, Receipt> submit)
      throws IOException {
    return new TransactionFeed(submit).all(lines);
  }

  private Optional<Refusal> all(Source lines) throws IOException {
    Optional<Refusal> submitting = submit(lines);
    // One that the disk did not take stands before the one that could not be submitted.
    Optional<Refusal> settling = settle(0);
    return settling.isPresent() ? settling : submitting;
  }

  private Optional<Refusal> submit(Source lines) throws IOException {
    while (true) {
      try {
        Optional<Transaction> transaction = lines.next();
        if (transaction.isEmpty()) {
          return Optional.empty();
        }
        pending.add(new Numbered(lines.number(), submit.apply(transaction.get())));
      } catch (CairnException e) {
        return Optional.of(new Refusal(lines.number(), e));
      }
      Optional<Refusal> refused = settle(LOOK_BACK);
      if (refused.isPresent()) {
        return refused;
      }
    }
  }

  /** Looks at the oldest receipts until no more than so many are left. */
  private Optional<Refusal> settle(int leave) {
    while (pending.size() > leave) {
      Numbered oldest = pending.remove();
      try {
        oldest.receipt().durable().join();
      } catch (CompletionException e) {
        if (e.getCause() instanceof CairnException why) {
          return Optional.of(new Refusal(oldest.line(), why));
        }
        throw e;
      }
    }
    return Optional.empty();
  }
}
