package dev.cairn.cli.demo;

import dev.cairn.keyserver.Keyserver;
import dev.cairn.keyserver.Transaction;
import java.io.IOException;
import java.util.Optional;

/** Real data: a sequence of transactions, and a source that says what must be there at its end. */
interface History {
  /** What it is, for people. */
  String description();

  /** How many transactions there are; at least one. */
  long size();

  /** Reads the transactions from the first one on. */
  Reading open() throws IOException;

  /**
   * Compares a keyserver's state with what the source itself says, byte for byte.
   *
   * @param state whose objects outside of {@link Marks#COLLECTION} are compared
   */
  Comparison compare(Keyserver state) throws IOException;

  /** One pass over the transactions. */
  interface Reading extends AutoCloseable {
    /** The next transaction; empty behind the last. */
    Optional<Transaction> next() throws IOException;

    @Override
    void close() throws IOException;
  }

  /**
   * What a comparison found.
   *
   * @param what was compared, in words
   * @param objects how many
   * @param bytes of all values
   * @param difference the first one; absent if everything is the same
   */
  record Comparison(String what, long objects, long bytes, Optional<String> difference) {}
}
