package dev.cairn.journal.record;

import dev.cairn.crypto.Bytes;

/**
 * Bounds on what a log record may be. They are part of the format: every reader applies the same.
 */
public final class RecordLimits {
  /** A writer publishes no record above this many bytes; the broker's limit lies above it. */
  public static final int MAX_PUBLISHED_BYTES = 900 * 1024;

  /** A reader takes nothing longer for a record, however it decodes. */
  public static final int MAX_RECORD_BYTES = 1024 * 1024;

  /** Tags, heads, digests, elements and public keys. */
  public static final int DIGEST_BYTES = 32;

  public static final int SIGNATURE_BYTES = 64;

  /**
   * Bytes of a sealed slice that are not the slice: nonce and authentication tag. Nothing shorter
   * is a sealed object.
   */
  public static final int SEAL_OVERHEAD_BYTES = 24 + 16;

  /** An operation takes at least its tag and the presence of its two optional fields. */
  public static final int MIN_OPERATION_BYTES = DIGEST_BYTES + 3;

  /** No record within {@link #MAX_RECORD_BYTES} holds more operations. */
  public static final int MAX_OPERATIONS = MAX_RECORD_BYTES / MIN_OPERATION_BYTES;

  /**
   * Epochs, indexes, sequences and counts above this are malformed, so that no sum of them
   * overflows.
   */
  public static final long MAX_COUNTER = 1L << 62;

  /** How far one {@code EpochOpened} may be ahead of the epoch in force. */
  public static final long MAX_EPOCH_JUMP = 65_536;

  private RecordLimits() {}

  static void requireDigest(Bytes bytes, String what) {
    if (bytes.size() != DIGEST_BYTES) {
      throw new IllegalArgumentException(
          what + " has " + bytes.size() + " bytes and needs " + DIGEST_BYTES);
    }
  }

  static void requireCounter(long value, long least, String what) {
    if (value < least || value > MAX_COUNTER) {
      throw new IllegalArgumentException(what + " " + value + " is out of range");
    }
  }
}
