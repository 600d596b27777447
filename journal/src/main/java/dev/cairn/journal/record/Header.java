package dev.cairn.journal.record;

import dev.cairn.crypto.Bytes;
import dev.cairn.crypto.LayoutReader;
import dev.cairn.crypto.MalformedLayoutException;
import dev.cairn.crypto.UserId;

/** What a record signs. Two headers are equal exactly when their bytes are. */
public sealed interface Header permits CommitHeader, EpochHeader {
  UserId userId();

  /** Number of the backup key, from 1. */
  int keyVersion();

  /** Fencing number of the writer, from 1. */
  long epoch();

  /** Counts the records of the log; genesis is 0. */
  long index();

  Bytes previousHead();

  /** Transactions that are finished after this record. */
  long sequenceAfter();

  /**
   * Operations so far of the transaction that the next record goes on with; 0 when none is open.
   */
  int openOperations();

  /** Digest of the live state after the last finished transaction. */
  Bytes stateDigest();

  /** Live tags after the last finished transaction. */
  long objectCount();

  /** The owner's clock in milliseconds since 1970-01-01T00:00Z. Drives no policy. */
  long timestamp();

  /** How many signatures the record carries. */
  int signatureCount();

  /** The exact signed bytes. */
  Bytes toBytes();

  /** Reads back what {@link #toBytes} wrote, and nothing else. */
  static Header parse(Bytes bytes) throws MalformedRecordException {
    if (bytes.size() > RecordLimits.MAX_RECORD_BYTES) {
      throw new MalformedRecordException("A header cannot have " + bytes.size() + " bytes");
    }
    try {
      LayoutReader reader = LayoutReader.of(bytes);
      Header header =
          CommitHeader.isLabelOf(bytes) ? CommitHeader.read(reader) : EpochHeader.read(reader);
      reader.end();
      return header;
    } catch (MalformedLayoutException | IllegalArgumentException e) {
      throw new MalformedRecordException("Not the header of a record: " + e.getMessage(), e);
    }
  }
}
