package dev.cairn.cli.demo;

import dev.cairn.keyserver.Transaction;

/**
 * A small object of the demo's own, written at the end of each part, so that there is something new
 * to compact however short the history is.
 */
final class Marks {
  static final String COLLECTION = "cairn-demo";
  static final String ID = "part";

  private Marks() {}

  static Transaction of(int part) {
    return Transaction.builder().putJson(COLLECTION, ID, text(part)).build();
  }

  static String text(int part) {
    return "{\"part\":" + part + "}";
  }
}
