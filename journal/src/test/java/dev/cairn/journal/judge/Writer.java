package dev.cairn.journal.judge;

import dev.cairn.crypto.Bytes;
import dev.cairn.journal.record.LogRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * A keyserver as far as its log is concerned: the chain it believes in, and what was acknowledged
 * of it.
 */
final class Writer {
  final String name;
  Author author;
  int keyVersion;
  long epoch;
  long sequence;
  int open;

  /** Everything it wrote or took over, in order. */
  final List<LogRecord> chain;

  /** Records of the chain that are acknowledged. */
  int acknowledged;

  /** Offset that was last acknowledged or judged. */
  long knownOffset;

  boolean fenced;

  Writer(String name, Author author, List<LogRecord> chain) {
    this.name = name;
    this.author = author;
    this.chain = new ArrayList<>(chain);
  }

  Writer copy(String as) {
    Writer copy = new Writer(as, author, chain);
    copy.keyVersion = keyVersion;
    copy.epoch = epoch;
    copy.sequence = sequence;
    copy.open = open;
    copy.acknowledged = acknowledged;
    copy.knownOffset = knownOffset;
    copy.fenced = fenced;
    return copy;
  }

  LogRecord last() {
    return chain.get(chain.size() - 1);
  }

  Bytes head() {
    return last().head();
  }

  void take(LogRecord record) {
    chain.add(record);
    keyVersion = record.keyVersion();
    epoch = record.epoch();
    sequence = record.sequenceAfter();
    open = record.header().openOperations();
  }
}
